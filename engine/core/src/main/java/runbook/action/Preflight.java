package runbook.action;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import runbook.world.Failure;

/** Gathers findings: what cannot be read is one too. */
final class Preflight {
  private final ActionContext context;
  private final List<Finding> findings = new ArrayList<>();

  Preflight(ActionContext context) {
    this.context = context;
  }

  List<Finding> findings() {
    return List.copyOf(findings);
  }

  Preflight fine(String asked, String found) {
    findings.add(Finding.fine(asked, found));
    return this;
  }

  Preflight notice(String asked, String found, String remedy) {
    findings.add(Finding.notice(asked, found, remedy));
    return this;
  }

  Preflight blocks(String asked, String found, String remedy) {
    findings.add(Finding.blocks(asked, found, remedy));
    return this;
  }

  /** What a look gives; a failure is a finding that blocks. */
  <T> Optional<T> look(String asked, Supplier<T> read) {
    return look(asked, Optional.empty(), read);
  }

  /**
   * The same.
   *
   * @param thing what has to be there, kind and name
   */
  <T> Optional<T> lookAt(String asked, String thing, Supplier<T> read) {
    return look(asked, Optional.of(thing), read);
  }

  private <T> Optional<T> look(String asked, Optional<String> thing, Supplier<T> read) {
    try {
      return Optional.of(read.get());
    } catch (Failure e) {
      var found = e.getMessage() + e.detail().map(d -> " " + d).orElse("");
      var missing = thing.filter(_ -> e.kind() == Failure.Kind.REFUSED);
      findings.add(new Finding(Finding.Level.BLOCKS, asked, found, e.remedy(), missing));
      return Optional.empty();
    }
  }

  /** Asks the cluster for a permission. */
  Preflight may(String namespace, String verb, String group, String resource) {
    var asked = "permission to " + verb + " " + resource;
    look(asked, () -> context.world().cluster().allowed(namespace, verb, group, resource))
        .ifPresent(allowed -> {
          if (allowed) fine(asked, "allowed");
          else
            blocks(
                asked,
                "The cluster does not allow it in namespace `" + namespace + "`.",
                "Ask for a role that may "
                    + verb
                    + " `"
                    + resource
                    + "`; `kubectl auth can-i "
                    + verb
                    + " "
                    + resource
                    + (group.isEmpty() ? "" : "." + group)
                    + " -n "
                    + namespace
                    + "` tells when it is there.");
        });
    return this;
  }
}
