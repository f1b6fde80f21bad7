package runbook.type;

import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * An amount as Kubernetes writes it: {@code 25Gi}, {@code 500m}, {@code 1.5G}.
 *
 * @param text as written
 * @param amount in units (bytes, cores, …)
 */
public record Quantity(String text, BigDecimal amount) implements Comparable<Quantity> {
  private static final Pattern FORM =
      Pattern.compile("([+-]?\\d{1,18}(?:\\.\\d{1,18})?)([numkMGTPE]|[KMGTPE]i)?");
  private static final Map<String, BigDecimal> UNITS =
      Map.ofEntries(
          Map.entry("n", new BigDecimal("1e-9")),
          Map.entry("u", new BigDecimal("1e-6")),
          Map.entry("m", new BigDecimal("1e-3")),
          Map.entry("k", new BigDecimal("1e3")),
          Map.entry("M", new BigDecimal("1e6")),
          Map.entry("G", new BigDecimal("1e9")),
          Map.entry("T", new BigDecimal("1e12")),
          Map.entry("P", new BigDecimal("1e15")),
          Map.entry("E", new BigDecimal("1e18")),
          Map.entry("Ki", BigDecimal.valueOf(1L << 10)),
          Map.entry("Mi", BigDecimal.valueOf(1L << 20)),
          Map.entry("Gi", BigDecimal.valueOf(1L << 30)),
          Map.entry("Ti", BigDecimal.valueOf(1L << 40)),
          Map.entry("Pi", BigDecimal.valueOf(1L << 50)),
          Map.entry("Ei", BigDecimal.valueOf(1L << 60)));

  public static Optional<Quantity> parse(String text) {
    var m = FORM.matcher(text);
    if (!m.matches()) return Optional.empty();
    var unit = m.group(2) == null ? BigDecimal.ONE : UNITS.get(m.group(2));
    return Optional.of(new Quantity(text, new BigDecimal(m.group(1)).multiply(unit)));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Quantity q && q.amount.compareTo(amount) == 0;
  }

  @Override
  public int hashCode() {
    return amount.stripTrailingZeros().hashCode();
  }

  @Override
  public int compareTo(Quantity other) {
    return amount.compareTo(other.amount);
  }

  @Override
  public String toString() {
    return text;
  }
}
