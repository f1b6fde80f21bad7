package runbook.diag;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds what a misspelt word was meant to be. */
public final class Spelling {
  private Spelling() {}

  /** The candidate nearest to the word, if one is near enough to be what was meant. */
  public static Optional<String> nearest(String word, Collection<String> candidates) {
    int tolerated = Math.max(1, Math.min(3, word.length() / 3 + 1));
    return candidates.stream()
        .filter(c -> !c.equals(word))
        .filter(c -> distance(word.toLowerCase(), c.toLowerCase()) <= tolerated)
        .min(
            Comparator.<String>comparingInt(c -> distance(word.toLowerCase(), c.toLowerCase()))
                .thenComparing(c -> c))
        .or(() -> begun(word, candidates));
  }

  /** The only one that begins so. */
  private static Optional<String> begun(String word, Collection<String> candidates) {
    if (word.length() < 3) return Optional.empty();
    var longer = candidates.stream().filter(c -> c.startsWith(word)).toList();
    return longer.size() == 1 ? Optional.of(longer.getFirst()) : Optional.empty();
  }

  /** "Did you mean …?", or else what would have been possible, as long as that is short. */
  public static Optional<String> hint(String word, Collection<String> candidates) {
    return nearest(word, candidates)
        .map(c -> "Did you mean `" + c + "`?")
        .or(() -> candidates.isEmpty() ? Optional.empty() : Optional.of(expected(candidates)));
  }

  public static String expected(Collection<String> candidates) {
    var sorted = candidates.stream().sorted().map(c -> "`" + c + "`").toList();
    if (sorted.size() == 1) return "Expected " + sorted.getFirst() + ".";
    var shown = sorted.size() > 16 ? sorted.subList(0, 16) : sorted;
    return "Expected one of "
        + String.join(", ", shown)
        + (shown.size() < sorted.size() ? ", …." : ".");
  }

  /**
   * Edits from one to the other: insert, delete, replace, swap neighbours (optimal string
   * alignment).
   */
  static int distance(String a, String b) {
    if (Math.abs(a.length() - b.length()) > 3) return 4;
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) d[i][0] = i;
    for (int j = 0; j <= b.length(); j++) d[0][j] = j;
    for (int i = 1; i <= a.length(); i++) {
      for (int j = 1; j <= b.length(); j++) {
        int cost = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        d[i][j] = Math.min(Math.min(d[i - 1][j] + 1, d[i][j - 1] + 1), d[i - 1][j - 1] + cost);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
        }
      }
    }
    return d[a.length()][b.length()];
  }
}
