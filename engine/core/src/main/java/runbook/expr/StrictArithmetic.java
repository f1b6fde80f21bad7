package runbook.expr;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Objects;
import org.apache.commons.jexl3.JexlArithmetic;
import org.apache.commons.jexl3.JexlOperator;
import runbook.type.Secret;

/** Operators that take what they are meant for, and nothing that merely looks like it. */
final class StrictArithmetic extends JexlArithmetic {
  StrictArithmetic() {
    super(true, MathContext.DECIMAL128, 20);
  }

  @Override
  public Object add(Object left, Object right) {
    if (left instanceof Number && right instanceof Number) return super.add(left, right);
    if (isText(left) && isText(right)) return join(left, right);
    throw new ArithmeticException("`+` takes two numbers or two texts");
  }

  private static boolean isText(Object value) {
    return value instanceof String || value instanceof Secret;
  }

  /** What is made of a secret is one. */
  private static Object join(Object left, Object right) {
    if (left instanceof String l && right instanceof String r) return l + r;
    return new Secret(nameOf(left, right), reveal(left) + reveal(right));
  }

  private static String nameOf(Object left, Object right) {
    return left instanceof Secret s ? s.name() : ((Secret) right).name();
  }

  static String reveal(Object value) {
    return value instanceof Secret s ? s.reveal() : String.valueOf(value);
  }

  @Override
  public boolean equals(Object left, Object right) {
    if (left instanceof Number && right instanceof Number) {
      return decimal(left).compareTo(decimal(right)) == 0;
    }
    return Objects.equals(left, right);
  }

  private static BigDecimal decimal(Object number) {
    return number instanceof BigDecimal d ? d : new BigDecimal(number.toString());
  }

  @Override
  protected int compare(Object left, Object right, JexlOperator operator) {
    if (left instanceof Number && right instanceof Number)
      return decimal(left).compareTo(decimal(right));
    if (left instanceof Comparable<?> l && left.getClass() == right.getClass())
      return compareSame(l, right);
    throw new ArithmeticException(
        "only numbers, texts, durations and quantities are greater or less");
  }

  @SuppressWarnings("unchecked")
  private static <T> int compareSame(Comparable<T> left, Object right) {
    return left.compareTo((T) right);
  }

  @Override
  public boolean toBoolean(Object value) {
    if (value instanceof Boolean b) return b;
    throw new ArithmeticException("a condition is true or false");
  }
}
