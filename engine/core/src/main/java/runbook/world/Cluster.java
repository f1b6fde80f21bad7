package runbook.world;

import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A Kubernetes cluster, in the verbs that plans need. Reads are repeated by the adapter after
 * transient faults; a change is sent once, or again where repeating it is harmless.
 */
public interface Cluster {

  // --- workloads

  /**
   * What has replicas, or, as a cron job, can be suspended (then 0 replicas mean suspended, 1 not).
   */
  enum WorkloadKind {
    DEPLOYMENT,
    STATEFULSET,
    CRONJOB
  }

  /**
   * @param replicas wanted
   * @param ready how many are ready by the newest template
   * @param observed whether the controller has seen the newest specification
   * @param selector labels of its pods; empty for a cron job
   */
  record Workload(
      WorkloadKind kind,
      String namespace,
      String name,
      String uid,
      int replicas,
      int ready,
      boolean observed,
      Map<String, String> selector) {}

  Optional<Workload> workload(WorkloadKind kind, String namespace, String name);

  /** Sets the wanted replicas; for a cron job suspends (0) or resumes (1) it. */
  void scale(WorkloadKind kind, String namespace, String name, int replicas);

  /** Names of the horizontal autoscalers that aim at the workload. */
  List<String> autoscalers(WorkloadKind kind, String namespace, String name);

  // --- pods

  /**
   * @param containerId empty while it has none
   * @param state {@code running}, or why it is not: {@code waiting: ImagePullBackOff: …}, {@code
   *     terminated: Error (1)}
   * @param ready whether its readiness probe holds (or it has none and runs)
   */
  record Container(
      String name,
      String image,
      String imageId,
      String containerId,
      int restarts,
      String state,
      boolean ready) {}

  /**
   * @param deleting whether it is on its way out (Terminating)
   * @param claims names of the volume claims that it uses
   */
  record Pod(
      String namespace,
      String name,
      String uid,
      String phase,
      boolean deleting,
      Optional<String> node,
      Optional<String> ip,
      Instant created,
      List<Container> containers,
      List<String> claims) {
    public Optional<Container> container(String wanted) {
      return containers.stream().filter(c -> c.name().equals(wanted)).findFirst();
    }
  }

  /**
   * All pods with these labels, those that are terminating too; every pod of the namespace if there
   * are no labels.
   */
  List<Pod> pods(String namespace, Map<String, String> labels);

  Optional<Pod> pod(String namespace, String name);

  /** Newest last; the events about the object, as {@code Reason: message}. */
  List<String> events(String namespace, String kind, String name);

  // --- commands and logs

  /** A container of a pod. */
  record Target(String namespace, String pod, String container) {
    @Override
    public String toString() {
      return "pod `" + pod + "`, container `" + container + "`";
    }
  }

  /** How a command ended. */
  sealed interface Ended {
    /** With an exit code. */
    record Exited(int code) implements Ended {}

    /**
     * Nobody knows: the connection ended without a status. The command may still run, and what it
     * wrote may be incomplete (DOMAIN A5, A6).
     */
    record Unknown(String why) implements Ended {}
  }

  /**
   * Runs a command in a container, once: never sent a second time, since it may have begun.
   *
   * @param in what it reads; its end is signalled to the command; empty: it has no standard input
   * @param limit after which the connection is cut and the end is unknown
   * @throws Failure when it certainly did not begin (no such pod, not allowed, no such command …)
   */
  Ended exec(
      Target target,
      List<String> command,
      Optional<InputStream> in,
      OutputStream out,
      OutputStream err,
      Duration limit);

  /** A line of a log, with the time at which the container wrote it. */
  record LogLine(Instant time, String text) {}

  /** What becomes of each line; false ends the reading. */
  interface LogReader {
    boolean line(LogLine line);
  }

  /**
   * Reads a container's log from an instant (inclusive, whole seconds), and goes on as it grows.
   * Returns when the reader has enough, the container has ended, the connection broke, or the limit
   * passed.
   *
   * @param previous the log of the container before its last restart
   */
  void logs(
      Target target, Optional<Instant> since, boolean previous, Duration limit, LogReader reader);

  // --- volumes

  /**
   * A volume claim (PVC).
   *
   * @param phase {@code Pending}, {@code Bound}, {@code Lost}
   * @param volume name of the PV it is bound to
   */
  record Claim(
      String namespace,
      String name,
      String uid,
      String phase,
      boolean deleting,
      Optional<String> volume,
      Optional<String> storageClass,
      String requested,
      List<String> accessModes,
      List<String> finalizers) {}

  Optional<Claim> claim(String namespace, String name);

  /** Deletes the claim with this uid and no other of its name; finalizers are left alone. */
  void deleteClaim(String namespace, String name, String uid);

  /**
   * A persistent volume (PV).
   *
   * @param reclaimPolicy {@code Retain} or {@code Delete}: what happens to the storage when the
   *     claim goes
   * @param driver and {@code handle} of the CSI volume; empty if it is of another kind
   * @param claimUid of the claim that holds it
   */
  record Volume(
      String name,
      String uid,
      String phase,
      String reclaimPolicy,
      String capacity,
      Optional<String> driver,
      Optional<String> handle,
      Optional<String> claimUid) {}

  Optional<Volume> volume(String name);

  /** Deletes the PV object with this uid. */
  void deleteVolume(String name, String uid);

  /** Nodes to which a VolumeAttachment ties the PV. */
  List<String> attachments(String volume);

  /**
   * The binding mode ({@code Immediate}, {@code WaitForFirstConsumer}) of a storage class, if there
   * is such a class.
   */
  Optional<String> bindingMode(String storageClass);

  // --- objects of any kind

  /** Which object; {@code namespace} is empty for those that have none. */
  record ObjectRef(String apiVersion, String kind, Optional<String> namespace, String name) {
    @Override
    public String toString() {
      return kind + " `" + name + "`";
    }
  }

  /** The object as the API server shows it. */
  Optional<Map<String, Object>> get(ObjectRef ref);

  /**
   * Server-side apply. A conflict with another field manager is a {@link Failure} of kind {@code
   * REFUSED} whose detail lists field and manager.
   *
   * @param dryRun asks what would become of the object, and changes nothing
   */
  Map<String, Object> apply(
      ObjectRef ref,
      Map<String, Object> object,
      String fieldManager,
      boolean force,
      boolean dryRun);

  /** Deletes the object with this uid and what depends on it, in the background. */
  void delete(ObjectRef ref, String uid);

  /**
   * Asks whether the caller may do this (SelfSubjectAccessReview); {@code resource} may be {@code
   * pods/exec}.
   */
  boolean allowed(String namespace, String verb, String group, String resource);
}
