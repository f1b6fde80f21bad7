package runbook.action;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import runbook.world.Cluster;
import runbook.world.Cluster.Claim;
import runbook.world.Cluster.Volume;
import runbook.world.Failure;
import runbook.world.Linode;
import runbook.world.Linode.BlockVolume;
import runbook.world.World;

/** Which volume lies behind a claim: whatever does not fit together is refused. */
class VolumesTest {
  private static final Claim CLAIM =
      new Claim(
          "default",
          "storage",
          "uid-1",
          "Bound",
          false,
          Optional.of("pv-1"),
          Optional.of("linode-block-storage-retain"),
          "10Gi",
          List.of("ReadWriteOnce"),
          List.of());
  private static final BlockVolume BLOCK =
      new BlockVolume(
          1234, "pvc9f8e7d6c", "active", 10, "eu-central", Optional.empty(), List.of(), "");

  @TempDir Path folder;

  private static Volume volume(String driver, String handle, String capacity, String claimUid) {
    return new Volume(
        "pv-1",
        "uid-2",
        "Bound",
        "Retain",
        capacity,
        Optional.of(driver),
        Optional.of(handle),
        Optional.of(claimUid));
  }

  private static final Volume VOLUME = volume(Volumes.DRIVER, "1234-pvc9f8e7d6c", "10Gi", "uid-1");

  /** A port that answers these calls, whatever their arguments. */
  private static <T> T answering(Class<T> port, Map<String, Object> answers) {
    return port.cast(
        Proxy.newProxyInstance(
            port.getClassLoader(),
            new Class<?>[] {port},
            (_, method, _) -> {
              if (answers.containsKey(method.getName())) return answers.get(method.getName());
              throw new AssertionError("asked to " + method.getName());
            }));
  }

  private Trial world(Claim claim, Optional<Volume> volume, Optional<BlockVolume> block) {
    var cluster =
        answering(
            Cluster.class,
            Map.of(
                "claim", Optional.of(claim),
                "volume", volume,
                "pods", List.of(),
                "attachments", List.of()));
    var linode =
        answering(
            Linode.class,
            Map.of("volume", block, "volumesLabelled", List.of(), "scopes", List.of("*")));
    return new Trial(new World(cluster, linode, null, null, null, Trial.CLOCK), folder, "default");
  }

  private String refusal(Claim claim, Optional<Volume> volume, Optional<BlockVolume> block) {
    // the lab's fakes know no `cloneVolume`, so that an order would be an error of its own
    var action = new LinodeClone("storage", "before", Optional.empty());
    var failure =
        catchThrowableOfType(
            Failure.class, () -> action.run(world(claim, volume, block).context()));
    assertThat(failure.kind()).isEqualTo(Failure.Kind.REFUSED);
    assertThat(failure.remedy()).isPresent();
    return failure.getMessage();
  }

  @Test
  void followsAClaimToLinode() {
    var held =
        Volumes.held(
            world(CLAIM, Optional.of(VOLUME), Optional.of(BLOCK)).context(), "default", "storage");
    assertThat(held.block()).isEqualTo(BLOCK);
    assertThat(held.handle()).isEqualTo("1234-pvc9f8e7d6c");
  }

  @Test
  void refusesAClaimThatIsNotBound() {
    var pending =
        new Claim(
            "default",
            "storage",
            "uid-1",
            "Pending",
            false,
            Optional.empty(),
            Optional.empty(),
            "10Gi",
            List.of(),
            List.of());
    assertThat(refusal(pending, Optional.empty(), Optional.empty()))
        .isEqualTo("The claim `storage` is Pending, not Bound.");
    assertThat(refusal(CLAIM, Optional.empty(), Optional.empty()))
        .isEqualTo("The volume `pv-1` of claim `storage` is gone.");
  }

  @Test
  void refusesAVolumeThatAnotherClaimHolds() {
    var other = volume(Volumes.DRIVER, "1234-pvc9f8e7d6c", "10Gi", "uid-9");
    assertThat(refusal(CLAIM, Optional.of(other), Optional.of(BLOCK)))
        .isEqualTo("The volume `pv-1` is held by another claim than `storage` as it is now.");
  }

  @Test
  void refusesWhatIsNotLinodes() {
    var other = volume("ebs.csi.aws.com", "vol-1", "10Gi", "uid-1");
    assertThat(refusal(CLAIM, Optional.of(other), Optional.of(BLOCK)))
        .isEqualTo(
            "The volume `pv-1` is not Linode block storage but of the driver `ebs.csi.aws.com`.");
    var nameless = volume(Volumes.DRIVER, "pvc9f8e7d6c", "10Gi", "uid-1");
    assertThat(refusal(CLAIM, Optional.of(nameless), Optional.of(BLOCK)))
        .contains("does not begin with the id of a Linode volume");
  }

  @Test
  void refusesAVolumeThatLinodeKnowsOtherwise() {
    assertThat(refusal(CLAIM, Optional.of(VOLUME), Optional.empty()))
        .isEqualTo("Linode has no volume 1234, which lies behind `pv-1`.");
    var renamed =
        new BlockVolume(1234, "other", "active", 10, "eu", Optional.empty(), List.of(), "");
    assertThat(refusal(CLAIM, Optional.of(VOLUME), Optional.of(renamed)))
        .isEqualTo(
            "The Linode volume 1234 is labelled `other`, but the cluster knows it as"
                + " `pvc9f8e7d6c`.");
    var larger =
        new BlockVolume(1234, "pvc9f8e7d6c", "active", 20, "eu", Optional.empty(), List.of(), "");
    assertThat(refusal(CLAIM, Optional.of(VOLUME), Optional.of(larger)))
        .isEqualTo("The Linode volume 1234 has 20 GB, but the cluster's volume `pv-1` has 10Gi.");
  }
}
