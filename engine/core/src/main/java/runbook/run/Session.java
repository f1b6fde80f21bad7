package runbook.run;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import runbook.action.ActionContext;
import runbook.action.Facts;
import runbook.action.Place;
import runbook.plan.Plan;
import runbook.world.World;

/**
 * One process's work on a run: the plan, the world, the journal, who looks on.
 *
 * @param namespace of the cluster's objects unless a step says otherwise
 * @param until step after which to stop
 */
record Session(
    Plan plan,
    World world,
    String namespace,
    Map<String, Place> places,
    RunFolder folder,
    Journal journal,
    Ledger ledger,
    Watcher watcher,
    Secrets secrets,
    Optional<String> until) {

  /** For the steps of a plan that this one uses. */
  Session within(Plan used, Map<String, Object> parameters) {
    return new Session(
        used,
        world,
        namespace,
        Places.of(used, parameters, namespace),
        folder,
        journal,
        ledger,
        watcher,
        secrets,
        until);
  }

  Instant now() {
    return world.clock().now();
  }

  /** Journals it, on disk, before anything else happens. */
  void record(Event event) {
    // together, so that who looks on sees the journal's order
    synchronized (watcher) {
      journal.append(event);
      ledger.add(event);
      watcher.journalled(event);
    }
  }

  ActionContext context(String step, Instant deadline, StepOutput output) {
    var folders = new ActionContext.Folders(plan.folder(), folder.files(), folder.scratch(step));
    var identity = new ActionContext.Identity(folder.id(), step);
    var facts =
        new Facts() {
          @Override
          public void record(String name, Object value) {
            Session.this.record(new Event.Noted(now(), step, name, secrets.hide(value)));
          }

          @Override
          public Optional<Object> recall(String name) {
            return ledger.note(step, name);
          }
        };
    return new ActionContext(world, namespace, places, folders, identity, deadline, facts, output);
  }
}
