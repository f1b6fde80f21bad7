package runbook.sandbox.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.dsl.base.PatchType;
import org.junit.jupiter.api.Test;

/** What plans rely on when something is deleted, and what belongs to it. */
abstract class ClusterDeletionContract extends ClusterRuns {
  static String map(String name, String labels) {
    return "kind: ConfigMap\napiVersion: v1\nmetadata: { name: %s, labels: { %s } }\ndata: { a: '1' }"
        .formatted(name, labels);
  }

  @Test
  void whatIsDeletedIsTheOneThatIsMeant() {
    apply(map("meant", "a: b"));
    var path = path("v1", "configmaps") + "/meant";
    refused(
            409,
            () ->
                raw(
                    "DELETE",
                    path,
                    "{\"kind\": \"DeleteOptions\", \"apiVersion\": \"v1\", \"preconditions\": {\"uid\": \"other\"}}"))
        .hasMessageContaining("the UID in the precondition (other) does not match");
    assertThat(get("ConfigMap", "v1", "meant")).isNotNull();
  }

  private String child(String name, String owner) {
    var uid = get("ConfigMap", "v1", owner).getMetadata().getUid();
    return """
    kind: ConfigMap
    apiVersion: v1
    metadata:
      name: %s
      ownerReferences: [{ apiVersion: v1, kind: ConfigMap, name: %s, uid: %s, blockOwnerDeletion: true }]
    """
        .formatted(name, owner, uid);
  }

  private void deleteHow(String name, String how) {
    raw(
        "DELETE",
        path("v1", "configmaps") + "/" + name,
        "{\"kind\": \"DeleteOptions\", \"apiVersion\": \"v1\", \"propagationPolicy\": \""
            + how
            + "\"}");
  }

  @Test
  void whatIsOwnedGoesAfterItsOwner() {
    apply(map("owner-b", "a: b"));
    apply(child("child-b", "owner-b"));
    deleteHow("owner-b", "Background");
    assertThat(get("ConfigMap", "v1", "owner-b")).isNull();
    await(() -> get("ConfigMap", "v1", "child-b") == null);
  }

  @Test
  void whatIsOwnedGoesBeforeItsOwnerWhenOneAsksForIt() {
    apply(map("owner-f", "a: b"));
    var child =
        child("child-f", "owner-f")
            .replace("name: child-f", "name: child-f\n  finalizers: [example.com/x]");
    apply(child);
    deleteHow("owner-f", "Foreground");
    await(() -> get("ConfigMap", "v1", "child-f").getMetadata().getDeletionTimestamp() != null);
    assertThat(get("ConfigMap", "v1", "owner-f").getMetadata().getFinalizers())
        .contains("foregroundDeletion");
    patch(
        "ConfigMap",
        "v1",
        "child-f",
        PatchType.JSON_MERGE,
        "{\"metadata\": {\"finalizers\": null}}");
    await(() -> get("ConfigMap", "v1", "owner-f") == null);
  }

  @Test
  void whatIsOrphanedStays() {
    apply(map("owner-o", "a: b"));
    apply(child("child-o", "owner-o"));
    deleteHow("owner-o", "Orphan");
    await(() -> get("ConfigMap", "v1", "owner-o") == null);
    assertThat(get("ConfigMap", "v1", "child-o").getMetadata().getOwnerReferences()).isEmpty();
  }
}
