package runbook.sandbox.node;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;

/** Amounts as Kubernetes writes them: {@code 250m}, {@code 64Mi}, {@code 2G}. */
final class Quantity {
  private static final Map<String, BigDecimal> UNITS =
      Map.ofEntries(
          Map.entry("m", new BigDecimal("0.001")),
          Map.entry("", BigDecimal.ONE),
          Map.entry("k", BigDecimal.valueOf(1_000)),
          Map.entry("M", BigDecimal.valueOf(1_000_000)),
          Map.entry("G", BigDecimal.valueOf(1_000_000_000)),
          Map.entry("T", BigDecimal.valueOf(1_000_000_000_000L)),
          Map.entry("Ki", BigDecimal.valueOf(1L << 10)),
          Map.entry("Mi", BigDecimal.valueOf(1L << 20)),
          Map.entry("Gi", BigDecimal.valueOf(1L << 30)),
          Map.entry("Ti", BigDecimal.valueOf(1L << 40)));

  private Quantity() {}

  /**
   * The amount in its base unit: bytes, or cores.
   *
   * @throws IllegalArgumentException when it is none
   */
  static BigDecimal parse(String text) {
    int end = text.length();
    while (end > 0 && Character.isLetter(text.charAt(end - 1))) {
      end--;
    }
    BigDecimal unit = UNITS.get(text.substring(end));
    if (unit == null) {
      throw new IllegalArgumentException("`%s` is no quantity".formatted(text));
    }
    return new BigDecimal(text.substring(0, end)).multiply(unit);
  }

  static long bytes(String text) {
    return parse(text).setScale(0, RoundingMode.UP).longValueExact();
  }

  /** How often a divisor is in it, rounded up, as the downward API says it. */
  static String divided(String text, String divisor) {
    BigDecimal by = parse(divisor.isEmpty() || divisor.equals("0") ? "1" : divisor);
    return parse(text).divide(by, 0, RoundingMode.UP).toPlainString();
  }
}
