package runbook.action;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import runbook.world.Failure;

class SetImageTest {
  private static final String DEPLOYMENT =
      """
      # The database.
      apiVersion: apps/v1
      kind: Deployment
      metadata:
        name: postgres   # ü 🐘
      spec:
        template:
          spec:
            initContainers:
              - name: prepare
                image: "busybox:1.36"
            containers:
              - name: postgres
                image: ghcr.io/me/psql_extended:15   # pinned
                args: ["-c", "config_file=/etc/postgresql/postgresql.conf"]
              - {name: exporter, image: 'exporter:1'}
      ---
      kind: CronJob
      apiVersion: batch/v1
      metadata: {name: blackbox}
      spec:
        jobTemplate:
          spec:
            template:
              spec:
                containers:
                  - name: dump
                    image: >-
                      postgres:15
      """;

  @TempDir Path folder;

  private Path write(String text) throws IOException {
    return Files.write(folder.resolve("m.yaml"), text.getBytes(StandardCharsets.UTF_8));
  }

  private String read() throws IOException {
    return Files.readString(folder.resolve("m.yaml"));
  }

  private static SetImage set(String container, String image) {
    return new SetImage(Path.of("m.yaml"), container, image, Optional.empty());
  }

  private Failure refusal(SetImage action) {
    return catchThrowableOfType(Failure.class, () -> action.run(Trial.files(folder).context()));
  }

  @Test
  void changesOneScalarAndNothingElse() throws IOException {
    for (var eol : new String[] {"\n", "\r\n"}) {
      for (var bom : new String[] {"", "\ufeff"}) {
        for (var container : new String[] {"prepare", "postgres", "exporter", "dump"}) {
          var before = bom + DEPLOYMENT.replace("\n", eol);
          write(before);
          var done = set(container, "postgres:17").run(Trial.files(folder).context());
          assertThat(done.changed()).isTrue();
          assertThat(read()).isEqualTo(before.replace(old(container), fresh(container)));
          assertThat(done.previous())
              .isEqualTo(old(container).replaceAll("image:|['\" }]|>-", "").strip());
        }
      }
    }
  }

  private static String old(String container) {
    return switch (container) {
      case "prepare" -> "\"busybox:1.36\"";
      case "postgres" -> " ghcr.io/me/psql_extended:15 ";
      case "exporter" -> "'exporter:1'";
      default -> " postgres:15";
    };
  }

  private static String fresh(String container) {
    return switch (container) {
      case "prepare" -> "\"postgres:17\"";
      case "exporter" -> "'postgres:17'";
      case "postgres" -> " postgres:17 ";
      default -> " postgres:17";
    };
  }

  /** Whatever stands around the image: all bytes before and after it stay. */
  @Test
  void keepsEveryOtherByte() throws IOException {
    var random = new Random(17);
    var noise =
        new String[] {
          "# a: b",
          "",
          "   ",
          "\t",
          "# 🐘 'x\"",
          "x: 'it''s'",
          "z: \"\\u00e9\\n\"",
          "l: |\n  a\n\n  b",
          "e: {a: [1, 2], b: ~}"
        };
    for (int i = 0; i < 300; i++) {
      var head = new StringBuilder("kind: Pod\nmetadata: {name: p}\n");
      for (int n = random.nextInt(4); n > 0; n--) {
        var piece = noise[random.nextInt(noise.length)];
        // a key twice is no manifest
        if (piece.equals("\t") || head.toString().contains("\n" + piece.split(":")[0] + ":"))
          continue;
        head.append(piece).append('\n');
      }
      head.append("spec:\n  containers:\n  - name: c\n    image:")
          .append(" ".repeat(1 + random.nextInt(3)));
      var quote = new String[] {"", "'", "\""}[random.nextInt(3)];
      var tail =
          new String[] {"", "\n", " # c\n", "\n\n# end", "\n...\n", "\n---\n"}[random.nextInt(6)];
      var text =
          (head + quote + "old:" + i + quote + tail)
              .replace("\n", random.nextBoolean() ? "\n" : "\r\n");
      var before = write(text);
      var bytes = Files.readAllBytes(before);
      set("c", "registry.example.com/new:" + i).run(Trial.files(folder).context());
      var after = Files.readAllBytes(before);
      int at = text.substring(0, text.indexOf("old:" + i)).getBytes(StandardCharsets.UTF_8).length;
      int tailBytes = bytes.length - at - ("old:" + i).length();
      assertThat(Arrays.copyOf(after, at)).isEqualTo(Arrays.copyOf(bytes, at));
      assertThat(Arrays.copyOfRange(after, after.length - tailBytes, after.length))
          .isEqualTo(Arrays.copyOfRange(bytes, bytes.length - tailBytes, bytes.length));
      assertThat(after.length)
          .isEqualTo(at + ("registry.example.com/new:" + i).length() + tailBytes);
    }
  }

  @Test
  void knowsWhatWasThereAfterACrash() throws IOException {
    write(DEPLOYMENT);
    var trial = Trial.files(folder);
    var action = set("postgres", "postgres:17");
    assertThat(action.recover(trial.context())).isInstanceOf(Recovery.Repeat.class);
    action.run(trial.context());
    assertThat(action.recover(trial.context()))
        .isEqualTo(
            new Recovery.Done<>(
                new SetImage.Done(
                    Path.of("m.yaml"), "ghcr.io/me/psql_extended:15", "postgres:17", true),
                "The file has the new image."));
    assertThat(action.run(trial.context()).changed()).isTrue();
  }

  @Test
  void leavesAFileAloneThatHasTheImage() throws IOException {
    var file = write(DEPLOYMENT);
    var time = Files.getLastModifiedTime(file);
    var done = set("prepare", "busybox:1.36").run(Trial.files(folder).context());
    assertThat(done.changed()).isFalse();
    assertThat(Files.getLastModifiedTime(file)).isEqualTo(time);
  }

  @Test
  void takesBackItsOwnChangeOnly() throws IOException {
    write(DEPLOYMENT);
    var action = set("postgres", "postgres:17");
    var trial = Trial.files(folder);
    var done = action.run(trial.context());
    assertThat(action.undo(trial.context(), done)).isInstanceOf(Reversal.Undone.class);
    assertThat(read()).isEqualTo(DEPLOYMENT);
    assertThat(action.undo(trial.context(), done)).isInstanceOf(Reversal.Nothing.class);
    write(DEPLOYMENT.replace("psql_extended:15", "psql_extended:16"));
    assertThat(action.undo(trial.context(), done)).isInstanceOf(Reversal.Impossible.class);
  }

  @Test
  void keepsModeAndLink() throws IOException {
    var real = write(DEPLOYMENT);
    Files.setPosixFilePermissions(real, PosixFilePermissions.fromString("rw-r-----"));
    var link = Files.createSymbolicLink(folder.resolve("link.yaml"), real);
    new SetImage(Path.of("link.yaml"), "postgres", "postgres:17", Optional.empty())
        .run(Trial.files(folder).context());
    assertThat(Files.isSymbolicLink(link)).isTrue();
    assertThat(Files.getPosixFilePermissions(real))
        .isEqualTo(PosixFilePermissions.fromString("rw-r-----"));
    assertThat(read()).contains("postgres:17");
    try (var all = Files.list(folder)) {
      assertThat(all).hasSize(2);
    }
  }

  @Test
  void quotesWhatYamlWouldMisread() throws IOException {
    write("kind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n  - name: c\n    image: old\n");
    set("c", "12:30").run(Trial.files(folder).context());
    assertThat(read()).endsWith("image: \"12:30\"\n");
    set("c", "no").run(Trial.files(folder).context());
    assertThat(read()).endsWith("image: \"no\"\n");
  }

  @Test
  void namesWhatThereIs() throws IOException {
    write(DEPLOYMENT);
    var missing = refusal(set("postgre", "postgres:17"));
    assertThat(missing.kind()).isEqualTo(Failure.Kind.REFUSED);
    assertThat(missing).hasMessage("There is no container `postgre` in `m.yaml`.");
    assertThat(missing.remedy())
        .hasValue(
            "There is `prepare` of Deployment `postgres`, `postgres` of Deployment `postgres`,"
                + " `exporter` of Deployment `postgres`, `dump` of CronJob `blackbox`.");
  }

  @Test
  void refusesTheAmbiguous() throws IOException {
    write(DEPLOYMENT.replace("name: dump", "name: postgres"));
    assertThat(refusal(set("postgres", "postgres:17")))
        .hasMessage("The file `m.yaml` has more than one container `postgres`.");
    var chosen =
        new SetImage(Path.of("m.yaml"), "postgres", "postgres:17", Optional.of("blackbox"));
    assertThat(chosen.run(Trial.files(folder).context()).previous()).isEqualTo("postgres:15");
  }

  @Test
  void refusesAliases() throws IOException {
    write(
        "kind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n  - {name: a, image: &i x:1}\n  - {name: b, image: *i}\n");
    var before = read();
    assertThat(refusal(set("a", "x:2"))).hasMessageContaining("anchor");
    assertThat(refusal(set("b", "x:2"))).hasMessageContaining("anchor");
    assertThat(read()).isEqualTo(before);
  }

  @Test
  void refusesContainersSharedThroughAnAlias() throws IOException {
    write(
        "kind: Pod\nmetadata: {name: p}\nspec:\n  initContainers: &all\n  - {name: a, image: x}\n  containers: *all\n");
    assertThat(refusal(set("a", "y"))).hasMessageContaining("more than one");
  }

  @Test
  void refusesAContainerListSharedByTwoObjects() throws IOException {
    write(
        """
        kind: List
        items:
        - {kind: Pod, metadata: {name: p}, spec: {containers: &all [{name: a, image: x}]}}
        - {kind: Pod, metadata: {name: q}, spec: {containers: *all}}
        """);
    var before = read();
    assertThat(refusal(new SetImage(Path.of("m.yaml"), "a", "y", Optional.of("p"))))
        .hasMessageContaining("alias");
    assertThat(read()).isEqualTo(before);
  }

  @Test
  void refusesAnImageThatIsMergedIn() throws IOException {
    write(
        """
        kind: Pod
        metadata: {name: p}
        base: &base {image: x}
        spec: {containers: [{name: a, <<: *base}]}
        """);
    assertThat(refusal(set("a", "y"))).hasMessageContaining("alias");
  }

  @Test
  void saysWhenAFileCannotBeUsed() throws IOException {
    assertThat(refusal(set("c", "x"))).hasMessage("There is no manifest file `m.yaml`.");
    Files.write(folder.resolve("m.yaml"), new byte[] {'a', ':', ' ', (byte) 0xff});
    assertThat(refusal(set("c", "x"))).hasMessage("The file `m.yaml` is not UTF-8.");
    write("kind: Pod\n  metadata: x\n");
    assertThat(refusal(set("c", "x")).detail().orElseThrow()).contains("m.yaml:2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "postgres:", "a b", "-x", "x\ny", "postgres:17 # c", "{x}"})
  void refusesWhatIsNoImage(String image) {
    assertThatThrownBy(() -> set("c", image)).isInstanceOf(IllegalArgumentException.class);
  }
}
