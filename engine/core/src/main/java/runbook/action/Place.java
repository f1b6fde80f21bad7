package runbook.action;

import java.util.Map;
import java.util.Optional;

/** Where files and processes live. */
public sealed interface Place {
  /** This machine. */
  record Here() implements Place {}

  /**
   * A container of a pod.
   *
   * @param pods how the pod is found
   * @param container empty: the pod's only one, or its first
   */
  record InPod(String name, String namespace, Pods pods, Optional<String> container)
      implements Place {}

  /** How a pod is found: there must be exactly one that runs and is not terminating. */
  sealed interface Pods {
    record OfDeployment(String deployment) implements Pods {}

    record OfStatefulSet(String statefulSet) implements Pods {}

    record OfJob(String job) implements Pods {}

    record Named(String pod) implements Pods {}

    record Labelled(Map<String, String> labels) implements Pods {}
  }
}
