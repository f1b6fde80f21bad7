package runbook.sandbox.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import runbook.sandbox.schema.Resource;
import runbook.sandbox.store.Change;
import runbook.sandbox.store.EventRecorder;
import runbook.sandbox.store.Store;

/** Looks at objects when something about them has changed, until they are as they should be. */
abstract class Controller {
  final Store store;
  final EventRecorder events;

  Controller(Store store, String name) {
    this.store = store;
    this.events = new EventRecorder(store, name);
  }

  /** What it has to hear of. */
  abstract List<Resource> watched();

  /** The objects to look at after a change. */
  abstract Stream<Key> concerned(Change change);

  /**
   * Brings one object a step on.
   *
   * @return when to look again although nothing changed, in the sandbox's time
   */
  abstract Optional<Duration> reconcile(Key key) throws InterruptedException;

  /** The key of the object that a controller's reference of this one names. */
  static Stream<Key> owner(ObjectNode object, String kind) {
    return Objects.controller(object)
        .filter(o -> o.path("kind").asText().equals(kind))
        .map(o -> new Key(Key.of(object).namespace(), o.path("name").asText()))
        .stream();
  }
}
