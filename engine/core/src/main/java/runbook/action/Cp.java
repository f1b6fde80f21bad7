package runbook.action;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import runbook.action.Checksum.Algorithm;
import runbook.action.Touches.Access;
import runbook.action.Touches.Thing;
import runbook.type.FileRef;
import runbook.world.Failure;

/** Copies a file between places in pieces that are hashed at both ends. */
@Declares(
    effect = Effect.CHANGE,
    doc = "Copies a file between places in pieces that are hashed at both ends.")
public record Cp(
    @Doc("File to copy.") @Touches(value = Thing.FILE, access = Access.READ) FileRef from,
    @Doc("Where to: appears whole or not at all.")
        @Touches(value = Thing.FILE, access = Access.MAKE)
        FileRef to)
    implements Action<Cp.Done> {

  /** What the step gives. */
  public record Done(
      @Doc("File that was copied.") FileRef from,
      @Doc("The copy.") FileRef to,
      @Doc("Size.") long bytes,
      @Doc("SHA-512 of the copy, computed where it lies, equal to that of the original.")
          String sha512,
      @Doc("Bytes that went over the line: pieces that were there already do not.")
          long transferred)
      implements Output {}

  private static final String[] TOOLS = {
    "dd", "head", "wc", "sha512sum", "mkdir", "mv", "rm", "sleep"
  };

  public Cp {
    if (from.equals(to))
      throw new IllegalArgumentException("`" + from + "` is copied onto itself.");
    if (to.path().endsWith("/"))
      throw new IllegalArgumentException("`" + to + "` has to name a file, not a folder.");
  }

  @Override
  public List<Finding> preflight(ActionContext context) {
    var findings = new ArrayList<Finding>();
    for (var ref : List.of(from, to))
      if (context.place(ref.place()) instanceof Place.InPod in) {
        findings.addAll(PodFinder.findings(context, in));
        PodFinder.now(context, in)
            .ifPresent(pod -> {
              for (var tool : Shell.in(context, pod.target()).missing(TOOLS))
                findings.add(
                    Finding.blocks(
                        "Tools for copying",
                        "There is no `" + tool + "` in " + pod.target() + ".",
                        "Use a container whose image has busybox or coreutils."));
            });
      }
    var here = context.place(from.place()) instanceof Place.Here;
    if (here && Files.isReadable(context.localFile(from)))
      findings.add(Finding.fine("File `" + from + "`", "It is there."));
    else if (here)
      findings.add(
          Finding.notice(
              "File `" + from + "`", "It is not there yet.", "An earlier step has to make it."));
    return findings;
  }

  @Override
  public Done run(ActionContext context) {
    var source = FileEnd.of(context, from);
    var target = FileEnd.of(context, to);
    for (var end : List.of(source, target)) if (end instanceof FileInPod pod) pod.need(TOOLS);
    var before = source.stat().orElseThrow(() -> FileEnd.absent(from));
    var there = target.stat();
    if (context.facts().recall("existed").isEmpty())
      context.facts().record("existed", there.isPresent());
    if (there.isPresent() && there.get().size() == before.size()) {
      var equal = equal(source, target);
      if (equal.isPresent()) return new Done(from, to, before.size(), equal.get(), 0);
    }
    var part = target.part();
    var result = copy(context, source, before, part);
    if (!result.source().equals(result.copy()))
      throw Failure.failed(
              "The copy of `" + from + "` differs from the original, or the original changed.")
          .withDetail("original: " + result.source() + "\ncopy:     " + result.copy());
    if (there.isPresent()) context.facts().record("replaced", true);
    part.rename(target);
    return new Done(from, to, before.size(), result.source(), result.transferred());
  }

  private Copying.Result copy(
      ActionContext context, FileEnd source, FileEnd.Stat before, FileEnd part) {
    Copying.Result result;
    try {
      result = new Copying(context, source, part, before.size()).copy();
    } catch (Failure f) {
      // a file that changes looks like bytes that change on the way
      if (f.kind() == Failure.Kind.FAILED) unchanged(source, before);
      throw f;
    }
    unchanged(source, before);
    return result;
  }

  private void unchanged(FileEnd source, FileEnd.Stat before) {
    var after = source.stat();
    if (!after.equals(Optional.of(before)))
      throw Failure.failed("`" + from + "` changed while it was copied.")
          .withDetail(
              "before: "
                  + before
                  + "\nafter:  "
                  + after.map(FileEnd.Stat::toString).orElse("it is gone"));
  }

  /** The SHA-512 of both files if it is the same. */
  private static Optional<String> equal(FileEnd source, FileEnd target) {
    var there =
        CompletableFuture.supplyAsync(
            () -> target.digest(Algorithm.sha512), Thread::startVirtualThread);
    var digest = source.digest(Algorithm.sha512);
    try {
      return Optional.of(digest).filter(there.get()::equals);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failure.stopped("The operator asked to stop.");
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException r ? r : new IllegalStateException(e);
    }
  }

  @Override
  public Recovery<Done> recover(ActionContext context) {
    return new Recovery.Repeat<>("What has arrived already is compared and not sent again.");
  }

  @Override
  public Reversal undo(ActionContext context, Done done) {
    var facts = context.facts();
    if (facts.recall("existed").equals(Optional.of(true)))
      return facts.recall("replaced").isPresent()
          ? new Reversal.Impossible(
              "`" + to + "` took the place of an earlier file, of which nothing is kept.")
          : new Reversal.Nothing("`" + to + "` was there before, with the same bytes.");
    var copy = FileEnd.of(context, to);
    var stat = copy.stat();
    if (stat.isEmpty()) return new Reversal.Nothing("`" + to + "` is gone already.");
    if (stat.get().size() != done.bytes() || !copy.digest(Algorithm.sha512).equals(done.sha512()))
      return new Reversal.Impossible(
          "`" + to + "` was changed since it was copied; delete it by hand if it may go.");
    copy.delete();
    return new Reversal.Undone("Deleted `" + to + "`.");
  }
}
