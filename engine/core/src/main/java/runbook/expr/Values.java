package runbook.expr;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Brings JEXL's many kinds of numbers and collections to the language's few. */
final class Values {
  private Values() {}

  static Object plain(Object value) {
    return switch (value) {
      case Integer n -> n.longValue();
      case Short n -> n.longValue();
      case Byte n -> n.longValue();
      case BigInteger n -> n.bitLength() < 64 ? (Object) n.longValue() : new BigDecimal(n);
      case Double n -> decimal(n);
      case Float n -> decimal(n.doubleValue());
      // division works to so many places that a short result has a tail of zeros
      case BigDecimal d when d.scale() > 12 -> plainScale(d.stripTrailingZeros());
      case Object[] array -> list(List.of(array));
      case int[] array -> list(java.util.Arrays.stream(array).boxed().toList());
      case List<?> list -> list(list);
      case Map<?, ?> map -> {
        var out = new LinkedHashMap<String, Object>();
        map.forEach((k, v) -> out.put(String.valueOf(k), plain(v)));
        yield java.util.Collections.unmodifiableMap(out);
      }
      default -> value;
    };
  }

  private static BigDecimal decimal(double n) {
    if (!Double.isFinite(n)) throw new ArithmeticException("the number is too large");
    return new BigDecimal(Double.toString(n));
  }

  private static BigDecimal plainScale(BigDecimal d) {
    return d.scale() < 0 ? d.setScale(0) : d;
  }

  private static List<Object> list(List<?> items) {
    var out = new ArrayList<Object>(items.size());
    for (var item : items) out.add(plain(item));
    return java.util.Collections.unmodifiableList(out);
  }
}
