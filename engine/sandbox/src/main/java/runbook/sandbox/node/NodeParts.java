package runbook.sandbox.node;

import java.time.Duration;
import runbook.sandbox.box.World;
import runbook.sandbox.image.Images;
import runbook.sandbox.store.EventRecorder;
import runbook.sandbox.store.Store;
import runbook.sandbox.time.SandboxClock;

/** What the workers of a node share. */
interface NodeParts {
  String name();

  Store store();

  World world();

  Images images();

  Disks disks();

  SandboxClock clock();

  EventRecorder events();

  /** Whether this machine is on. */
  Power power();

  /** Services as they are now. */
  Names names();

  /** Remembers that the node has an image; whether it had it before. */
  boolean hasPulled(String image);

  /** Does something when a time has passed, unless the node has stopped by then. */
  void later(Duration delay, Runnable action);

  void forget(String uid);
}
