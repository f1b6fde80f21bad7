package runbook.sandbox.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What plans rely on in the Kubernetes API: objects, their versions, patches and owners. */
abstract class ClusterContract extends ClusterPodsContract {

  @Test
  void aNameIsTakenOnce() {
    apply("kind: ConfigMap\napiVersion: v1\nmetadata: { name: once }");
    refused(409, () -> apply("kind: ConfigMap\napiVersion: v1\nmetadata: { name: once }"))
        .hasMessageContaining("configmaps \"once\" already exists");
  }

  @ParameterizedTest
  @CsvSource({"Bad_Name", "-a", "a-", "a..b", "ä"})
  void aNameFollowsItsRule(String name) {
    refused(422, () -> apply("kind: ConfigMap\napiVersion: v1\nmetadata: { name: '" + name + "' }"))
        .hasMessageContaining("a lowercase RFC 1123 subdomain must consist of");
  }

  @ParameterizedTest
  @CsvSource({"ConfigMap,v1", "Deployment,apps/v1", "PersistentVolumeClaim,v1", "Job,batch/v1"})
  void whatIsNotThereIsNotFound(String kind, String version) {
    assertThat(get(kind, version, "nothing")).isNull();
  }

  @Test
  void anOldVersionReplacesNothing() {
    var old = apply("kind: ConfigMap\napiVersion: v1\nmetadata: { name: old }\ndata: { a: '1' }");
    patch("ConfigMap", "v1", "old", PatchType.JSON_MERGE, "{\"data\": {\"a\": \"2\"}}");
    refused(409, () -> client().resource(old).inNamespace(space()).update())
        .hasMessageContaining("the object has been modified");
  }

  @Test
  void aNamespaceHasToBeThere() {
    refused(
            404,
            () ->
                client()
                    .resource(
                        "kind: ConfigMap\napiVersion: v1\nmetadata: { name: a, namespace: nowhere-at-all }")
                    .create())
        .hasMessageContaining("namespaces \"nowhere-at-all\" not found");
  }

  @Test
  void aDeploymentHasDefaults() {
    var d = apply(deployment("defaults", 0));
    assertThat(this.<Object>at(d, "spec", "revisionHistoryLimit")).isEqualTo(10);
    assertThat(this.<Object>at(d, "spec", "progressDeadlineSeconds")).isEqualTo(600);
    assertThat(this.<Object>at(d, "spec", "template", "spec", "terminationGracePeriodSeconds"))
        .isEqualTo(1);
    assertThat(this.<Object>at(d, "spec", "template", "spec", "restartPolicy")).isEqualTo("Always");
    assertThat(this.<Object>at(d, "metadata", "generation")).isEqualTo(1);
  }

  @Test
  void aSelectorIsForEver() {
    apply(deployment("selector", 0));
    refused(
            422,
            () ->
                patch(
                    "Deployment",
                    "apps/v1",
                    "selector",
                    PatchType.JSON_MERGE,
                    "{\"spec\": {\"selector\": {\"matchLabels\": {\"app\": \"x\"}},"
                        + " \"template\": {\"metadata\": {\"labels\": {\"app\": \"x\"}}}}}"))
        .hasMessageContaining("field is immutable");
  }

  @Test
  void aSelectorFitsItsTemplate() {
    refused(
            422,
            () ->
                apply(
                    deployment("unfit", 0).replace("labels: { app: unfit }", "labels: { app: x }")))
        .hasMessageContaining("`selector` does not match template `labels`");
  }

  @Test
  void aMergePatchTakesAway() {
    apply("kind: ConfigMap\napiVersion: v1\nmetadata: { name: merge }\ndata: { a: '1', b: '2' }");
    var m = patch("ConfigMap", "v1", "merge", PatchType.JSON_MERGE, "{\"data\": {\"a\": null}}");
    assertThat(this.<Map<String, String>>at(m, "data")).containsOnlyKeys("b");
  }

  @Test
  void aTestThatFailsPatchesNothing() {
    apply("kind: ConfigMap\napiVersion: v1\nmetadata: { name: test }\ndata: { a: '1' }");
    refused(
        422,
        () ->
            patch(
                "ConfigMap",
                "v1",
                "test",
                PatchType.JSON,
                "[{\"op\": \"test\", \"path\": \"/data/a\", \"value\": \"2\"},"
                    + " {\"op\": \"remove\", \"path\": \"/data/a\"}]"));
    assertThat(this.<Map<String, String>>at(get("ConfigMap", "v1", "test"), "data"))
        .containsEntry("a", "1");
  }

  @Test
  void aStrategicPatchFindsContainersByName() {
    apply(deployment("strategic", 0));
    var d =
        patch(
            "Deployment",
            "apps/v1",
            "strategic",
            PatchType.STRATEGIC_MERGE,
            "{\"spec\": {\"template\": {\"spec\": {\"containers\": [{\"name\": \"main\","
                + " \"env\": [{\"name\": \"A\", \"value\": \"1\"}]}]}}}}");
    List<Map<String, Object>> containers = at(d, "spec", "template", "spec", "containers");
    assertThat(containers).hasSize(1);
    assertThat(containers.getFirst()).containsKeys("image", "env");
  }

  @Test
  void anApplyOfAnothersFieldIsAConflict() {
    apply(deployment("owners", 0));
    var mine = deployment("owners", 0).replace("replicas: 0", "replicas: 1");
    assertThatThrownBy(() -> serverSide(mine, "contract", false))
        .isInstanceOfSatisfying(
            KubernetesClientException.class,
            e -> {
              assertThat(e.getCode()).isEqualTo(409);
              assertThat(e.getStatus().getMessage())
                  .startsWith("Apply failed with 1 conflict: conflict with \"")
                  .endsWith(": .spec.replicas");
              assertThat(e.getStatus().getDetails().getCauses())
                  .singleElement()
                  .satisfies(c -> {
                    assertThat(c.getReason()).isEqualTo("FieldManagerConflict");
                    assertThat(c.getField()).isEqualTo(".spec.replicas");
                  });
            });
    assertThat(this.<Object>at(serverSide(mine, "contract", true), "spec", "replicas"))
        .isEqualTo(1);
  }

  @Test
  void whatIsAppliedNoMoreGoes() {
    serverSide(
        "kind: ConfigMap\napiVersion: v1\nmetadata: { name: less }\ndata: { a: '1', b: '2' }",
        "x",
        false);
    var m =
        serverSide(
            "kind: ConfigMap\napiVersion: v1\nmetadata: { name: less }\ndata: { a: '1' }",
            "x",
            false);
    assertThat(this.<Map<String, String>>at(m, "data")).containsOnlyKeys("a");
  }

  @Test
  void anApplyThatChangesNothingMakesNoVersion() {
    var text = "kind: ConfigMap\napiVersion: v1\nmetadata: { name: same }\ndata: { a: '1' }";
    var first = serverSide(text, "x", false);
    assertThat(serverSide(text, "x", false).getMetadata().getResourceVersion())
        .isEqualTo(first.getMetadata().getResourceVersion());
  }

  @Test
  void aFinalizerHoldsWhatGoes() {
    apply("kind: ConfigMap\napiVersion: v1\nmetadata: { name: held, finalizers: [example.com/x] }");
    delete("ConfigMap", "v1", "held");
    assertThat(get("ConfigMap", "v1", "held").getMetadata().getDeletionTimestamp()).isNotNull();
    patch(
        "ConfigMap", "v1", "held", PatchType.JSON_MERGE, "{\"metadata\": {\"finalizers\": null}}");
    assertThat(get("ConfigMap", "v1", "held")).isNull();
  }

  @Test
  void aSecretsTextIsEncoded() {
    var s = apply("kind: Secret\napiVersion: v1\nmetadata: { name: s }\nstringData: { a: b }");
    assertThat(this.<Map<String, String>>at(s, "data")).containsEntry("a", "Yg==");
  }

  @Test
  void aJobsPodsAreKnownByItsIdentity() {
    var job = apply(job("known", "exit 0"));
    assertThat(this.<Map<String, String>>at(job, "spec", "selector", "matchLabels"))
        .containsEntry("batch.kubernetes.io/controller-uid", job.getMetadata().getUid());
    await(() -> isTrue("Job", "batch/v1", "known", "Complete"));
  }

  @Test
  void aJobFailsAfterItsTries() {
    apply(job("fails", "exit 3"));
    await(() -> isTrue("Job", "batch/v1", "fails", "Failed"));
  }

  @Test
  void aScaleIsOfTheDeployment() {
    apply(deployment("scaled", 0));
    client().apps().deployments().inNamespace(space()).withName("scaled").scale(1);
    await(() -> ready("scaled") == 1);
    client().apps().deployments().inNamespace(space()).withName("scaled").scale(0);
    await(() ->
        client()
            .pods()
            .inNamespace(space())
            .withLabel("app", "scaled")
            .list()
            .getItems()
            .isEmpty());
  }

  @Test
  void aClaimGetsAVolumeOfAtLeastTenGiB() {
    apply(claim("claimed", "linode-block-storage"));
    await(() ->
        "Bound"
            .equals(
                this.<String>at(get("PersistentVolumeClaim", "v1", "claimed"), "status", "phase")));
    var claim = get("PersistentVolumeClaim", "v1", "claimed");
    assertThat(this.<Map<String, String>>at(claim, "status", "capacity"))
        .containsEntry("storage", "10Gi");
    assertThat(claim.getMetadata().getFinalizers()).contains("kubernetes.io/pvc-protection");
    var volume =
        client().persistentVolumes().withName(this.<String>at(claim, "spec", "volumeName")).get();
    assertThat(volume.getSpec().getPersistentVolumeReclaimPolicy()).isEqualTo("Delete");
    assertThat(volume.getSpec().getCsi().getVolumeHandle()).matches("[0-9]+-pvc[0-9a-f]{16}");
    assertThat(volume.getSpec().getClaimRef().getUid()).isEqualTo(claim.getMetadata().getUid());
    delete("PersistentVolumeClaim", "v1", "claimed");
    await(
        () -> client().persistentVolumes().withName(volume.getMetadata().getName()).get() == null);
  }

  @Test
  void aClaimsWishesAreForEver() {
    apply(claim("wishes", "linode-block-storage"));
    refused(
            422,
            () ->
                patch(
                    "PersistentVolumeClaim",
                    "v1",
                    "wishes",
                    PatchType.JSON_MERGE,
                    "{\"spec\": {\"accessModes\": [\"ReadWriteMany\"]}}"))
        .hasMessageContaining("spec is immutable after creation");
  }

  @Test
  void commandsHaveCodesAndStreams() throws Exception {
    apply(deployment("commands", 1));
    await(() -> ready("commands") == 1);
    var pod =
        client()
            .pods()
            .inNamespace(space())
            .withLabel("app", "commands")
            .list()
            .getItems()
            .getFirst();
    var out = new java.io.ByteArrayOutputStream();
    var err = new java.io.ByteArrayOutputStream();
    try (var exec =
        client()
            .pods()
            .resource(pod)
            .writingOutput(out)
            .writingError(err)
            .exec("sh", "-c", "echo out; echo err >&2; exit 7")) {
      assertThat(exec.exitCode().get(30, TimeUnit.SECONDS)).isEqualTo(7);
    }
    assertThat(out.toString()).isEqualTo("out\n");
    assertThat(err.toString()).isEqualTo("err\n");
    assertThat(client().pods().resource(pod).tailingLines(1).getLog()).isEqualTo("up\n");
  }
}
