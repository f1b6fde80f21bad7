package runbook.action;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import runbook.client.OnCluster;
import runbook.world.Cluster.WorkloadKind;
import runbook.world.Failure;
import runbook.world.World;

class ScaleTest {
  private static Scale scale(List<String> deployments, Long replicas, Scale.Done restore) {
    return new Scale(
        Optional.ofNullable(deployments),
        Optional.empty(),
        Optional.empty(),
        Optional.ofNullable(replicas),
        Optional.ofNullable(restore),
        Optional.empty());
  }

  private static Scale to(long replicas, String... deployments) {
    return scale(List.of(deployments), replicas, null);
  }

  @Test
  void wantsReplicasOrRestore() {
    var done = new Scale.Done("default", Map.of(), Map.of());
    assertThatThrownBy(() -> scale(List.of("a"), null, null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Give either `replicas` or `restore`.");
    assertThatThrownBy(() -> scale(null, 1L, done)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> scale(List.of("a"), null, done))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> scale(null, 0L, null))
        .hasMessage("Name what to scale: `deployments`, `statefulsets` or `cronjobs`.");
    assertThatThrownBy(() -> to(-1, "a")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> to(1, "A_b")).isInstanceOf(IllegalArgumentException.class);
    assertThat(scale(null, null, done).restore()).contains(done);
  }

  @Test
  void suspendsCronJobsOnly() {
    assertThatThrownBy(() ->
            new Scale(
                Optional.empty(),
                Optional.empty(),
                Optional.of(List.of("dump")),
                Optional.of(2L),
                Optional.empty(),
                Optional.empty()))
        .hasMessage("A cron job is suspended by `replicas: 0` and resumed by `replicas: 1`.");
  }

  @Nested
  @OnCluster
  class OnTheCluster {
    private static Lab lab;
    private final World world = lab.world;

    @BeforeAll
    static void open() {
      lab = Lab.open("plan-scale-test");
    }

    @AfterAll
    static void close() {
      lab.close();
    }

    @TempDir Path folder;

    @AfterEach
    void remove() {
      for (var name : List.of("one", "none", "bad")) {
        lab.remove(lab.ref("apps/v1", "Deployment", name));
      }
      lab.remove(lab.ref("apps/v1", "StatefulSet", "set"));
      lab.remove(lab.ref("batch/v1", "CronJob", "cron"));
      lab.remove(lab.ref("autoscaling/v2", "HorizontalPodAutoscaler", "scaler"));
    }

    private int pods(String app) {
      return world.cluster().pods(lab.namespace, Map.of("app", app)).size();
    }

    @Test
    void goesDownAndComesBackAsItWas() {
      Map<String, Object> cron =
          Map.of(
              "apiVersion",
              "batch/v1",
              "kind",
              "CronJob",
              "metadata",
              Map.of("name", "cron"),
              "spec",
              Map.of(
                  "schedule",
                  "0 0 1 1 *",
                  "jobTemplate",
                  Map.of(
                      "spec",
                      Map.of(
                          "template",
                          Map.of(
                              "spec",
                              Map.of(
                                  "restartPolicy",
                                  "Never",
                                  "containers",
                                  List.of(Map.of("name", "c", "image", "busybox:1.36"))))))));
      Lab.apply(
              List.of(
                  lab.deployment("one", 2, "busybox:1.36"),
                  lab.deployment("none", 0, "busybox:1.36"),
                  cron))
          .run(lab.trial(folder).context());
      assertThat(pods("one")).isEqualTo(2);
      var down =
          new Scale(
              Optional.of(List.of("one", "none")),
              Optional.empty(),
              Optional.of(List.of("cron")),
              Optional.of(0L),
              Optional.empty(),
              Optional.empty());
      var trial = lab.trial(folder);
      assertThat(down.preflight(trial.context()))
          .extracting(Finding::level)
          .contains(Finding.Level.NOTICE)
          .doesNotContain(Finding.Level.BLOCKS);
      var done = down.run(trial.context());
      assertThat(pods("one")).isZero();
      assertThat(trial.said)
          .anyMatch(s -> s.matches("one: waiting for [12] pods? to go.*Terminating.*"));
      var before = Map.of("deployment/one", 2L, "deployment/none", 0L, "cronjob/cron", 1L);
      assertThat(done.previous()).isEqualTo(before);
      assertThat(
              world
                  .cluster()
                  .workload(WorkloadKind.CRONJOB, lab.namespace, "cron")
                  .get()
                  .replicas())
          .isZero();

      // as after a crash: the world is changed, the facts are there
      assertThat(down.recover(trial.context())).isInstanceOf(Recovery.Repeat.class);
      assertThat(down.run(trial.context()).previous()).isEqualTo(before);

      var up = scale(null, null, done);
      var back = lab.trial(folder);
      var restored = up.run(back.context());
      assertThat(restored.current()).isEqualTo(before);
      assertThat(restored.previous().values()).containsOnly(0L);
      assertThat(
              world.cluster().workload(WorkloadKind.DEPLOYMENT, lab.namespace, "one").get().ready())
          .isEqualTo(2);
      assertThat(pods("none")).isZero();
      assertThat(up.undo(back.context(), restored)).isInstanceOf(Reversal.Undone.class);
      assertThat(pods("one")).isZero();
      assertThat(down.undo(trial.context(), done)).isInstanceOf(Reversal.Undone.class);
      assertThat(
              world
                  .cluster()
                  .workload(WorkloadKind.CRONJOB, lab.namespace, "cron")
                  .get()
                  .replicas())
          .isEqualTo(1);
    }

    @Test
    void scalesStatefulSets() {
      var set =
          new java.util.LinkedHashMap<>(lab.workload("StatefulSet", "set", 1, "busybox:1.36"));
      Lab.apply(List.of(set)).run(lab.trial(folder).context());
      var down =
          new Scale(
              Optional.empty(),
              Optional.of(List.of("set")),
              Optional.empty(),
              Optional.of(0L),
              Optional.empty(),
              Optional.empty());
      var done = down.run(lab.trial(folder).context());
      assertThat(done.previous()).isEqualTo(Map.of("statefulset/set", 1L));
      assertThat(pods("set")).isZero();
    }

    @Test
    void namesWhatIsMissing() {
      var failure =
          catchThrowableOfType(
              Failure.class, () -> to(0, "nobody", "nothing").run(lab.trial(folder).context()));
      assertThat(failure.kind()).isEqualTo(Failure.Kind.REFUSED);
      assertThat(failure)
          .hasMessage(
              "There is no deployment `nobody`, no deployment `nothing` in namespace `plan-scale-test`.");
    }

    @Test
    void saysWhyAPodDoesNotStart() {
      var bad = lab.deployment("bad", 0, "busybox:no-such-tag");
      Lab.apply(List.of(bad)).run(lab.trial(folder).context());
      var failure =
          catchThrowableOfType(
              Failure.class,
              () -> to(1, "bad").run(lab.trial(folder).context(Duration.ofSeconds(15))));
      assertThat(failure.kind()).isEqualTo(Failure.Kind.TIMEOUT);
      assertThat(failure)
          .hasMessage("The time limit passed while deployment `bad` had 0 of 1 pod ready.");
      assertThat(failure.detail().orElseThrow()).contains("pod `bad-", "Pull", "no-such-tag");
    }

    @Test
    void tellsOfAnAutoscaler() {
      Map<String, Object> scaler =
          Map.of(
              "apiVersion",
              "autoscaling/v2",
              "kind",
              "HorizontalPodAutoscaler",
              "metadata",
              Map.of("name", "scaler"),
              "spec",
              Map.of(
                  "maxReplicas",
                  3,
                  "scaleTargetRef",
                  Map.of("apiVersion", "apps/v1", "kind", "Deployment", "name", "one")));
      Lab.apply(List.of(lab.deployment("one", 1, "busybox:1.36"), scaler))
          .run(lab.trial(folder).context());
      assertThat(to(0, "one").preflight(lab.trial(folder).context()))
          .anyMatch(f -> f.found().equals("The autoscaler `scaler` aims at it."));
    }
  }
}
