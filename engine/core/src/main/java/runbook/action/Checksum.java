package runbook.action;

import java.util.List;
import java.util.Optional;
import runbook.type.FileRef;

/** Computes the digest of a file where it lies. */
@Declares(effect = Effect.READ, doc = "Computes the digest of a file where it lies.")
public record Checksum(
    @Doc("File.") FileRef file,
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
