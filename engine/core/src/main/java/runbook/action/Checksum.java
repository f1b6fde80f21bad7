package runbook.action;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import runbook.action.Touches.Access;
import runbook.action.Touches.Thing;
import runbook.type.FileRef;
import runbook.world.Failure;

/** Computes the digest of a file where it lies. */
@Declares(effect = Effect.READ, doc = "Computes the digest of a file where it lies.")
public record Checksum(
    @Doc("File.") @Touches(value = Thing.FILE, access = Access.READ) FileRef file,
    @Doc("Digest; `sha512` unless given.") Optional<Algorithm> algorithm,
    @Doc("Digest that it must have.") Optional<String> expect)
    implements Action<Checksum.Done> {

  /** What the step gives. */
  public record Done(
      @Doc("File.") FileRef file,
      @Doc("Digest in lower-case hexadecimal.") String digest,
      @Doc("Size.") long bytes)
      implements Output {}

  /** Digest algorithms, by the names of their commands without `sum`. */
  public enum Algorithm {
    sha512,
    sha256,
    sha1,
    md5
  }

  public Checksum {
    var wanted = algorithm.orElse(Algorithm.sha512);
    expect.ifPresent(e -> {
      if (!e.matches("[0-9A-Fa-f]{" + FileHere.digester(wanted).getDigestLength() * 2 + "}"))
        throw new IllegalArgumentException(
            "`" + e + "` cannot be a " + wanted + " digest in hexadecimal.");
    });
  }

  private String command() {
    return algorithm.orElse(Algorithm.sha512) + "sum";
  }

  @Override
  public List<Finding> preflight(ActionContext context) {
    if (!(context.place(file.place()) instanceof Place.InPod in)) return List.of();
    var findings = new ArrayList<Finding>();
    findings.add(PodFinder.finding(context, in));
    PodFinder.now(context, in)
        .filter(pod -> !Shell.in(context, pod.target()).missing(command()).isEmpty())
        .ifPresent(pod ->
            findings.add(
                Finding.blocks(
                    "Command `" + command() + "`",
                    "It is not to be found in " + pod.target() + ".",
                    "Use another algorithm or another container.")));
    return findings;
  }

  @Override
  public Done run(ActionContext context) {
    var end = FileEnd.of(context, file);
    if (end instanceof FileInPod pod) pod.need(command());
    var before = end.stat().orElseThrow(() -> FileEnd.absent(file));
    var digest = end.digest(algorithm.orElse(Algorithm.sha512));
    if (!end.stat().equals(Optional.of(before)))
      throw Failure.failed("`" + file + "` changed while its digest was computed.");
    if (expect.filter(e -> !e.equalsIgnoreCase(digest)).isPresent())
      throw Failure.failed("`" + file + "` does not have the expected digest.")
          .withDetail(
              "expected: " + expect.get().toLowerCase(Locale.ROOT) + "\nfound:    " + digest);
    return new Done(file, digest, before.size());
  }

  @Override
  public Recovery<Done> recover(ActionContext context) {
    return new Recovery.Repeat<>("It only reads.");
  }

  @Override
  public Reversal undo(ActionContext context, Done done) {
    return new Reversal.Nothing("It only read.");
  }
}
