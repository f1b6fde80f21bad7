package runbook.expr;

import java.math.BigDecimal;
import java.math.MathContext;

/** Numbers as the language has them: whole ones of 64 bits, and decimal ones. */
final class Numbers {
  /** More digits before or behind the point than anybody means. */
  private static final int WIDEST = 5_000;

  private Numbers() {}

  private static BigDecimal decimal(Object number) {
    return switch (Values.plain(number)) {
      case BigDecimal d -> d;
      case Long n -> BigDecimal.valueOf(n);
      default -> throw new ArithmeticException("this is no number");
    };
  }

  private interface Whole {
    long of(long left, long right);
  }

  private interface Decimal {
    BigDecimal of(BigDecimal left, BigDecimal right);
  }

  private static Object compute(Object left, Object right, Whole whole, Decimal decimal) {
    if (Values.plain(left) instanceof Long l && Values.plain(right) instanceof Long r) {
      try {
        return whole.of(l, r);
      } catch (ArithmeticException e) {
        throw new ArithmeticException("the number is too large");
      }
    }
    return checked(decimal.of(decimal(left), decimal(right)));
  }

  static BigDecimal checked(BigDecimal d) {
    if (Math.abs((long) d.precision() - d.scale()) > WIDEST || Math.abs((long) d.scale()) > WIDEST)
      throw new ArithmeticException("the number is too large");
    // a division works to so many places that a short result has a tail of zeros
    var brief = d.stripTrailingZeros();
    return brief.scale() < 0 ? brief.setScale(0) : brief;
  }

  static Object add(Object left, Object right) {
    return compute(left, right, Math::addExact, (l, r) -> l.add(r, MathContext.DECIMAL128));
  }

  static Object subtract(Object left, Object right) {
    return compute(
        left, right, Math::subtractExact, (l, r) -> l.subtract(r, MathContext.DECIMAL128));
  }

  static Object multiply(Object left, Object right) {
    return compute(
        left, right, Math::multiplyExact, (l, r) -> l.multiply(r, MathContext.DECIMAL128));
  }

  static Object divide(Object left, Object right) {
    divisor(right);
    return compute(left, right, Math::divideExact, (l, r) -> l.divide(r, MathContext.DECIMAL128));
  }

  static Object remainder(Object left, Object right) {
    divisor(right);
    return compute(left, right, (l, r) -> l % r, (l, r) -> l.remainder(r, MathContext.UNLIMITED));
  }

  private static void divisor(Object number) {
    if (decimal(number).signum() == 0) throw new ArithmeticException("nothing divides by zero");
  }

  static int compare(Object left, Object right) {
    return decimal(left).compareTo(decimal(right));
  }
}
