package runbook.yaml;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import runbook.diag.Code;
import runbook.diag.Problems;
import runbook.diag.Source;
import runbook.diag.Span;

/** From the bytes of a file to its text; what is no UTF-8 is a problem in the line that has it. */
public final class Utf8 {
  /** In bytes; a plan of 100,000 steps has half of it. */
  public static final int LARGEST = 16 << 20;

  private Utf8() {}

  /**
   * The text of a file; empty when there is a problem. No more of it is read than a plan may have.
   *
   * @param name what people call the file
   * @param from where the file is named, for what is wrong with all of it
   */
  public static Optional<Source> read(Path file, String name, Span from, Problems problems)
      throws IOException {
    try (var in = Files.newInputStream(file)) {
      var bytes = in.readNBytes(LARGEST + 1);
      if (bytes.length <= LARGEST) return decode(name, bytes, problems);
      tooLarge(from, problems);
      return Optional.empty();
    }
  }

  /** The text of these bytes; empty when there is a problem. */
  public static Optional<Source> decode(String name, byte[] bytes, Problems problems) {
    var text = CharBuffer.allocate(bytes.length);
    var result = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes), text, true);
    int good = text.position();
    if (result.isUnderflow()) return Optional.of(new Source(name, text.flip().toString()));
    var shown = new Source(name, new String(bytes, StandardCharsets.UTF_8));
    boolean utf16 = bytes.length > 1 && (bytes[0] & bytes[1] & 0xff) == 0xfe;
    problems.error(
        Code.FILE_ENCODING,
        new Span(shown, good, good + 1),
        "The file is not UTF-8 text.",
        utf16 || bytes.length > 1 && (bytes[0] == 0 || bytes[1] == 0)
            ? "It looks like UTF-16; save it as UTF-8."
            : "Save it as UTF-8.");
    return Optional.empty();
  }

  static void tooLarge(Span at, Problems problems) {
    problems.error(
        Code.FILE_SIZE,
        at,
        "The file has more than " + (LARGEST >> 20) + " MiB, and is not read.",
        "A plan can `use` others; a script can be a `file` beside the plan.");
  }
}
