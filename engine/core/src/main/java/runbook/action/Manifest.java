package runbook.action;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import runbook.action.Touches.Access;
import runbook.action.Touches.Thing;

/** Reads an object from a manifest file as data. */
@Declares(effect = Effect.READ, doc = "Reads an object from a manifest file as data.")
public record Manifest(
    @Doc("Manifest file.") @Touches(value = Thing.MANIFEST, access = Access.READ) Path file,
    @Doc("Kind of the object, where the file has several.") Optional<String> kind,
    @Doc("Name of the object, where the file has several.") Optional<String> name)
    implements Action<Manifest.Done> {

  /** What the step gives. */
  public record Done(
      @Doc("Kind of the object.") String kind,
      @Doc("Its name.") String name,
      @Doc("The object.") Map<String, Object> object)
      implements Output {}

  private Manifests.Item find(ActionContext context) {
    return Manifests.only(Manifests.read(context, file), file.toString(), kind, name);
  }

  @Override
  public List<Finding> preflight(ActionContext context) {
    var preflight = new Preflight(context);
    var asked = "manifest `" + file + "`";
    preflight
        .look(asked, () -> find(context))
        .ifPresent(item -> preflight.fine(asked, item.title()));
    return preflight.findings();
  }

  @Override
  public Done run(ActionContext context) {
    var item = find(context);
    return new Done(item.kind(), item.name(), item.data());
  }

  @Override
  public Recovery<Done> recover(ActionContext context) {
    return new Recovery.Repeat<>("A file may be read again.");
  }

  @Override
  public Reversal undo(ActionContext context, Done done) {
    return new Reversal.Nothing("It changed nothing.");
  }
}
