package runbook.type;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import runbook.type.Type.Simple;

/** Values have one written form, and come back from it as they were. */
final class TypesTest {
  private static final List<Simple> WRITABLE =
      List.of(
          Simple.STRING,
          Simple.INTEGER,
          Simple.NUMBER,
          Simple.BOOLEAN,
          Simple.DURATION,
          Simple.QUANTITY,
          Simple.FILE,
          Simple.PATH);

  @RepeatedTest(500)
  void what_is_written_is_read_as_the_same(RepetitionInfo repetition) {
    var random = new Random(repetition.getCurrentRepetition());
    var type = type(random, 3);
    var value = value(type, random);
    var typed = Conversion.convert(type, value);
    assertThat(Conversion.convert(type, typed)).isEqualTo(typed);
    var written = Conversion.written(typed);
    assertThat(Conversion.convert(type, written)).as("%s of %s", written, type).isEqualTo(typed);
    assertThat(Conversion.written(written)).isEqualTo(written);
  }

  private static Type type(Random random, int depth) {
    return switch (depth == 0 ? 0 : random.nextInt(5)) {
      case 1 -> new Type.ListOf(type(random, depth - 1));
      case 2 -> new Type.MapOf(type(random, depth - 1));
      case 3 -> new Type.Choice(List.of("one", "two"));
      default -> WRITABLE.get(random.nextInt(WRITABLE.size()));
    };
  }

  private static Object value(Type type, Random random) {
    return switch (type) {
      case Simple s ->
          switch (s) {
            case INTEGER -> random.nextLong();
            case NUMBER -> BigDecimal.valueOf(random.nextLong(), random.nextInt(12));
            case BOOLEAN -> random.nextBoolean();
            case DURATION -> Duration.ofMillis(random.nextLong(1L << 40));
            case QUANTITY ->
                random.nextInt(100_000) + List.of("", "Ki", "Gi", "m", "k").get(random.nextInt(5));
            case FILE -> "place" + random.nextInt(9) + ":/tmp/" + text(random);
            case PATH -> Path.of("folder", "file" + random.nextInt());
            default -> text(random);
          };
      case Type.ListOf(var element) -> {
        var list = new ArrayList<Object>();
        for (int i = random.nextInt(4); i > 0; i--) list.add(value(element, random));
        yield list;
      }
      case Type.MapOf(var of) -> {
        var map = new LinkedHashMap<String, Object>();
        for (int i = random.nextInt(4); i > 0; i--) map.put(text(random), value(of, random));
        yield map;
      }
      case Type.Choice(var words) -> words.get(random.nextInt(words.size()));
      case Type.Struct s -> Map.of();
    };
  }

  private static String text(Random random) {
    return random
        .ints(random.nextInt(12), 32, 0x2100)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  @ParameterizedTest
  @CsvSource({
    "0s, 0",
    "1ms, 1",
    "90s, 90000",
    "1m30s, 90000",
    "1h30m, 5400000",
    "2d, 172800000",
    "1d1h1m1s1ms, 90061001",
    "100h, 360000000",
    "90m, 5400000",
  })
  void a_duration_is_read_as_people_write_it(String text, long milliseconds) {
    assertThat(Durations.parse(text)).contains(Duration.ofMillis(milliseconds));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "s",
        "1",
        "1 h",
        "-1s",
        "1.5h",
        "1s1m",
        "1h1h",
        "1S",
        "99999999999d",
        "h1"
      })
  void what_is_no_duration_is_none(String text) {
    assertThat(Durations.parse(text)).isEmpty();
  }

  @Test
  void every_duration_comes_back_from_its_written_form_to_the_millisecond() {
    var random = new Random(7);
    for (int i = 0; i < 5_000; i++) {
      var d = Duration.ofMillis(random.nextLong(1L << (1 + random.nextInt(45))));
      assertThat(Durations.parse(Durations.format(d))).contains(d);
      assertThat(Durations.human(d)).matches("\\d+(\\.\\d)? (ms|s|min( \\d+ s)?|h \\d+ min)");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1Ki, 1024",
    "1Gi, 1073741824",
    "1k, 1000",
    "500m, 0.5",
    "1.5Gi, 1610612736",
    "-1M, -1000000",
    "0, 0",
    "1E, 1000000000000000000",
    "1n, 0.000000001",
  })
  void a_quantity_is_an_amount(String text, BigDecimal amount) {
    assertThat(Quantity.parse(text).orElseThrow().amount()).isEqualByComparingTo(amount);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "Gi", "1 Gi", "1GB", "1gi", "1e3", "0x1", "--1", "1.Gi", ".5", "1Gib"})
  void what_is_no_quantity_is_none(String text) {
    assertThat(Quantity.parse(text)).isEmpty();
  }

  @Test
  void quantities_are_equal_by_amount_and_keep_how_they_were_written() {
    var a = Quantity.parse("1Gi").orElseThrow();
    var b = Quantity.parse("1024Mi").orElseThrow();
    assertThat(a).isEqualTo(b).hasSameHashCodeAs(b).isEqualByComparingTo(b);
    assertThat(a.toString()).isEqualTo("1Gi");
    assertThat(a).isGreaterThan(Quantity.parse("1G").orElseThrow());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "/tmp/x", "place:", ":x", "Place:x", "a b:x", "1p:x"})
  void what_is_no_file_at_a_place_is_none(String text) {
    assertThat(FileRef.parse(text)).isEmpty();
  }

  @Test
  void a_value_of_another_type_is_refused_in_one_short_sentence() {
    for (var type : WRITABLE) {
      for (Object value :
          List.of(List.of("x".repeat(1000)), Map.of("k", "v"), new Secret("s", "hidden"))) {
        assertThatThrownBy(() -> Conversion.convert(type, value))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageEndingWith(".")
            .hasMessageNotContaining("hidden")
            .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(200));
      }
    }
  }

  @Test
  void a_secret_has_no_written_form_but_its_name() {
    var secret = new Secret("token", "hidden");
    assertThat(Conversion.written(Map.of("k", List.of(secret, Word.of(secret)))).toString())
        .doesNotContain("hidden");
  }
}
