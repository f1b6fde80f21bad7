package runbook.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import org.junit.jupiter.api.Test;
import runbook.client.ExecChannels.Event;
import runbook.world.Cluster.Ended;
import runbook.world.Cluster.WorkloadKind;

/** What is made of the API server's objects. */
final class KubernetesViewsTest {

  private static String state(String status) throws JsonProcessingException {
    var pod = "{\"spec\": {\"containers\": [{\"name\": \"a\"}]}, \"status\": %s}".formatted(status);
    return KubernetesPods.pod(KubernetesApi.JSON.readTree(pod)).containers().getFirst().state();
  }

  private static int ready(String status) throws JsonProcessingException {
    var node = KubernetesApi.JSON.readTree("{\"status\": %s}".formatted(status));
    return KubernetesWorkloads.workload(WorkloadKind.DEPLOYMENT, node).ready();
  }

  @Test
  void a_container_that_does_not_run_says_why() throws JsonProcessingException {
    assertThat(
            state(
                """
                {"containerStatuses": [{"name": "a", "state": {"waiting":
                  {"reason": "ImagePullBackOff", "message": "no such image"}}}]}
                """))
        .isEqualTo("waiting: ImagePullBackOff: no such image");
    assertThat(
            state(
                """
                {"containerStatuses": [{"name": "a", "state": {"terminated":
                  {"reason": "Error", "exitCode": 1}}}]}
                """))
        .isEqualTo("terminated: Error (1)");
    assertThat(
            state(
                """
                {"conditions": [{"type": "PodScheduled", "status": "False", "reason": "Unschedulable",
                  "message": "0/1 nodes are available"}]}
                """))
        .isEqualTo("waiting: Unschedulable: 0/1 nodes are available");
  }

  @Test
  void an_init_container_is_to_blame_only_when_it_is_stuck() throws JsonProcessingException {
    var waits = "{\"name\": \"a\", \"state\": {\"waiting\": {\"reason\": \"PodInitializing\"}}}";
    var next =
        "{\"name\": \"second\", \"state\": {\"waiting\": {\"reason\": \"PodInitializing\"}}}";
    assertThat(
            state(
                """
                {"initContainerStatuses": [{"name": "first", "state": {"running": {}}}, %s],
                 "containerStatuses": [%s]}
                """
                    .formatted(next, waits)))
        .isEqualTo("waiting: PodInitializing");
    assertThat(
            state(
                """
                {"initContainerStatuses": [{"name": "first", "state": {"waiting":
                   {"reason": "CrashLoopBackOff", "message": "back-off"}}}, %s],
                 "containerStatuses": [%s]}
                """
                    .formatted(next, waits)))
        .isEqualTo("waiting: init container first: waiting: CrashLoopBackOff: back-off");
  }

  @Test
  void a_pod_of_the_old_template_is_not_ready_by_the_new_one() throws JsonProcessingException {
    assertThat(ready("{\"replicas\": 2, \"updatedReplicas\": 1, \"readyReplicas\": 1}"))
        .isEqualTo(0);
    assertThat(ready("{\"replicas\": 3, \"updatedReplicas\": 2, \"readyReplicas\": 2}"))
        .isEqualTo(1);
    assertThat(ready("{\"replicas\": 2, \"updatedReplicas\": 2, \"readyReplicas\": 2}"))
        .isEqualTo(2);
    assertThat(ready("{}")).isEqualTo(0);
  }

  @Test
  void a_status_is_read_word_by_word() {
    assertThat(ExecChannels.status("{\"status\": \"Success\"}"))
        .isEqualTo(new Event.End(new Ended.Exited(0)));
    assertThat(
            ExecChannels.status(
                """
                {"status": "Failure", "reason": "NonZeroExitCode",
                 "details": {"causes": [{"reason": "ExitCode", "message": "127"}]}}
                """))
        .isEqualTo(new Event.End(new Ended.Exited(127)));
    assertThat(
            ExecChannels.status(
                """
                {"status": "Failure", "message": "unable to upgrade connection: container not found"}
                """))
        .isInstanceOf(Event.Refused.class);
    assertThat(ExecChannels.status("{\"status\": \"Failure\", \"message\": \"stream was reset\"}"))
        .isInstanceOfSatisfying(
            Event.End.class, e -> assertThat(e.ended()).isInstanceOf(Ended.Unknown.class));
  }

  @Test
  void a_call_is_said_in_the_words_of_kubectl() {
    assertThat(KubernetesCall.of("PATCH", "apis/apps/v1/namespaces/a/deployments/b/scale?x=/y"))
        .hasToString("`patch deployments.apps/scale b` in the namespace `a`");
    assertThat(KubernetesCall.of("GET", "api/v1/namespaces/a/pods?labelSelector=b"))
        .hasToString("`list pods` in the namespace `a`");
    assertThat(KubernetesCall.of("GET", "api/v1/namespaces/a")).hasToString("`get namespaces a`");
    assertThat(KubernetesCall.of("GET", "api/v1")).hasToString("`get the kinds`");
    assertThat(KubernetesCall.of("DELETE", "api/v1/persistentvolumes/b").right())
        .isEqualTo("`delete persistentvolumes`");
  }
}
