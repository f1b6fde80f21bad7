package runbook.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import runbook.diag.Fuzz;
import runbook.diag.Problems;
import runbook.diag.Renderer;
import runbook.diag.Source;

/** Any data that is written comes back; any bytes at all are data or problems. */
final class YamlPropertyTest {
  private static final long CASES = Fuzz.cases(5_000);

  @Test
  void what_is_written_in_any_style_comes_back() {
    var random = Fuzz.random(21);
    for (long i = 0; i < CASES; i++) {
      var data = data(random, 4);
      var text = flow(data, random) + "\n";
      if (random.nextBoolean()) text = block(data, random, 0).stripLeading();
      if (random.nextInt(4) == 0) text = text.replace("\n", "\r\n");
      if (random.nextInt(4) == 0) text = "\ufeff" + text;
      var problems = new Problems();
      var yaml = YamlReader.read(new Source("t", text), problems);
      assertThat(problems.sorted()).as(text).isEmpty();
      assertThat(yaml.orElseThrow().data()).as(text).contains(data);
      places(yaml.get(), text);
    }
  }

  /** Every node stands within the text, and every character of a scalar within its node. */
  private static void places(Yaml yaml, String text) {
    assertThat(yaml.span().end()).isLessThanOrEqualTo(text.length());
    switch (yaml) {
      case Yaml.Scalar s -> {
        for (int i = 0; i < s.text().length(); i++) {
          var at = s.at(i, i + 1);
          assertThat(at.start()).isGreaterThanOrEqualTo(s.span().start());
          assertThat(at.end()).isLessThanOrEqualTo(s.span().end());
          char c = s.text().charAt(i);
          if (at.end() - at.start() == 1 && c > ' ') assertThat(at.text()).isEqualTo("" + c);
        }
      }
      case Yaml.Sequence s -> s.items().forEach(i -> places(i, text));
      case Yaml.Mapping m ->
          m.entries()
              .forEach(e -> {
                places(e.key(), text);
                places(e.value(), text);
              });
    }
  }

  private static Object data(Random random, int depth) {
    return switch (depth == 0 ? 2 + random.nextInt(5) : random.nextInt(7)) {
      case 0 -> {
        var list = new ArrayList<Object>();
        for (int n = 1 + random.nextInt(4); n > 0; n--) list.add(data(random, depth - 1));
        yield list;
      }
      case 1 -> {
        var map = new LinkedHashMap<String, Object>();
        for (int n = 1 + random.nextInt(4); n > 0; n--)
          map.put("k" + random.nextInt(99), data(random, depth - 1));
        yield map;
      }
      case 2 -> random.nextLong();
      case 3 -> random.nextBoolean();
      case 4 -> BigDecimal.valueOf(random.nextInt(), 1 + random.nextInt(5));
      default -> text(random);
    };
  }

  private static String text(Random random) {
    var out = new StringBuilder();
    for (int n = random.nextInt(12); n > 0; n--)
      out.append(
          List.of(
                  "a", "Z", " ", "'", "\"", "\\", "#", ": ", "- ", "é", "😀", "{", "*", "&", "!",
                  "\t", "\n", "1")
              .get(random.nextInt(18)));
    return out.toString();
  }

  private static String scalar(Object value, Random random) {
    if (!(value instanceof String text)) return value.toString();
    if (random.nextBoolean() && text.matches("[^\n\t]*"))
      return "'" + text.replace("'", "''") + "'";
    return text.replace("\\", "\\\\")
        .replace("\"", "\\\"")
        .replace("\n", "\\n")
        .replace("\t", "\\t")
        .transform(t ->
            '"'
                + (random.nextBoolean()
                    ? t.replace("é", "\\u00e9").replace("😀", "\\U0001F600")
                    : t)
                + '"');
  }

  private static String flow(Object value, Random random) {
    return switch (value) {
      case List<?> list ->
          list.stream().map(v -> flow(v, random)).collect(Collectors.joining(", ", "[", "]"));
      case Map<?, ?> map ->
          map.entrySet().stream()
              .map(e -> e.getKey() + ": " + flow(e.getValue(), random))
              .collect(Collectors.joining(", ", "{ ", " }"));
      default -> scalar(value, random);
    };
  }

  private static String block(Object value, Random random, int indent) {
    var margin = "\n" + " ".repeat(indent);
    return switch (value) {
      case List<?> list ->
          list.stream()
              .map(v -> margin + "- " + block(v, random, indent + 2).stripLeading())
              .collect(Collectors.joining());
      case Map<?, ?> map ->
          map.entrySet().stream()
              .map(e -> margin + e.getKey() + ": " + block(e.getValue(), random, indent + 2))
              .collect(Collectors.joining());
      default -> scalar(value, random);
    };
  }

  @Test
  void any_bytes_are_data_or_problems() {
    var random = Fuzz.random(22);
    for (long i = 0; i < CASES; i++) {
      var bytes = new byte[random.nextInt(80)];
      random.nextBytes(bytes);
      if (random.nextBoolean())
        for (int n = 0; n < bytes.length; n++) bytes[n] = (byte) (bytes[n] & 0x7f);
      var charset = random.nextBoolean() ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1;
      var source = new Source("t", new String(bytes, charset));
      var problems = new Problems();
      try {
        var yaml = YamlReader.read(source, problems);
        if (yaml.isEmpty()) assertThat(problems.hasErrors()).isTrue();
        Renderer.render(problems.sorted());
      } catch (RuntimeException | Error e) {
        throw new AssertionError("of " + java.util.Arrays.toString(bytes), e);
      }
      for (var d : problems.sorted()) assertThat(d.message()).matches("[A-Z`].*\\.");
    }
  }
}
