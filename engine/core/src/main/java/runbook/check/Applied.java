package runbook.check;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import runbook.action.Manifests;
import runbook.action.Manifests.Identity;
import runbook.action.Touches.Thing;
import runbook.expr.Value;

/** The objects that {@code apply} steps make, as far as their manifests are known. */
final class Applied {
  private static final Map<String, Thing> KINDS =
      Map.of(
          "Deployment", Thing.DEPLOYMENT,
          "StatefulSet", Thing.STATEFUL_SET,
          "CronJob", Thing.CRON_JOB,
          "PersistentVolumeClaim", Thing.CLAIM);

  private final Map<Path, Optional<List<Identity>>> files = new HashMap<>();
  private final Map<Visit, Optional<Objects>> found = new HashMap<>();

  /**
   * What a step applies.
   *
   * @param all whether nothing is left out, because everything could be read
   */
  record Objects(Set<Identity> known, Symbol namespace, boolean all) {
    /** Whether it surely, or possibly, makes a thing of that name. */
    boolean mayMake(Thing thing, Named named) {
      return !all || named.values().isEmpty() || names(thing).anyMatch(named.values()::contains);
    }

    Stream<String> names(Thing thing) {
      return known.stream().filter(i -> KINDS.get(i.kind()) == thing).map(this::qualified);
    }

    /** As {@link Visit} qualifies the things of another namespace than the usual one. */
    private String qualified(Identity i) {
      boolean usual =
          i.namespace().map(Optional::<Object>of).map(namespace.value()::equals).orElse(true);
      return usual ? i.name() : i.namespace().get() + "/" + i.name();
    }
  }

  /** Empty for a step that applies nothing. */
  Optional<Objects> by(Visit visit) {
    return found.computeIfAbsent(visit, this::read);
  }

  private Optional<Objects> read(Visit visit) {
    if (!visit.act().call().type().name().equals("apply")) return Optional.empty();
    var known = new LinkedHashSet<Identity>();
    boolean all = true;
    for (var file : visit.argument("files").map(visit.frame()::each).orElse(List.of())) {
      for (var path : file.values()) all &= read(visit, path).map(known::addAll).isPresent();
      all &= !file.values().isEmpty();
    }
    if (visit.argument("objects").orElse(null) instanceof Value.Items(var items, var _)) {
      for (var item : items) all &= identity(item, visit.frame()).map(known::add).isPresent();
    } else {
      all &= visit.argument("objects").isEmpty();
    }
    return Optional.of(new Objects(known, visit.frame().namespace(), all));
  }

  private Optional<List<Identity>> read(Visit visit, Object path) {
    try {
      var file = visit.frame().plan().folder().resolve(path.toString()).normalize();
      return files.computeIfAbsent(file, Manifests::identities);
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  private static Optional<Identity> identity(Value object, Frame frame) {
    if (!(object instanceof Value.Fields f)) return Optional.empty();
    var metadata =
        f.values().get("metadata") instanceof Value.Fields m ? m.values() : Map.<String, Value>of();
    var namespace = text(metadata.get("namespace"), frame);
    if (metadata.containsKey("namespace") && namespace.isEmpty()) return Optional.empty();
    return text(f.values().get("kind"), frame)
        .flatMap(kind ->
            text(metadata.get("name"), frame).map(name -> new Identity(kind, name, namespace)));
  }

  private static Optional<String> text(Value value, Frame frame) {
    return Optional.ofNullable(value).flatMap(v -> frame.symbol(v).value()).map(Object::toString);
  }
}
