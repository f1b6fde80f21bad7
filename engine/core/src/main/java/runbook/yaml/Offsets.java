package runbook.yaml;

/** The library counts code points; everybody else counts UTF-16 units. */
final class Offsets {
  private final int[] utf16;
  private final int length;

  Offsets(String text) {
    this.length = text.length();
    int points = text.codePointCount(0, length);
    this.utf16 = new int[points == length ? 0 : points + 1];
    for (int i = 0, at = 0; i < utf16.length; i++) {
      utf16[i] = at;
      if (at < length) at += Character.charCount(text.codePointAt(at));
    }
  }

  /** The offset in UTF-16 units, which is never behind the text. */
  int of(int codePoints) {
    int units = utf16.length == 0 ? codePoints : utf16[Math.min(codePoints, utf16.length - 1)];
    return Math.min(units, length);
  }
}
