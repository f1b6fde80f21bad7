package runbook.sandbox.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import runbook.sandbox.json.Json;
import runbook.sandbox.schema.Resources;
import runbook.sandbox.store.Deletion;

/** Claims, volumes and attachments. */
final class StorageTest extends ControlTest {
  private void claim(String name, String storageClass) {
    make(
        """
        kind: PersistentVolumeClaim
        apiVersion: v1
        metadata: { name: %s, finalizers: [kubernetes.io/pvc-protection] }
        spec: { storageClassName: %s, accessModes: [ReadWriteOnce], resources: { requests: { storage: 5Gi } } }
        status: { phase: Pending }
        """
            .formatted(name, storageClass));
  }

  private void podWith(String name, String claim) {
    make(
        """
        kind: Pod
        apiVersion: v1
        metadata: { name: %s }
        spec:
          containers: [ { name: main, image: busybox } ]
          volumes: [ { name: data, persistentVolumeClaim: { claimName: %s } } ]
        status: { phase: Pending }
        """
            .formatted(name, claim));
  }

  @Test
  void a_claim_gets_a_volume_that_is_attached_for_its_pods() throws Exception {
    podWith("p", "data");
    await(
        "refused",
        () ->
            !text(Resources.PODS, "p", "status.conditions").isEmpty()
                || find(Resources.PODS, "p")
                    .flatMap(p -> Objects.condition(p, "PodScheduled"))
                    .isPresent());
    claim("data", "retain");
    await("bound", () -> text(Resources.CLAIMS, "data", "status.phase").equals("Bound"));
    assertThat(text(Resources.CLAIMS, "data", "status.capacity.storage")).isEqualTo("10Gi");
    var volume = text(Resources.CLAIMS, "data", "spec.volumeName");
    assertThat(text(Resources.VOLUMES, volume, "spec.csi.volumeHandle"))
        .matches("101-pvc[0-9a-f]{16}");
    await("it runs", () -> text(Resources.PODS, "p", "status.phase").equals("Running"));
    assertThat(disks.attached).containsExactly(101L);
    // while a pod uses it, it stays
    store.delete(Resources.CLAIMS, "default", "data", Deletion.USUAL);
    Thread.sleep(100);
    assertThat(find(Resources.CLAIMS, "data")).isPresent();
    store.delete(Resources.PODS, "default", "p", Deletion.USUAL);
    await("detached", () -> disks.attached.isEmpty());
    await("gone", () -> find(Resources.CLAIMS, "data").isEmpty());
    await("released", () -> text(Resources.VOLUMES, volume, "status.phase").equals("Released"));
    assertThat(disks.all).containsKey(101L);
    await(
        "no attachment",
        () -> store.list(Resources.ATTACHMENTS, Optional.empty(), _ -> true).items().isEmpty());
    store.delete(Resources.VOLUMES, "", volume, Deletion.USUAL);
    await("the object goes", () -> find(Resources.VOLUMES, volume).isEmpty());
    assertThat(disks.all).as("and the disk stays").containsKey(101L);
  }

  @Test
  void a_volume_to_be_deleted_takes_its_disk_along() throws Exception {
    claim("data", "delete");
    await("bound", () -> text(Resources.CLAIMS, "data", "status.phase").equals("Bound"));
    var volume = text(Resources.CLAIMS, "data", "spec.volumeName");
    store.delete(Resources.CLAIMS, "default", "data", Deletion.USUAL);
    await(
        "nothing is left", () -> disks.all.isEmpty() && find(Resources.VOLUMES, volume).isEmpty());
  }

  @Test
  void a_static_volume_is_bound_by_name() throws Exception {
    make(
        """
        kind: PersistentVolume
        apiVersion: v1
        metadata: { name: old }
        spec:
          capacity: { storage: 10Gi }
          accessModes: [ReadWriteOnce]
          storageClassName: retain
          persistentVolumeReclaimPolicy: Retain
          claimRef: { namespace: default, name: data }
          csi: { driver: linodebs.csi.linode.com, volumeHandle: 7-clone }
        """);
    claim("data", "retain");
    await("bound", () -> text(Resources.CLAIMS, "data", "status.phase").equals("Bound"));
    assertThat(text(Resources.CLAIMS, "data", "spec.volumeName")).isEqualTo("old");
    assertThat(disks.all).isEmpty();
  }

  @Test
  void a_claim_waits_for_a_disk_and_gets_it_later() throws Exception {
    disks.full = true;
    claim("data", "retain");
    await(
        "it is told",
        () ->
            !store
                .list(
                    Resources.EVENTS,
                    Optional.empty(),
                    e -> Json.text(e, "reason").equals("ProvisioningFailed"))
                .items()
                .isEmpty());
    disks.full = false;
    await("bound", () -> text(Resources.CLAIMS, "data", "status.phase").equals("Bound"));
  }
}
