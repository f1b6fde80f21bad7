package runbook.action;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The pods of the tests, in a namespace of their own that goes with the process. */
final class TestPods {
  /** Others may run the same tests against the same cluster. */
  static final String NAMESPACE = "h2-test-" + ProcessHandle.current().pid();

  private static final String MANIFEST =
      """
      apiVersion: v1
      kind: Namespace
      metadata: {name: NAMESPACE}
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: box, namespace: NAMESPACE}
      spec:
        terminationGracePeriodSeconds: 1
        containers:
          - {name: main, image: "busybox:1.36", command: [sleep, "100000"]}
      ---
      # not root, and nothing to write to but /dev/shm
      apiVersion: v1
      kind: Pod
      metadata: {name: narrow, namespace: NAMESPACE}
      spec:
        terminationGracePeriodSeconds: 1
        containers:
          - name: main
            image: busybox:1.36
            command: [sleep, "100000"]
            securityContext: {runAsUser: 4711, readOnlyRootFilesystem: true}
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: restarts, namespace: NAMESPACE}
      spec:
        terminationGracePeriodSeconds: 1
        containers:
          - name: main
            image: busybox:1.36
            command: [sh, -c, "echo up; while [ ! -e /tmp/stop ]; do sleep 0.1; done; echo down; exit 1"]
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: pg, namespace: NAMESPACE}
      spec:
        terminationGracePeriodSeconds: 3
        containers:
          - name: postgres
            image: postgres:17
            env: [{name: POSTGRES_PASSWORD, value: secret}, {name: PGPASSWORD, value: secret}]
      """
          .replace("NAMESPACE", NAMESPACE);

  private TestPods() {}

  private static boolean started;

  /** Makes those that are not there; the one that restarts is new, since restarts are put off. */
  static synchronized void start() {
    if (!started)
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(() ->
                  run(
                      List.of(
                          "kubectl",
                          "delete",
                          "ns",
                          NAMESPACE,
                          "--wait=false",
                          "--ignore-not-found"),
                      "")));
    else kubectl("delete", "pod", "restarts", "--now", "--ignore-not-found");
    started = true;
    run(List.of("kubectl", "apply", "-f", "-"), MANIFEST);
    var pods = List.of("pod/box", "pod/narrow", "pod/restarts", "pod/pg");
    var wait = new ArrayList<>(List.of("wait", "--for=condition=Ready", "--timeout=60s"));
    wait.addAll(pods);
    kubectl(wait.toArray(String[]::new));
  }

  static void waitForPostgres() {
    kubectl("exec", "pg", "--", "sh", "-c", "until pg_isready -h 127.0.0.1; do sleep 0.2; done");
  }

  static String kubectl(String... words) {
    var command = new ArrayList<>(List.of("kubectl", "-n", NAMESPACE));
    command.addAll(List.of(words));
    return run(command, "");
  }

  private static String run(List<String> command, String in) {
    try {
      var process = new ProcessBuilder(command).redirectErrorStream(true).start();
      try (var out = process.getOutputStream()) {
        out.write(in.getBytes(StandardCharsets.UTF_8));
      }
      var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) throw new IllegalStateException(command + ": " + said);
      return said;
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
