package runbook.action;

import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import runbook.world.Cluster.ObjectRef;
import runbook.world.Failure;
import runbook.world.Failure.Kind;

/**
 * Server-side apply with a rule for conflicts. A plan takes the place of the people who applied
 * these manifests with {@code kubectl}, so what a {@code kubectl} command or this program set is
 * taken over; what any other manager set (an autoscaler, Helm, GitOps) is refused, because it would
 * set it again.
 */
final class FieldOwners {
  private static final Pattern OWNER = Pattern.compile("conflicts? with \"([^\"]+)\"");

  private final ActionContext context;
  private final String manager;

  FieldOwners(ActionContext context, String manager) {
    this.context = context;
    this.manager = manager;
  }

  /** Applies it, or asks what would come of it. */
  Map<String, Object> apply(Wanted wanted, boolean force, boolean dryRun) {
    try {
      return send(wanted.ref(), wanted.object(), force, dryRun);
    } catch (Failure e) {
      var owners = owners(e);
      if (force || owners.isEmpty()) throw e;
      if (!owners.stream().allMatch(this::yields)) {
        throw e.withRemedy(
            "Take the field out of the manifest, or say `force: true` to take it over.");
      }
      context
          .progress()
          .say(wanted.ref() + ": taking over what was set by " + String.join(", ", owners));
      return send(wanted.ref(), wanted.object(), true, dryRun);
    }
  }

  /** Applies it, whoever owns its fields. */
  Map<String, Object> send(
      ObjectRef ref, Map<String, Object> object, boolean force, boolean dryRun) {
    return context.world().cluster().apply(ref, object, manager, force, dryRun);
  }

  private static TreeSet<String> owners(Failure e) {
    var out = new TreeSet<String>();
    if (e.kind() != Kind.REFUSED) return out;
    var m = OWNER.matcher(e.getMessage() + "\n" + e.detail().orElse(""));
    while (m.find()) out.add(m.group(1));
    return out;
  }

  private boolean yields(String owner) {
    return owner.equals("kubectl")
        || owner.startsWith("kubectl-")
        || owner.equals(manager)
        || owner.equals(Apply.MANAGER)
        || owner.startsWith(Apply.MANAGER + "-");
  }
}
