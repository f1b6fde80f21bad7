package runbook.expr;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Regular expressions of plans, which give up instead of taking for ever. */
final class Regex {
  /** Steps that a pattern may take: some tenths of a second. */
  private static final int MOST_STEPS = 10_000_000;

  /** All repetitions of a pattern multiplied, since what is repeated may be empty. */
  private static final long MOST_REPETITIONS = 100_000_000;

  private static final Pattern COUNT = Pattern.compile("\\{(\\d+)(?:,(\\d*))?\\}");

  private Regex() {}

  /**
   * @throws ArithmeticException that says why the text is no regular expression
   */
  static Pattern compile(String pattern) {
    long repetitions = 1;
    for (var counts = COUNT.matcher(pattern); counts.find(); ) {
      var most =
          counts.group(2) == null || counts.group(2).isEmpty() ? counts.group(1) : counts.group(2);
      long count = most.length() > 9 ? MOST_REPETITIONS : Math.max(1, Long.parseLong(most));
      repetitions *= count;
      if (repetitions >= MOST_REPETITIONS)
        throw new ArithmeticException("the pattern repeats too often");
    }
    try {
      return Pattern.compile(pattern);
    } catch (PatternSyntaxException e) {
      throw new ArithmeticException(
          "the pattern is no regular expression ("
              + e.getDescription().replaceAll("\\s+", " ")
              + (e.getIndex() < 0 ? "" : ", at character " + (e.getIndex() + 1))
              + ")");
    } catch (StackOverflowError e) {
      throw new ArithmeticException("the pattern is nested too deeply");
    }
  }

  /** Whether the whole text is as the pattern says. */
  static boolean matches(String text, String pattern) {
    var matcher = compile(pattern).matcher(new Counted(text));
    return within(matcher, Matcher::matches);
  }

  /**
   * A group of the first place that is as the pattern says.
   *
   * @param group 0 for all of it
   */
  static String extract(String text, String pattern, long group) {
    var matcher = compile(pattern).matcher(new Counted(text));
    if (group < 0 || group > matcher.groupCount())
      throw new ArithmeticException(
          "the pattern has " + groups(matcher.groupCount()) + ", and no group " + group);
    if (!within(matcher, Matcher::find))
      throw new Absent("nothing in the text is as the pattern says");
    int from = matcher.start((int) group);
    if (from < 0) throw new Absent("the group " + group + " of the pattern is not in the text");
    return text.substring(from, matcher.end((int) group));
  }

  static String groups(int count) {
    return count == 0 ? "no groups" : count == 1 ? "one group" : count + " groups";
  }

  private static boolean within(Matcher matcher, java.util.function.Predicate<Matcher> question) {
    try {
      return question.test(matcher);
    } catch (StackOverflowError e) {
      throw new ArithmeticException("the pattern goes too deep on this text");
    }
  }

  /** Counts how often a character is looked at, since that is what a bad pattern does for ever. */
  private static final class Counted implements CharSequence {
    private final String text;
    private int steps;

    Counted(String text) {
      this.text = text;
    }

    @Override
    public char charAt(int index) {
      if (++steps > MOST_STEPS)
        throw new ArithmeticException("the pattern takes too long on this text");
      return text.charAt(index);
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return text.substring(start, end);
    }

    @Override
    public String toString() {
      return text;
    }
  }
}
