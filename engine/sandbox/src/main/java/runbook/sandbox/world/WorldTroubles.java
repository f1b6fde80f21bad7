package runbook.sandbox.world;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import runbook.sandbox.fault.Troubles;
import runbook.sandbox.json.Json;
import runbook.sandbox.linode.Volumes;
import runbook.sandbox.node.Node;
import runbook.sandbox.schema.Resources;
import runbook.sandbox.store.Store;

/** What can be done to a world, beside the faults of its servers. */
record WorldTroubles(String namespace, Store store, Node node, Volumes volumes) {

  void register(Troubles troubles) {
    troubles.register(
        "kill",
        "pod: its name or how it begins; namespace; container, none: all. SIGKILL, once",
        this::kill);
    troubles.register("node-gone", "nothing: the node has no power until it ends", this::nodeGone);
    troubles.register(
        "disk-full", "claim, or volume: a label at Linode; namespace", this::diskFull);
    var disks = volumes.troubles();
    troubles.register(
        "clone-stays",
        "nothing: clones stay `creating`",
        _ -> {
          disks.clonesStay(true);
          return () -> disks.clonesStay(false);
        });
    troubles.register(
        "clone-size",
        "gib: the size of clones, whatever their source's is",
        a -> {
          var gib =
              Json.number(a, "gib")
                  .orElseThrow(() -> new IllegalArgumentException("`gib` is missing."));
          disks.cloneSize(OptionalLong.of(gib));
          return () -> disks.cloneSize(OptionalLong.empty());
        });
    troubles.register(
        "clone-fails",
        "nothing: clones disappear",
        _ -> {
          disks.copiesFail(true);
          return () -> disks.copiesFail(false);
        });
    troubles.register(
        "detach-stays",
        "nothing: no volume is ever detached",
        _ -> {
          disks.attachmentsStay(true);
          return () -> disks.attachmentsStay(false);
        });
  }

  private String namespaceOf(ObjectNode arguments) {
    return Optional.of(Json.text(arguments, "namespace"))
        .filter(n -> !n.isEmpty())
        .orElse(namespace);
  }

  private Runnable kill(ObjectNode arguments) throws IOException {
    var wanted = Json.text(arguments, "pod");
    var container = Optional.of(Json.text(arguments, "container")).filter(c -> !c.isEmpty());
    Predicate<ObjectNode> is = p -> Json.text(p, "metadata.name").startsWith(wanted);
    var space = namespaceOf(arguments);
    int killed = 0;
    if (!wanted.isEmpty())
      for (var pod : store.list(Resources.PODS, Optional.of(space), is).items())
        killed += node.kill(space, Json.text(pod, "metadata.name"), container);
    if (killed == 0)
      throw new IllegalArgumentException(
          "Nothing runs in a pod `%s…` of the namespace `%s`.".formatted(wanted, space));
    return Troubles.OVER;
  }

  private Runnable nodeGone(ObjectNode arguments) throws IOException {
    node.turnOff();
    return node::turnOn;
  }

  private Runnable diskFull(ObjectNode arguments) throws IOException {
    var claim = Json.text(arguments, "claim");
    var label = claim.isEmpty() ? Json.text(arguments, "volume") : labelOf(arguments, claim);
    var volume =
        volumes.list().stream()
            .filter(v -> v.label().equals(label))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("There is no volume `" + label + "`."));
    volumes.folders().fill(volume.id(), true);
    return () -> {
      try {
        volumes.folders().fill(volume.id(), false);
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    };
  }

  private String labelOf(ObjectNode arguments, String claim) {
    return store
        .get(Resources.CLAIMS, namespaceOf(arguments), claim)
        .flatMap(c -> store.get(Resources.VOLUMES, "", Json.text(c, "spec.volumeName")))
        .map(v -> Json.text(v, "spec.csi.volumeHandle").replaceFirst("^[0-9]+-", ""))
        .orElseThrow(
            () -> new IllegalArgumentException("No claim `" + claim + "` is bound to a volume."));
  }
}
