package runbook.sandbox.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What plans rely on in what makes pods. */
abstract class ClusterWorkloadsContract extends ClusterWatchContract {
  @Test
  void aStatefulSetsPodsComeInOrderAndKeepTheirClaims() {
    apply(
        """
        kind: StatefulSet
        apiVersion: apps/v1
        metadata: { name: ordered }
        spec:
          serviceName: ordered
          replicas: 2
          selector: { matchLabels: { app: ordered } }
          template:
            metadata: { labels: { app: ordered } }
            spec:
              terminationGracePeriodSeconds: 1
              containers: [{ name: main, image: "busybox:1.36", command: [ sh, -c, "sleep 1000" ] }]
          volumeClaimTemplates:
            - metadata: { name: v }
              spec: { storageClassName: linode-block-storage, accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }
        """);
    await(() -> pod("ordered-0") != null);
    await(() -> pod("ordered-1") != null);
    assertThat(isReady("ordered-0")).isTrue();
    await(() -> isReady("ordered-1"));
    client().apps().statefulSets().inNamespace(space()).withName("ordered").scale(0);
    await(() -> pod("ordered-0") == null && pod("ordered-1") == null);
    assertThat(get("PersistentVolumeClaim", "v1", "v-ordered-1")).isNotNull();
    delete("StatefulSet", "apps/v1", "ordered");
    for (var claim : List.of("v-ordered-0", "v-ordered-1"))
      delete("PersistentVolumeClaim", "v1", claim);
  }

  @Test
  void aDeploymentThatDoesNotComeOnSaysSo() {
    apply(
        deployment("stuck", 1)
            .replace("  replicas: 1", "  replicas: 1\n  progressDeadlineSeconds: 2")
            .replace("busybox:1.36", "nowhere.invalid/nothing:1"));
    await(() -> {
      List<Map<String, String>> all =
          at(get("Deployment", "apps/v1", "stuck"), "status", "conditions");
      return all != null
          && all.stream()
              .anyMatch(c ->
                  "Progressing".equals(c.get("type"))
                      && "False".equals(c.get("status"))
                      && "ProgressDeadlineExceeded".equals(c.get("reason")));
    });
  }

  @Test
  void aJobHasADeadline() {
    apply(
        job("late", "sleep 1000")
            .replace("  backoffLimit: 0", "  backoffLimit: 0\n  activeDeadlineSeconds: 1"));
    await(() -> isTrue("Job", "batch/v1", "late", "Failed"));
    List<Map<String, String>> conditions =
        at(get("Job", "batch/v1", "late"), "status", "conditions");
    assertThat(conditions)
        .anySatisfy(c -> assertThat(c).containsEntry("reason", "DeadlineExceeded"));
  }
}
