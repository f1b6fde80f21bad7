package runbook.action;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import runbook.world.Failure;

class ManifestTest {
  @TempDir Path folder;

  private Manifest manifest(Optional<String> kind, Optional<String> name, String text)
      throws IOException {
    Files.writeString(folder.resolve("m.yaml"), text);
    return new Manifest(Path.of("m.yaml"), kind, name);
  }

  private static final String TWO =
      """
      kind: Service
      metadata: {name: site}
      spec: {ports: [{port: 80}]}
      ---
      kind: Deployment
      metadata: {name: site}
      spec: {replicas: 2, half: 0.5, paused: false, text: "2", nothing: ~}
      """;

  @Test
  void givesTheObjectAsPlainData() throws IOException {
    var done =
        manifest(Optional.of("deployment"), Optional.empty(), TWO)
            .run(Trial.files(folder).context());
    assertThat(done.kind()).isEqualTo("Deployment");
    assertThat(done.name()).isEqualTo("site");
    assertThat(done.object())
        .isEqualTo(
            Map.of(
                "kind", "Deployment",
                "metadata", Map.of("name", "site"),
                "spec",
                    Map.of(
                        "replicas",
                        2L,
                        "half",
                        new BigDecimal("0.5"),
                        "paused",
                        false,
                        "text",
                        "2")));
  }

  @Test
  void readsListsOfObjects() throws IOException {
    var text =
        "kind: List\nitems:\n- kind: A\n  metadata: {name: a}\n- kind: B\n  metadata: {name: b}\n";
    var done =
        manifest(Optional.of("B"), Optional.empty(), text).run(Trial.files(folder).context());
    assertThat(done.name()).isEqualTo("b");
  }

  @Test
  void namesWhatThereIsToChooseFrom() throws IOException {
    var several = manifest(Optional.empty(), Optional.of("site"), TWO);
    var failure =
        catchThrowableOfType(Failure.class, () -> several.run(Trial.files(folder).context()));
    assertThat(failure)
        .hasMessage("There is more than one object with the name `site` in `m.yaml`.");
    assertThat(failure.remedy())
        .hasValue("It has Service `site`, Deployment `site`. Say which with `kind` and `name`.");
    var none = manifest(Optional.of("Job"), Optional.empty(), TWO);
    assertThat(none.preflight(Trial.files(folder).context()))
        .extracting(Finding::level)
        .isEqualTo(List.of(Finding.Level.BLOCKS));
  }

  @Test
  void followsAliasesAndMergeKeys() throws IOException {
    var text = "kind: A\nmetadata: {name: a}\nx: &x {a: 1, b: 2}\ny: {<<: *x, b: 3}\nz: *x\n";
    var done =
        manifest(Optional.empty(), Optional.empty(), text).run(Trial.files(folder).context());
    assertThat(done.object())
        .containsEntry("y", Map.of("a", 1L, "b", 3L))
        .containsEntry("z", Map.of("a", 1L, "b", 2L));
  }

  @Test
  void saysWhatIsNoObject() throws IOException {
    for (var text : List.of("- a\n", "a: 1\n", "kind: A\n", "kind: A\nmetadata: {}\n", "")) {
      var action = manifest(Optional.empty(), Optional.empty(), text);
      var failure =
          catchThrowableOfType(Failure.class, () -> action.run(Trial.files(folder).context()));
      assertThat(failure.kind()).isEqualTo(Failure.Kind.REFUSED);
      assertThat(failure.getMessage()).endsWith(".");
    }
  }
}
