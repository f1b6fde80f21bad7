package runbook.action;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import runbook.world.Failure;

class ApplyTest {
  @TempDir Path folder;

  private static Apply files(Map<String, String> images, Optional<String> namespace) {
    return new Apply(
        Optional.of(List.of(Path.of("m.yaml"))),
        Optional.empty(),
        images.isEmpty() ? Optional.empty() : Optional.of(images),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        namespace);
  }

  private void write(String text) throws IOException {
    Files.writeString(folder.resolve("m.yaml"), text);
  }

  private static final String TWO =
      """
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: config}
      data: {a: "1"}
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: ClusterRole
      metadata: {name: reader}
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: web}
      spec: {template: {spec: {containers: [{name: web, image: "a:1"}, {name: side, image: "b:1"}]}}}
      """;

  @Test
  void wantsManifests() {
    assertThatThrownBy(() -> Lab.apply(List.of()))
        .hasMessage("There is no manifest in `files` or `objects`.");
    assertThatThrownBy(() -> Lab.apply(List.of(Map.of("kind", "Pod"))))
        .hasMessage("An object of `objects` has no `apiVersion`.");
  }

  @Test
  void putsInNamespaceAndImages() throws IOException {
    write(TWO);
    var all =
        Wanted.all(files(Map.of("web", "a:2"), Optional.empty()), Trial.files(folder).context());
    assertThat(all)
        .extracting(w -> w.ref().namespace())
        .containsExactly(Optional.of("default"), Optional.empty(), Optional.of("default"));
    assertThat(all.get(2).images()).isEqualTo(Map.of("web", "a:2", "side", "b:1"));
  }

  private Failure refusal(Apply action) {
    return catchThrowableOfType(
        Failure.class, () -> Wanted.all(action, Trial.files(folder).context()));
  }

  @Test
  void refusesAnImageForNoContainer() throws IOException {
    write(TWO);
    var failure = refusal(files(Map.of("wbe", "a:2"), Optional.empty()));
    assertThat(failure)
        .hasMessage("No container of the manifests is called `wbe`, for which there is an image.");
    assertThat(failure.remedy()).hasValue("They have `side`, `web`.");
  }

  @Test
  void refusesAnotherNamespaceThanTheSteps() throws IOException {
    write("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, namespace: a}\n");
    assertThat(refusal(files(Map.of(), Optional.of("b"))))
        .hasMessage("The ConfigMap `c` is for namespace `a`, but the step is for `b`.");
    assertThat(
            Wanted.all(files(Map.of(), Optional.empty()), Trial.files(folder).context())
                .getFirst()
                .namespace())
        .isEqualTo("a");
  }

  @Test
  void refusesAFileWithoutObjects() throws IOException {
    write("# nothing\n---\n");
    assertThat(refusal(files(Map.of(), Optional.empty())))
        .hasMessage("The file `m.yaml` has no objects.");
  }
}
