package runbook.sandbox.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Event;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What plans rely on in pods: how they start, are ready, speak, start again and end. */
abstract class ClusterPodsContract extends ClusterWorkloadsContract {
  private static final String SLEEP = "sleep 1000";

  private List<String> events(String name) {
    return client()
        .v1()
        .events()
        .inNamespace(space())
        .withField("involvedObject.name", name)
        .list()
        .getItems()
        .stream()
        .map(Event::getReason)
        .toList();
  }

  private String waiting(String pod) {
    var state = container(pod).getState();
    return state == null || state.getWaiting() == null ? "" : state.getWaiting().getReason();
  }

  @Test
  void anUnknownImageIsAskedForAgainAndAgain() {
    pod("unknown", SLEEP, "main: { image: 'nowhere.invalid/nothing:1' }");
    await(() -> waiting("unknown").equals("ImagePullBackOff"));
    assertThat(pod("unknown").getStatus().getPhase()).isEqualTo("Pending");
    assertThat(events("unknown")).contains("Scheduled", "Pulling", "Failed", "BackOff");
  }

  @Test
  void aPodWaitsForItsClaim() {
    pod("claimless", SLEEP, "volumes: [{ name: v, persistentVolumeClaim: { claimName: none } }]");
    await(() ->
        pod("claimless").getStatus().getConditions().stream()
            .anyMatch(c ->
                c.getType().equals("PodScheduled")
                    && c.getStatus().equals("False")
                    && c.getReason().equals("Unschedulable")
                    && c.getMessage().contains("persistentvolumeclaim \"none\" not found")));
    assertThat(pod("claimless").getStatus().getPhase()).isEqualTo("Pending");
  }

  @Test
  void aPodWaitsForItsConfiguration() {
    pod("secretless", SLEEP, "main: { envFrom: [{ secretRef: { name: none } }] }");
    await(() -> waiting("secretless").equals("CreateContainerConfigError"));
    assertThat(container("secretless").getState().getWaiting().getMessage())
        .isEqualTo("secret \"none\" not found");
  }

  @Test
  void aContainerThatEndsStartsAgainLaterAndLater() {
    pod("crashes", "echo at $(date +%N); exit 3", "");
    await(() -> waiting("crashes").equals("CrashLoopBackOff"));
    var status = container("crashes");
    assertThat(status.getRestartCount()).isPositive();
    assertThat(status.getLastState().getTerminated().getExitCode()).isEqualTo(3);
    assertThat(status.getLastState().getTerminated().getReason()).isEqualTo("Error");
    assertThat(pod("crashes").getStatus().getPhase()).isEqualTo("Running");
    assertThat(events("crashes")).contains("BackOff");
  }

  @Test
  void theLogBeforeTheLastStartCanBeRead() {
    pod(
        "previous",
        "echo $HOSTNAME $(cat /proc/sys/kernel/random/uuid); [ -e /v/x ] && sleep 1000; touch /v/x; exit 1",
        "main: { volumeMounts: [{ name: v, mountPath: /v }] }\nvolumes: [{ name: v, emptyDir: {} }]");
    await(() ->
        container("previous").getRestartCount() != null
            && container("previous").getRestartCount() == 1
            && isReady("previous"));
    var at = client().pods().inNamespace(space()).withName("previous");
    var before = at.terminated().getLog();
    assertThat(before).startsWith("previous ");
    assertThat(at.getLog()).startsWith("previous ").isNotEqualTo(before);
  }

  @Test
  void noLogBeforeTheFirstStart() {
    pod("first", SLEEP, "");
    await(() -> isReady("first"));
    refused(400, () -> raw("GET", path("v1", "pods") + "/first/log?previous=true", ""))
        .hasMessageContaining("previous terminated container \"main\" in pod \"first\" not found");
  }

  @Test
  void logsCanBeReadInParts() {
    pod("talks", "for i in 1 2 3; do echo line $i; done; echo end; " + SLEEP, "");
    await(() -> isReady("talks"));
    var at = client().pods().inNamespace(space()).withName("talks");
    await(() -> at.getLog().equals("line 1\nline 2\nline 3\nend\n"));
    assertThat(at.tailingLines(2).getLog()).isEqualTo("line 3\nend\n");
    assertThat(at.usingTimestamps().tailingLines(1).getLog())
        .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d+Z end\n");
    assertThat(at.limitBytes(6).getLog()).isEqualTo("line 1");
    assertThat(at.sinceTime(Instant.now().plusSeconds(3600).toString()).getLog()).isEmpty();
    refused(400, () -> raw("GET", path("v1", "pods") + "/talks/log?container=other", ""))
        .hasMessageContaining("container other is not valid for pod talks");
  }

  @Test
  void onlyAPodThatIsReadyIsBehindItsService() {
    client()
        .resource(
            read(
                "kind: Service\napiVersion: v1\nmetadata: { name: door }\n"
                    + "spec: { selector: { app: door }, ports: [{ port: 80 }] }"))
        .inNamespace(space())
        .create();
    pod(
        "door",
        SLEEP,
        "main: { readinessProbe: { exec: { command: [cat, /tmp/open] }, periodSeconds: 1 } }");
    await(() -> container("door").getStarted() == Boolean.TRUE);
    await(() -> behind("door").equals(List.of(false)));
    assertThat(isReady("door")).isFalse();
    exec("door", "touch /tmp/open");
    await(() -> isReady("door") && behind("door").equals(List.of(true)));
    exec("door", "rm /tmp/open");
    await(() -> !isReady("door") && behind("door").equals(List.of(false)));
    assertThat(events("door")).contains("Unhealthy");
  }

  private List<Boolean> behind(String service) {
    return client()
        .discovery()
        .v1()
        .endpointSlices()
        .inNamespace(space())
        .withLabel("kubernetes.io/service-name", service)
        .list()
        .getItems()
        .stream()
        .flatMap(s -> s.getEndpoints().stream())
        .map(e -> e.getConditions().getReady())
        .toList();
  }

  @Test
  void aPodThatDoesNotLiveStartsAgain() {
    pod(
        "dead",
        SLEEP,
        "main: { livenessProbe: { exec: { command: ['false'] }, periodSeconds: 1, failureThreshold: 2 } }");
    await(() ->
        container("dead").getRestartCount() != null && container("dead").getRestartCount() > 0);
    assertThat(container("dead").getLastState().getTerminated().getExitCode()).isEqualTo(137);
    assertThat(events("dead")).contains("Unhealthy", "Killing");
  }

  @Test
  void aPodHasItsTimeToEnd() {
    pod(
        "slow",
        "trap \"sleep 2; exit 0\" TERM; while :; do sleep 0.1; done",
        "terminationGracePeriodSeconds: 30");
    await(() -> isReady("slow"));
    client().pods().inNamespace(space()).withName("slow").delete();
    var going = pod("slow");
    assertThat(going.getMetadata().getDeletionGracePeriodSeconds()).isEqualTo(30);
    assertThat(Instant.parse(going.getMetadata().getDeletionTimestamp()))
        .isAfter(Instant.parse(going.getMetadata().getCreationTimestamp()).plusSeconds(29));
    await(() -> pod("slow") == null);
  }

  @Test
  void aPodThatDoesNotWantToEndIsKilled() {
    pod("deaf", "trap \"\" TERM; while :; do sleep 0.1; done", "terminationGracePeriodSeconds: 3");
    await(() -> isReady("deaf"));
    var began = Instant.now();
    client().pods().inNamespace(space()).withName("deaf").delete();
    await(() -> pod("deaf") == null);
    assertThat(Instant.now()).isAfter(began.plusMillis(2500));
  }

  @Test
  void anEvictedPodGoes() {
    pod("evicted", SLEEP, "");
    await(() -> isReady("evicted"));
    var answer =
        raw(
            "POST",
            path("v1", "pods") + "/evicted/eviction",
            "{\"kind\": \"Eviction\", \"apiVersion\": \"policy/v1\", \"metadata\": {\"name\": \"evicted\"}}");
    assertThat(answer.path("status").asText()).isEqualTo("Success");
    await(() -> pod("evicted") == null);
  }

  @Test
  void initContainersEndOneAfterTheOther() {
    pod(
        "prepared",
        "cat /v/log; " + SLEEP,
        """
        main: { volumeMounts: [{ name: v, mountPath: /v }] }
        volumes: [{ name: v, emptyDir: {} }]
        initContainers:
          - { name: one, image: "busybox:1.36", command: [ sh, -c, "echo one >>/v/log" ], volumeMounts: [{ name: v, mountPath: /v }] }
          - { name: two, image: "busybox:1.36", command: [ sh, -c, "echo two >>/v/log" ], volumeMounts: [{ name: v, mountPath: /v }] }
        """);
    await(() -> isReady("prepared"));
    assertThat(client().pods().inNamespace(space()).withName("prepared").getLog())
        .isEqualTo("one\ntwo\n");
    assertThat(pod("prepared").getStatus().getInitContainerStatuses())
        .allSatisfy(
            s -> assertThat(s.getState().getTerminated().getReason()).isEqualTo("Completed"));
  }

  @Test
  void theEnvironmentIsMadeOfManyThings() {
    apply("kind: Secret\napiVersion: v1\nmetadata: { name: env }\nstringData: { PASS: word }");
    apply(
        "kind: ConfigMap\napiVersion: v1\nmetadata: { name: env }\ndata: { MODE: fast, file: text }");
    pod(
        "env",
        "echo $MODE $PASS $ME $BOTH; id -u; cat /c/file /one; echo; " + SLEEP,
        """
        securityContext: { runAsUser: 1234 }
        main:
          envFrom: [{ configMapRef: { name: env } }]
          env:
            - { name: PASS, valueFrom: { secretKeyRef: { name: env, key: PASS } } }
            - { name: ME, valueFrom: { fieldRef: { fieldPath: metadata.name } } }
            - { name: BOTH, value: "$(ME)-$(PASS)-$$(ME)-$(NONE)" }
          volumeMounts:
            - { name: c, mountPath: /c }
            - { name: c, mountPath: /one, subPath: file }
        volumes: [{ name: c, configMap: { name: env } }]
        """);
    await(() -> isReady("env"));
    await(() ->
        client()
            .pods()
            .inNamespace(space())
            .withName("env")
            .getLog()
            .equals("fast word env env-word-$(ME)-$(NONE)\n1234\ntexttext\n"));
  }
}
