package runbook.sandbox.control;

import java.util.List;
import java.util.stream.Stream;
import runbook.sandbox.store.Store;
import runbook.sandbox.time.SandboxClock;

/** All controllers of a cluster, at work. */
public final class Controllers implements AutoCloseable {
  private final List<Loop> loops;

  private Controllers(List<Loop> loops) {
    this.loops = loops;
  }

  /**
   * @param authority the certificate of the API server, as PEM, for pods to trust
   */
  public static Controllers start(Store store, SandboxClock clock, Disks disks, String authority) {
    var all =
        Stream.of(
            new Namespaces(store, authority),
            new Nodes(store, clock),
            new Scheduler(store),
            new EphemeralClaims(store),
            new Deployments(store),
            new ReplicaSets(store),
            new StatefulSets(store),
            new Jobs(store),
            new CronJobs(store),
            new Autoscalers(store),
            new Endpoints(store),
            new Claims(store, disks),
            new Volumes(store, disks),
            new Attachments(store, disks),
            new Garbage(store));
    return new Controllers(all.map(c -> new Loop(c, clock)).toList());
  }

  @Override
  public void close() {
    loops.forEach(Loop::close);
  }
}
