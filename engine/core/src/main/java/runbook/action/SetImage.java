package runbook.action;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Changes the image of a container in a manifest file, and nothing else in it. */
@Declares(
    effect = Effect.CHANGE,
    doc = "Changes the image of a container in a manifest file, and nothing else in it.")
public record SetImage(
    @Doc("Manifest file.") Path file,
    @Doc("Name of the container.") String container,
    @Doc("New image.") String image,
    @Doc("Name of the object, where several in the file have such a container.")
        Optional<String> name)
    implements Action<SetImage.Done> {

  /** What the step gives. */
  public record Done(
      @Doc("Manifest file.") Path file,
      @Doc("Image before.") String previous,
      @Doc("Image now.") String image,
      @Doc("Whether the file was changed.") boolean changed)
      implements Output {}

  @Override
  public List<Finding> preflight(ActionContext context) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Done run(ActionContext context) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Recovery<Done> recover(ActionContext context) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Reversal undo(ActionContext context, Done done) {
    throw new UnsupportedOperationException();
  }
}
