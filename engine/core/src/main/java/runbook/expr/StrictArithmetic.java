package runbook.expr;

import java.math.MathContext;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.apache.commons.jexl3.JexlArithmetic;
import org.apache.commons.jexl3.JexlOperator;
import runbook.type.Durations;
import runbook.type.Quantity;
import runbook.type.Secret;

/**
 * Operators that take what they are meant for, and nothing that merely looks like it. A text beside
 * a duration or a quantity is read as one, since they have no other literal.
 */
final class StrictArithmetic extends JexlArithmetic {
  private static final Duration LONGEST = Duration.ofDays(999_999_999);

  StrictArithmetic() {
    super(true, MathContext.DECIMAL128, 20);
  }

  @Override
  public Object add(Object left, Object right) {
    if (isNumber(left) && isNumber(right)) return Numbers.add(left, right);
    if (left instanceof Duration || right instanceof Duration)
      return bounded(duration(left, "+"), duration(right, "+"), 1);
    if (isText(left) && isText(right)) return join(left, right);
    throw new ArithmeticException("`+` takes two numbers, two durations or two texts");
  }

  @Override
  public Object subtract(Object left, Object right) {
    if (left instanceof Duration || right instanceof Duration)
      return bounded(duration(left, "-"), duration(right, "-"), -1);
    return Numbers.subtract(number(left, "-"), number(right, "-"));
  }

  @Override
  public Object multiply(Object left, Object right) {
    if (left instanceof Duration d && Values.plain(right) instanceof Long n) return times(d, n);
    if (right instanceof Duration d && Values.plain(left) instanceof Long n) return times(d, n);
    return Numbers.multiply(number(left, "*"), number(right, "*"));
  }

  @Override
  public Object divide(Object left, Object right) {
    return Numbers.divide(number(left, "/"), number(right, "/"));
  }

  @Override
  public Object mod(Object left, Object right) {
    return Numbers.remainder(number(left, "%"), number(right, "%"));
  }

  @Override
  public Object negate(Object value) {
    return Numbers.subtract(0L, number(value, "-"));
  }

  private static boolean isNumber(Object value) {
    return value instanceof Number;
  }

  private static Object number(Object value, String operator) {
    if (isNumber(value)) return value;
    throw new ArithmeticException("`" + operator + "` takes two numbers");
  }

  private static Duration duration(Object value, String operator) {
    if (value instanceof Duration d) return d;
    if (value instanceof String text) return parsed(text);
    throw new ArithmeticException("`" + operator + "` takes two durations");
  }

  private static Duration parsed(String text) {
    return Durations.parse(text)
        .orElseThrow(() ->
            new ArithmeticException("`" + Words.brief(text) + "` is not a duration such as `90s`"));
  }

  /** Such as a plan may write: not negative. */
  private static Duration bounded(Duration left, Duration right, int sign) {
    var result = sign > 0 ? left.plus(right) : left.minus(right);
    if (result.isNegative()) throw new ArithmeticException("the duration would be negative");
    if (result.compareTo(LONGEST) > 0) throw new ArithmeticException("the duration is too long");
    return result;
  }

  private static Duration times(Duration duration, long times) {
    if (times < 0 && !duration.isZero())
      throw new ArithmeticException("the duration would be negative");
    try {
      return bounded(duration.multipliedBy(times), Duration.ZERO, 1);
    } catch (ArithmeticException e) {
      throw new ArithmeticException("the duration is too long");
    }
  }

  private static boolean isText(Object value) {
    return value instanceof String || value instanceof Secret;
  }

  /** What is made of a secret is one. */
  private static Object join(Object left, Object right) {
    var joined = reveal(left) + reveal(right);
    Functions.bound(joined.length());
    if (left instanceof String && right instanceof String) return joined;
    return new Secret(nameOf(left, right), joined);
  }

  private static String nameOf(Object left, Object right) {
    return left instanceof Secret s ? s.name() : ((Secret) right).name();
  }

  private static String reveal(Object value) {
    return value instanceof Secret s ? s.reveal() : String.valueOf(value);
  }

  @Override
  public boolean equals(Object left, Object right) {
    return same(left, right);
  }

  private static boolean same(Object left, Object right) {
    unsecret(left);
    unsecret(right);
    if (isNumber(left) && isNumber(right)) return Numbers.compare(left, right) == 0;
    var l = beside(left, right);
    var r = beside(right, left);
    if (l instanceof List<?> a && r instanceof List<?> b) {
      if (a.size() != b.size()) return false;
      for (int i = 0; i < a.size(); i++) if (!same(a.get(i), b.get(i))) return false;
      return true;
    }
    return Objects.equals(l, r);
  }

  private static void unsecret(Object value) {
    if (Secrecy.in(value).isPresent())
      throw new ArithmeticException("a comparison would tell about a secret");
  }

  /** The value; a text beside a duration or a quantity is one, and a path beside a text is text. */
  private static Object beside(Object value, Object other) {
    if (value instanceof runbook.type.FileRef || value instanceof java.nio.file.Path)
      return value.toString();
    if (!(value instanceof String text)) return value;
    if (other instanceof Duration) return parsed(text);
    if (other instanceof Quantity)
      return Quantity.parse(text)
          .orElseThrow(() ->
              new ArithmeticException(
                  "`" + Words.brief(text) + "` is not a quantity such as `25Gi`"));
    return value;
  }

  @Override
  protected int compare(Object left, Object right, JexlOperator operator) {
    return order(left, right);
  }

  static int order(Object left, Object right) {
    if (isNumber(left) && isNumber(right)) return Numbers.compare(left, right);
    var l = beside(left, right);
    var r = beside(right, left);
    if (l instanceof String a && r instanceof String b) return a.compareTo(b);
    if (l instanceof Duration a && r instanceof Duration b) return a.compareTo(b);
    if (l instanceof Quantity a && r instanceof Quantity b) return a.compareTo(b);
    throw new ArithmeticException(
        "only numbers, texts, durations and quantities are greater or less");
  }

  /** {@code text =~ 'regex'}, {@code element =~ list}. */
  @Override
  public Boolean contains(Object container, Object value) {
    unsecret(value);
    unsecret(container);
    var element = beside(value, "");
    if (container instanceof List<?> list) return contains(list, element);
    if (container instanceof String pattern && element instanceof String text)
      return Regex.matches(text, pattern);
    throw new ArithmeticException(
        "`=~` asks whether a text matches a pattern or an element is in a list");
  }

  static boolean contains(List<?> list, Object element) {
    return list.stream().anyMatch(e -> same(e, element));
  }

  @Override
  public Boolean startsWith(Object left, Object right) {
    return text(left, "=^").startsWith(text(right, "=^"));
  }

  @Override
  public Boolean endsWith(Object left, Object right) {
    return text(left, "=$").endsWith(text(right, "=$"));
  }

  private static String text(Object value, String operator) {
    if (beside(value, "") instanceof String text) return text;
    throw new ArithmeticException("`" + operator + "` takes two texts");
  }

  @Override
  public boolean toBoolean(Object value) {
    if (value instanceof Boolean b) return b;
    throw new ArithmeticException("a condition is true or false");
  }
}
