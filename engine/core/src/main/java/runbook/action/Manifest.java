package runbook.action;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads an object from a manifest file as data. */
@Declares(effect = Effect.READ, doc = "Reads an object from a manifest file as data.")
public record Manifest(
    @Doc("Manifest file.") Path file,
    @Doc("Kind of the object, where the file has several.") Optional<String> kind,
    @Doc("Name of the object, where the file has several.") Optional<String> name)
    implements Action<Manifest.Done> {

  /** What the step gives. */
  public record Done(
      @Doc("Kind of the object.") String kind,
      @Doc("Its name.") String name,
      @Doc("The object.") Map<String, Object> object)
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
