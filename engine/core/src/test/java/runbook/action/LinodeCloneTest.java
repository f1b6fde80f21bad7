package runbook.action;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinodeCloneTest {
  private static LinodeClone clone(String label) {
    return new LinodeClone("storage", label, Optional.empty());
  }

  @ParameterizedTest
  @ValueSource(strings = {"pg", "pg-before-17", "a_b-c_1", "abcdefghijklmnopqrstuvwxyz012345"})
  void takesLabels(String label) {
    assertThatCode(() -> clone(label)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a",
        "1pg",
        "pg--x",
        "pg__x",
        "pg-15.18",
        "pg 1",
        "ä1",
        "abcdefghijklmnopqrstuvwxyz0123456"
      })
  void refusesLabels(String label) {
    assertThatThrownBy(() -> clone(label))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cannot be a label at Linode");
  }

  @Test
  void readsHandles() {
    assertThat(Volumes.Handle.parse("123456-pvc9f8e-7d6c"))
        .contains(new Volumes.Handle(123456, "pvc9f8e-7d6c"));
    assertThat(Volumes.Handle.parse("pvc-1")).isEmpty();
    assertThat(Volumes.Handle.parse("1234")).isEmpty();
  }

  @Test
  void saysWhatALeftoverCosts() {
    assertThat(Volumes.leftover(1234, "pg", 25, "the clone"))
        .isEqualTo(
            "Linode volume 1234 `pg`, 25 GB, the clone: about $2.50 a month until it is deleted"
                + " (`linode-cli volumes delete 1234`)");
  }

  @Test
  void theProofIsOfTheClaimThatGoes() {
    var backup =
        new LinodeClone.Done("default", "other", "u", "pv", "1-l", 1, 2, "pg", 10, "r", List.of());
    assertThatThrownBy(() -> new DeletePvc("storage", backup, Optional.empty(), Optional.empty()))
        .hasMessage("`backup` is a clone of the claim `other`, not of `storage`.");
  }

  @Test
  void aManifestCanBeAppliedAgain() {
    Map<String, Object> object =
        Map.of(
            "kind", "PersistentVolumeClaim",
            "metadata",
                Map.of(
                    "name", "storage",
                    "uid", "u",
                    "resourceVersion", "7",
                    "annotations", Map.of("pv.kubernetes.io/bind-completed", "yes")),
            "spec", Map.of("volumeName", "pv", "n", 1),
            "status", Map.of("phase", "Bound"));
    assertThat(Objects.restorable(object))
        .isEqualTo(
            Map.of(
                "kind", "PersistentVolumeClaim",
                "metadata", Map.of("name", "storage"),
                "spec", Map.of("volumeName", "pv", "n", 1L)));
    assertThat(Objects.json(Map.of("a", List.of(1L, true, "x\"\n"))))
        .isEqualTo("{\"a\": [1, true, \"x\\\"\\u000a\"]}");
  }
}
