package runbook.action;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import runbook.client.OnCluster;
import runbook.world.Failure;
import runbook.world.Failure.Kind;
import runbook.world.World;

/** Cloning and deleting, which belong together, with real volumes. */
@OnCluster
class DeletePvcTest {
  private static final String LABEL = "plan-delete-test";
  private static Lab lab;
  private final World world = lab.world;

  @BeforeAll
  static void open() {
    lab = Lab.open("plan-delete-test");
  }

  @AfterAll
  static void close() {
    lab.close();
  }

  private final List<String> volumes = new ArrayList<>();
  @TempDir Path folder;

  @BeforeEach
  void create() {
    clean();
  }

  @AfterEach
  void clean() {
    lab.remove(lab.ref("v1", "Pod", "user"));
    lab.removeClaim("storage");
    volumes.forEach(v -> lab.removeVolume(v));
    lab.removeLabelled(LABEL);
  }

  private Trial trial() {
    return lab.trial(folder);
  }

  private void claim(String storageClass) {
    Lab.apply(List.of(Lab.claim("storage", storageClass))).run(trial().context());
    volumes.add(
        world.cluster().claim(lab.namespace, "storage").orElseThrow().volume().orElseThrow());
  }

  private void pod() {
    Map<String, Object> spec =
        Map.of(
            "terminationGracePeriodSeconds", 0,
            "containers",
                List.of(
                    Map.of(
                        "name", "c",
                        "image", "busybox:1.36",
                        "imagePullPolicy", "IfNotPresent",
                        "command", List.of("sleep", "600"),
                        "volumeMounts", List.of(Map.of("name", "v", "mountPath", "/v")))),
            "volumes",
                List.of(
                    Map.of("name", "v", "persistentVolumeClaim", Map.of("claimName", "storage"))));
    Lab.apply(
            List.of(
                Map.of(
                    "apiVersion",
                    "v1",
                    "kind",
                    "Pod",
                    "metadata",
                    Map.of("name", "user"),
                    "spec",
                    spec)))
        .run(trial().context());
  }

  private static LinodeClone cloning() {
    return new LinodeClone("storage", LABEL, Optional.empty());
  }

  private static DeletePvc deleting(LinodeClone.Done backup, boolean volume) {
    return new DeletePvc("storage", backup, Optional.of(volume), Optional.empty());
  }

  private Failure refusal(Action<?> action) {
    return catchThrowableOfType(Failure.class, () -> action.run(trial().context()));
  }

  @Test
  void clonesOnceTheVolumeIsDetachedThenDeletesTheClaim() {
    claim("linode-block-storage-retain");
    pod();
    assertThat(refusal(cloning())).hasMessage("The claim `storage` is in use by `user`.");
    assertThat(cloning().preflight(trial().context()))
        .extracting(Finding::level)
        .containsOnly(Finding.Level.FINE);
    var user = world.cluster().pod(lab.namespace, "user").orElseThrow();
    world.cluster().delete(lab.ref("v1", "Pod", "user"), user.uid());

    var trial = trial();
    assertThat(cloning().recover(trial.context())).isInstanceOf(Recovery.Repeat.class);
    var clone = cloning().run(trial.context());
    assertThat(trial.said).anyMatch(s -> s.contains("waiting for detachment"));
    assertThat(clone.size()).isEqualTo(10);
    assertThat(clone.cloneId()).isNotEqualTo(clone.volumeId());
    assertThat(clone.leftovers().getFirst()).contains("about $1.00 a month");
    // as after a crash: found again, not made again
    assertThat(cloning().recover(trial.context())).isInstanceOf(Recovery.Attach.class);
    assertThat(cloning().run(trial.context())).isEqualTo(clone);
    // another run did not make it
    var taken = refusal(cloning());
    assertThat(taken.kind()).isEqualTo(Kind.REFUSED);
    assertThat(taken).hasMessage("The label is taken by a volume that this run did not make.");

    var gone = trial();
    var delete = deleting(clone, false);
    assertThat(delete.preflight(gone.context()))
        .extracting(Finding::level)
        .containsOnly(Finding.Level.FINE);
    var done = delete.run(gone.context());
    assertThat(world.cluster().claim(lab.namespace, "storage")).isEmpty();
    assertThat(done.volumeKept()).isTrue();
    assertThat(done.leftovers()).hasSize(2);
    assertThat(Objects.text(done.manifest(), "spec", "volumeName")).contains(clone.volume());
    assertThat(world.linode().volume(clone.volumeId())).isPresent();
    assertThat(delete.recover(gone.context()))
        .isEqualTo(new Recovery.Done<>(done, "The claim with the recorded uid is gone."));
    assertThat(delete.run(gone.context())).isEqualTo(done);
    assertThat(delete.undo(gone.context(), done).what())
        .contains("kubectl patch pv " + clone.volume());

    // a claim of the same name with another volume is not what was cloned
    claim("linode-block-storage-retain");
    assertThat(delete.recover(gone.context())).isInstanceOf(Recovery.Done.class);
    var other = refusal(delete);
    assertThat(other)
        .hasMessage(
            "The clone `" + LABEL + "` is of another volume than the claim `storage` has now.");
    assertThat(world.cluster().claim(lab.namespace, "storage")).isPresent();

    // the volume object goes when it is told to, the data stay
    var withVolume = deleting(clone, true).run(gone.context());
    assertThat(withVolume.volumeKept()).isFalse();
    assertThat(world.cluster().volume(clone.volume())).isEmpty();
    assertThat(world.linode().volume(clone.volumeId())).isPresent();
    lab.removeBlock(clone.volumeId());
  }

  /** The commands of the way back, typed as they are printed. */
  @Test
  void theWayBackWorks() throws Exception {
    claim("linode-block-storage-retain");
    var clone = cloning().run(trial().context());
    var delete = deleting(clone, false);
    var done = delete.run(trial().context());
    var what = delete.undo(trial().context(), done).what();
    var script = what.substring(what.indexOf("\nkubectl") + 1);
    var process = new ProcessBuilder("sh", "-ec", script).redirectErrorStream(true).start();
    var said =
        new String(
            process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    new Rollout(trial().context());
    var bound =
        Lab.apply(List.of(Lab.claim("storage", "linode-block-storage-retain")))
            .run(trial().context());
    assertThat(bound.claims()).containsEntry("storage", clone.volumeHandle());
  }

  @Test
  void refusesWhatWouldDestroyTheVolume() {
    claim("linode-block-storage");
    assertThat(cloning().preflight(trial().context()))
        .extracting(Finding::level)
        .contains(Finding.Level.NOTICE);
    var clone = cloning().run(trial().context());
    var refused = refusal(deleting(clone, false));
    assertThat(refused.kind()).isEqualTo(Kind.REFUSED);
    assertThat(refused.getMessage()).contains("reclaim policy", "is Delete");
    assertThat(refused.remedy().orElseThrow()).contains("kubectl patch pv " + clone.volume());
    assertThat(deleting(clone, false).preflight(trial().context()))
        .extracting(Finding::level)
        .contains(Finding.Level.BLOCKS);
    assertThat(world.cluster().claim(lab.namespace, "storage")).isPresent();
  }

  @Test
  void refusesWithoutASoundCloneOrWithUsers() {
    claim("linode-block-storage-retain");
    var clone = cloning().run(trial().context());
    pod();
    assertThat(refusal(deleting(clone, false)))
        .hasMessage("The claim `storage` is in use by `user`.");
    lab.remove(lab.ref("v1", "Pod", "user"));
    world.linode().deleteVolume(clone.cloneId());
    var refused = refusal(deleting(clone, false));
    assertThat(refused)
        .hasMessage("The clone " + clone.cloneId() + " `" + LABEL + "` is not as it was made.");
    assertThat(refused.detail()).hasValue("Linode does not know it any more.");
  }

  @Test
  void aLostAnswerMakesNoSecondClone() throws Exception {
    claim("linode-block-storage-retain");
    var id = Volumes.held(trial().context(), lab.namespace, "storage").block().id();
    for (var when : List.of("after", "before")) {
      for (var v : world.linode().volumesLabelled(LABEL)) world.linode().deleteVolume(v.id());
      Lab.fault(
          "{\"api\": \"linode\", \"method\": \"POST\", \"path\": \"/volumes/"
              + id
              + "/clone$\", \"count\": 1, \"drop\": \""
              + when
              + "\"}");
      var clone = cloning().run(trial().context(Duration.ofMinutes(2)));
      assertThat(world.linode().volumesLabelled(LABEL))
          .extracting(v -> v.id())
          .containsExactly(clone.cloneId());
    }
  }
}
