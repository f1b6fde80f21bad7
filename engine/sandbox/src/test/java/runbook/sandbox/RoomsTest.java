package runbook.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Test;

/** Who may use whom; each room knows rooms above it only, so there is no cycle. */
final class RoomsTest {
  private static final Pattern USE =
      Pattern.compile("runbook\\.sandbox\\.([a-z]+)\\S*\\s+-> runbook\\.sandbox\\.([a-z]+)");

  private static final List<Map.Entry<String, List<String>>> HOUSE =
      List.of(
          Map.entry("json", List.of()),
          Map.entry("time", List.of()),
          Map.entry("http", List.of()),
          Map.entry("box", List.of()),
          Map.entry("schema", List.of("json")),
          Map.entry("store", List.of("json", "schema")),
          Map.entry("patch", List.of("json", "schema", "store")),
          Map.entry("api", List.of("json", "http", "schema", "store", "patch")),
          Map.entry("control", List.of("json", "time", "schema", "store")),
          Map.entry("image", List.of("json", "box")),
          Map.entry("node", List.of("json", "time", "box", "schema", "store", "api", "image")),
          Map.entry("linode", List.of("json", "time", "http", "box")),
          Map.entry("cloudflare", List.of("json", "time", "http")),
          Map.entry("edge", List.of("http", "cloudflare")),
          Map.entry("fault", List.of("json", "time", "http", "api")),
          Map.entry(
              "world",
              List.of(
                  "json",
                  "time",
                  "http",
                  "box",
                  "schema",
                  "store",
                  "api",
                  "control",
                  "image",
                  "node",
                  "linode",
                  "cloudflare",
                  "edge",
                  "fault")));

  @Test
  void every_room_uses_whom_the_table_allows() {
    var text = new StringWriter();
    int code =
        ToolProvider.findFirst("jdeps")
            .orElseThrow()
            .run(
                new PrintWriter(text),
                new PrintWriter(System.err),
                "-v",
                "-e",
                "runbook\\.sandbox\\..*",
                "target/classes");
    assertThat(code).isZero();
    var allowed = new TreeSet<String>();
    var above = new TreeSet<String>();
    for (var room : HOUSE) {
      assertThat(above).as(room.getKey() + " knows rooms above it").containsAll(room.getValue());
      room.getValue().forEach(other -> allowed.add(room.getKey() + " → " + other));
      above.add(room.getKey());
    }
    var found = new TreeSet<String>();
    USE.matcher(text.toString())
        .results()
        .filter(m -> !m.group(1).equals(m.group(2)))
        .forEach(m -> found.add(m.group(1) + " → " + m.group(2)));
    assertThat(found).isNotEmpty();
    found.removeAll(allowed);
    assertThat(found).isEmpty();
  }
}
