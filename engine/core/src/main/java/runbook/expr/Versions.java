package runbook.expr;

import java.util.Arrays;
import java.util.regex.Pattern;

/** Versions as programs print them: {@code 17}, {@code v1.30.2}, {@code 15.18 (Debian 15.18-1)}. */
final class Versions {
  private static final Pattern FORM =
      Pattern.compile("v?(\\d{1,9}(?:\\.\\d{1,9}){0,9})(?![\\w.])", Pattern.CASE_INSENSITIVE);

  private Versions() {}

  /** The number at a place, 0 where the version ends before. */
  static long part(String version, int place) {
    var numbers = numbers(version);
    return place < numbers.length ? numbers[place] : 0;
  }

  static int compare(String left, String right) {
    var l = numbers(left);
    var r = numbers(right);
    int length = Math.max(l.length, r.length);
    return Arrays.compare(Arrays.copyOf(l, length), Arrays.copyOf(r, length));
  }

  private static long[] numbers(String version) {
    var m = FORM.matcher(version.strip());
    if (!m.lookingAt())
      throw new ArithmeticException("`" + Words.brief(version) + "` is no version such as `15.18`");
    return Arrays.stream(m.group(1).split("\\.")).mapToLong(Long::parseLong).toArray();
  }
}
