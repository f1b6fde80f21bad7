package runbook.action;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import runbook.action.Touches.Access;
import runbook.action.Touches.Thing;
import runbook.diag.Source;
import runbook.diag.Span;
import runbook.world.Failure;
import runbook.yaml.Yaml;
import runbook.yaml.Yaml.Style;

/** Changes the image of a container in a manifest file, and nothing else in it. */
@Declares(
    effect = Effect.CHANGE,
    doc = "Changes the image of a container in a manifest file, and nothing else in it.")
public record SetImage(
    @Doc("Manifest file.") @Touches(value = Thing.MANIFEST, access = Access.SET) Path file,
    @Doc("Name of the container.") String container,
    @Doc("New image.") String image,
    @Doc("Name of the object, where several in the file have such a container.")
        Optional<String> name)
    implements Action<SetImage.Done> {
  private static final String PREVIOUS = "previous";

  /** Words that YAML, of whatever version, takes for something else than a text. */
  private static final Set<String> WORDS =
      Set.of("y", "n", "yes", "no", "on", "off", "true", "false", "null");

  /** What the step gives. */
  public record Done(
      @Doc("Manifest file.") Path file,
      @Doc("Image before.") String previous,
      @Doc("Image now.") String image,
      @Doc("Whether the file was changed.") boolean changed)
      implements Output {}

  public SetImage {
    Require.that(
        image.matches("[a-zA-Z0-9]([a-zA-Z0-9._/:@-]*[a-zA-Z0-9])?"),
        "`" + image + "` cannot be an image, such as `postgres:17` or `ghcr.io/me/postgres:17`.");
    Require.that(!container.isBlank(), "`container` is empty.");
  }

  /** A container in the file. */
  private record Spot(Manifests.Item item, Yaml.Mapping container) {
    String name() {
      return Manifests.text(container, "name").orElse("(without a name)");
    }

    String title() {
      return "`" + name() + "` of " + item.title();
    }
  }

  /** The image's scalar, of which there has to be one. */
  private Yaml.Scalar find(Source source) {
    var items = Manifests.parse(source);
    var spots =
        items.stream()
            .filter(i -> name.map(n -> n.equals(i.name())).orElse(true))
            .flatMap(
                i -> PodTemplates.containers(i.kind(), i.yaml()).stream().map(c -> new Spot(i, c)))
            .toList();
    var found = spots.stream().filter(s -> s.name().equals(container)).toList();
    var of = name.map(n -> " of `" + n + "`").orElse("");
    if (found.isEmpty()) {
      throw Failure.refused(
          "There is no container `" + container + "`" + of + " in `" + file + "`.",
          spots.isEmpty() ? "There is no container at all." : "There is " + titles(spots) + ".");
    }
    if (found.size() > 1) {
      throw Failure.refused(
          "The file `" + file + "` has more than one container `" + container + "`" + of + ".",
          "Say with `name` which of them: " + titles(found) + ".");
    }
    var spot = found.getFirst();
    if (!(spot.container.get("image").orElse(spot.container) instanceof Yaml.Scalar scalar)
        || scalar.text().isEmpty()) {
      throw Failure.refused(
          "The container " + spot.title() + " has no image in `" + file + "`.", "Give it one.");
    }
    boolean marked = scalar.span().text().startsWith("&") || scalar.span().text().startsWith("!");
    if (marked || items.stream().mapToInt(i -> uses(i.yaml(), scalar.span())).sum() > 1) {
      // other places follow the anchor, and would change too
      throw Failure.refused(
          "The image of container " + spot.title() + " is shared through an anchor or an alias.",
          "Write it out: " + scalar.span() + ".");
    }
    return scalar;
  }

  /** How often what stands at the place is used: more than once through aliases and merges. */
  private static int uses(Yaml yaml, Span place) {
    return switch (yaml) {
      case Yaml.Scalar s -> s.span().equals(place) ? 1 : 0;
      case Yaml.Sequence s -> s.items().stream().mapToInt(i -> uses(i, place)).sum();
      case Yaml.Mapping m -> m.entries().stream().mapToInt(e -> uses(e.value(), place)).sum();
    };
  }

  private static String titles(List<Spot> spots) {
    return spots.stream().map(Spot::title).collect(Collectors.joining(", "));
  }

  private Path path(ActionContext context) {
    return Manifests.path(context, file);
  }

  private Source source(ActionContext context) {
    return Manifests.source(path(context), file.toString());
  }

  /** The text with another image, all else as it was. */
  private static String edit(Source source, Yaml.Scalar scalar, String image) {
    boolean block = scalar.style() == Style.LITERAL || scalar.style() == Style.FOLDED;
    var span = block ? scalar.at(0, scalar.text().strip().length()) : scalar.span();
    var written =
        switch (scalar.style()) {
          case SINGLE_QUOTED -> "'" + image + "'";
          case DOUBLE_QUOTED -> '"' + image + '"';
          case PLAIN -> plain(image) ? image : '"' + image + '"';
          case LITERAL, FOLDED -> image;
        };
    var text = source.text();
    return text.substring(0, span.start()) + written + text.substring(span.end());
  }

  private static boolean plain(String image) {
    return Character.isLetter(image.charAt(0)) && !WORDS.contains(image.toLowerCase());
  }

  private static String text(Yaml.Scalar scalar) {
    return scalar.text().strip();
  }

  /** Writes the image, and gives back the one that was there. */
  private String put(ActionContext context, String wanted) {
    var source = source(context);
    var scalar = find(source);
    var previous = text(scalar);
    if (previous.equals(wanted)) return previous;
    var edited = new Source(source.name(), edit(source, scalar, wanted));
    if (!text(find(edited)).equals(wanted)) {
      throw Failure.refused(
          "The image at " + scalar.span() + " is written in a way that cannot be edited safely.",
          "Write it as one plain word.");
    }
    try {
      AtomicFile.replace(path(context), edited.text().getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw Failure.failed("The file `" + file + "` cannot be written.")
          .withDetail(e.getClass().getSimpleName() + ": " + e.getMessage());
    }
    return previous;
  }

  @Override
  public List<Finding> preflight(ActionContext context) {
    var preflight = new Preflight(context);
    var asked = "image in `" + file + "`";
    preflight
        .look(asked, () -> text(find(source(context))))
        .ifPresent(now -> preflight.fine(asked, now + " → " + image));
    if (!java.nio.file.Files.isWritable(path(context))) {
      preflight.blocks(asked, "The file cannot be written.", "Make it writable.");
    }
    return preflight.findings();
  }

  @Override
  public Done run(ActionContext context) {
    var now = text(find(source(context)));
    var previous = context.facts().text(PREVIOUS).orElse(now);
    context.facts().record(PREVIOUS, previous);
    put(context, image);
    return done(context, previous);
  }

  private Done done(ActionContext context, String previous) {
    boolean changed = !previous.equals(image);
    context
        .progress()
        .say(file + ": " + (changed ? previous + " → " + image : "it is " + image + " already"));
    return new Done(file, previous, image, changed);
  }

  @Override
  public Recovery<Done> recover(ActionContext context) {
    var previous = context.facts().text(PREVIOUS);
    if (previous.isPresent() && text(find(source(context))).equals(image)) {
      return new Recovery.Done<>(done(context, previous.get()), "The file has the new image.");
    }
    return new Recovery.Repeat<>("The file does not have the new image.");
  }

  @Override
  public Reversal undo(ActionContext context, Done done) {
    var now = text(find(source(context)));
    var what = "The image in `" + file + "` is `" + done.previous() + "`.";
    if (!done.changed() || now.equals(done.previous())) return new Reversal.Nothing(what);
    if (!now.equals(done.image())) {
      return new Reversal.Impossible(
          "Somebody changed the image in `" + file + "` to `" + now + "` meanwhile.");
    }
    put(context, done.previous());
    return new Reversal.Undone(what);
  }
}
