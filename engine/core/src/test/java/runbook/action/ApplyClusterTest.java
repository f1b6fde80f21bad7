package runbook.action;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import runbook.client.OnCluster;
import runbook.world.Cluster.ObjectRef;
import runbook.world.Cluster.WorkloadKind;
import runbook.world.Failure;
import runbook.world.World;

/** Real objects in a real cluster. */
@OnCluster
class ApplyClusterTest {
  @TempDir Path folder;

  private static Lab lab;
  private final World world = lab.world;

  @BeforeAll
  static void open() {
    lab = Lab.open("plan-apply-test");
  }

  @AfterAll
  static void close() {
    lab.close();
  }

  private final ObjectRef config = lab.ref("v1", "ConfigMap", "config");

  @AfterEach
  void remove() {
    lab.remove(lab.ref("apps/v1", "Deployment", "web"));
    lab.remove(config);
    lab.remove(lab.ref("v1", "Pod", "single"));
    lab.remove(lab.ref("batch/v1", "Job", "work"));
    lab.removeClaim("storage");
  }

  private Trial trial() {
    return lab.trial(folder);
  }

  private static Map<String, Object> configMap(String value) {
    return Map.of(
        "apiVersion",
        "v1",
        "kind",
        "ConfigMap",
        "metadata",
        Map.of("name", "config"),
        "data",
        Map.of("a", value));
  }

  private static Apply forced(Map<String, Object> object) {
    return new Apply(
        Optional.empty(),
        Optional.of(List.of(object)),
        Optional.empty(),
        Optional.empty(),
        Optional.of(true),
        Optional.empty(),
        Optional.empty());
  }

  private Optional<String> value() {
    return world.cluster().get(config).flatMap(o -> Objects.text(o, "data", "a"));
  }

  @Test
  void knowsWhatItChangedAndTakesItBack() {
    var first = trial();
    var made = Lab.apply(List.of(configMap("1"))).run(first.context());
    assertThat(made.objects().getFirst().created()).isTrue();
    assertThat(made.objects().getFirst().changed()).isTrue();
    // as after a crash: it is there by now, but was not before
    assertThat(Lab.apply(List.of(configMap("1"))).run(first.context())).isEqualTo(made);
    var same = Lab.apply(List.of(configMap("1"))).run(trial().context());
    assertThat(same.objects().getFirst().changed()).isFalse();
    assertThat(Lab.apply(List.of(configMap("1"))).undo(trial().context(), same))
        .isInstanceOf(Reversal.Nothing.class);

    var second = trial();
    var more = new HashMap<>(configMap("2"));
    more.put("data", Map.of("a", "2", "b", "new"));
    var change = Lab.apply(List.of(more));
    var changed = change.run(second.context());
    assertThat(changed.objects().getFirst().created()).isFalse();
    assertThat(changed.objects().getFirst().changed()).isTrue();
    assertThat(change.undo(second.context(), changed)).isInstanceOf(Reversal.Undone.class);
    assertThat(world.cluster().get(config).map(o -> o.get("data"))).contains(Map.of("a", "1"));

    assertThat(Lab.apply(List.of(configMap("1"))).undo(first.context(), made))
        .isInstanceOf(Reversal.Undone.class);
    assertThat(value()).isEmpty();
  }

  @Test
  void takesOverFromKubectlAndItsOwnScale() throws Exception {
    var one = Objects.json(lab.deployment("web", 1, "busybox:1.35"));
    lab.kubectl.runWith(one, "apply", "-f", "-");
    lab.kubectl.run("annotate", "deployment", "web", "seen=yes");
    // at 0 nobody would own the number: Kubernetes leaves it out of what a scale sets
    world.cluster().scale(WorkloadKind.DEPLOYMENT, lab.namespace, "web", 2);
    var trial = trial();
    var action = Lab.apply(List.of(lab.deployment("web", 1, "busybox:1.36")));
    var done = action.run(trial.context());
    assertThat(done.objects().getFirst().changed()).isTrue();
    assertThat(trial.said)
        .anyMatch(
            s -> s.contains("taking over what was set by kubectl-client-side-apply, plan-scale"));
    var now = world.cluster().workload(WorkloadKind.DEPLOYMENT, lab.namespace, "web").get();
    assertThat(now.ready()).isEqualTo(1);
    // the next scale and the next apply find no conflict either
    world.cluster().scale(WorkloadKind.DEPLOYMENT, lab.namespace, "web", 0);
    action.run(trial().context());
    assertThat(action.undo(trial.context(), done)).isInstanceOf(Reversal.Undone.class);
    var back = world.cluster().get(lab.ref("apps/v1", "Deployment", "web")).orElseThrow();
    assertThat(Objects.number(back, "spec", "replicas")).contains(2L);
    assertThat(PodTemplates.containers(back).getFirst()).containsEntry("image", "busybox:1.35");
    assertThat(Objects.text(back, "metadata", "annotations", "seen")).contains("yes");
  }

  @Test
  void refusesWhatAnotherManagerOwns() {
    world
        .cluster()
        .apply(
            config,
            Wanted.all(Lab.apply(List.of(configMap("1"))), trial().context()).getFirst().object(),
            "helm",
            false,
            false);
    var action = Lab.apply(List.of(configMap("2")));
    var failure = catchThrowableOfType(Failure.class, () -> action.run(trial().context()));
    assertThat(failure.kind()).isEqualTo(Failure.Kind.REFUSED);
    assertThat(failure.detail().orElseThrow()).contains("helm", ".data.a");
    assertThat(failure.remedy().orElseThrow()).contains("force: true");
    assertThat(action.preflight(trial().context()))
        .extracting(Finding::level)
        .containsExactly(Finding.Level.NOTICE);
    assertThat(value()).contains("1");
    forced(configMap("2")).run(trial().context());
    assertThat(value()).contains("2");
  }

  @Test
  void givesUpSoonOnAnImageThatIsNotThere() {
    var began = Instant.now();
    var action = Lab.apply(List.of(lab.deployment("web", 1, "busybox:no-such-tag")));
    var failure = catchThrowableOfType(Failure.class, () -> action.run(trial().context()));
    assertThat(failure.kind()).isEqualTo(Failure.Kind.FAILED);
    assertThat(failure.getMessage()).contains("cannot start with the image `busybox:no-such-tag`");
    assertThat(failure.detail().orElseThrow()).contains("Pull", "no-such-tag");
    assertThat(Duration.between(began, Instant.now())).isLessThan(Duration.ofMinutes(1));
    // and comes right when the image does, although the old pod is still in trouble
    Lab.apply(List.of(lab.deployment("web", 1, "busybox:1.36"))).run(trial().context());
  }

  @Test
  void bindsClaimsAndGivesTheirHandles() {
    var claim = Lab.claim("storage", "linode-block-storage-retain");
    var done = Lab.apply(List.of(claim)).run(trial().context());
    assertThat(done.claims().get("storage")).matches("\\d+-pvc[0-9a-f]+");
    assertThat(Lab.apply(List.of(claim)).run(trial().context()).objects().getFirst().changed())
        .isFalse();
  }

  private static Map<String, Object> job(String script, int backoff) {
    var container =
        Map.of(
            "name", "work",
            "image", "busybox:1.36",
            "imagePullPolicy", "IfNotPresent",
            "command", List.of("sh", "-c", script));
    return Map.of(
        "apiVersion",
        "batch/v1",
        "kind",
        "Job",
        "metadata",
        Map.of("name", "work"),
        "spec",
        Map.of(
            "backoffLimit",
            backoff,
            "template",
            Map.of(
                "spec",
                Map.of(
                    "restartPolicy",
                    "Never",
                    "terminationGracePeriodSeconds",
                    0,
                    "containers",
                    List.of(container)))));
  }

  @Test
  void waitsForAJobsPodOrItsEnd() {
    Lab.apply(List.of(job("sleep 600", 0))).run(trial().context());
    lab.remove(lab.ref("batch/v1", "Job", "work"));
    Lab.apply(List.of(job("true", 0))).run(trial().context());
    lab.remove(lab.ref("batch/v1", "Job", "work"));
    var failure =
        catchThrowableOfType(
            Failure.class,
            // it may be ready for a moment before it fails, so it fails at once
            () -> Lab.apply(List.of(job("exit 3; sleep 1", 0))).run(trial().context()));
    if (failure != null) assertThat(failure).hasMessage("The job `work` failed.");
  }

  @Test
  void waitsForAPod() {
    var spec = new LinkedHashMap<String, Object>();
    spec.put("restartPolicy", "Never");
    spec.put("terminationGracePeriodSeconds", 0);
    spec.put(
        "containers",
        List.of(
            Map.of(
                "name", "c",
                "image", "busybox:1.36",
                "imagePullPolicy", "IfNotPresent",
                "command", List.of("sleep", "600"))));
    Map<String, Object> pod =
        Map.of(
            "apiVersion", "v1", "kind", "Pod", "metadata", Map.of("name", "single"), "spec", spec);
    var done = Lab.apply(List.of(pod)).run(trial().context());
    assertThat(Workloads.ready(world.cluster().pod(lab.namespace, "single").orElseThrow()))
        .isTrue();
    // what is being deleted is waited for, then made anew
    world.cluster().delete(lab.ref("v1", "Pod", "single"), done.objects().getFirst().uid());
    var again = Lab.apply(List.of(pod)).run(trial().context());
    assertThat(again.objects().getFirst().uid()).isNotEqualTo(done.objects().getFirst().uid());
  }
}
