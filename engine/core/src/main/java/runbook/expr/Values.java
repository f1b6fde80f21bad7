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
      case Object[] array -> list(List.of(array));
      case int[] array -> list(java.util.Arrays.stream(array).boxed().toList());
      case List<?> list -> list(list);
      case Map<?, ?> map -> {
        var out = new LinkedHashMap<String, Object>();
        // what is null is not there
        map.forEach((k, v) -> {
          if (v != null) out.put(String.valueOf(k), plain(v));
        });
        yield java.util.Collections.unmodifiableMap(out);
      }
      default -> value;
    };
  }

  private static BigDecimal decimal(double n) {
    if (!Double.isFinite(n)) throw new ArithmeticException("the number is too large");
    return new BigDecimal(Double.toString(n));
  }

  private static List<Object> list(List<?> items) {
    var out = new ArrayList<Object>(items.size());
    for (var item : items) if (item != null) out.add(plain(item));
    return java.util.Collections.unmodifiableList(out);
  }
}
