package runbook.action;

import java.util.stream.Stream;

/** Pods to try commands, copies and logs in. */
enum TestPods {
  /** Busybox alone. */
  box("busybox:1.36", "command: [sleep, '100000']"),
  /** Not root, and nothing to write to but /dev/shm. */
  narrow(
      "busybox:1.36",
      "command: [sleep, '100000'], securityContext: {runAsUser: 4711, readOnlyRootFilesystem: true}"),
  /** Ends when it is told to, and then starts again. */
  restarts(
      "busybox:1.36",
      "command: [sh, -c, 'echo up; while [ ! -e /tmp/stop ]; do sleep 0.1; done; echo down; exit 1']"),
  /** A PostgreSQL that is process 1. */
  pg(
      "postgres:17",
      "env: [{name: POSTGRES_PASSWORD, value: secret}, {name: PGPASSWORD, value: secret}]");

  private final String image;
  private final String rest;

  TestPods(String image, String rest) {
    this.image = image;
    this.rest = rest;
  }

  /** Makes these and waits until they run; one that is there already is made anew. */
  static void start(Lab lab, TestPods... pods) {
    var names = Stream.of(pods).map(Enum::name).toArray(String[]::new);
    lab.kubectl.run(words("delete pod --now --ignore-not-found --timeout=60s", names));
    for (var pod : pods) {
      lab.kubectl.runWith(
          """
          apiVersion: v1
          kind: Pod
          metadata: {name: %s}
          spec:
            terminationGracePeriodSeconds: 2
            containers: [{name: main, image: "%s", imagePullPolicy: IfNotPresent, %s}]
          """
              .formatted(pod.name(), pod.image, pod.rest),
          "apply",
          "-f",
          "-");
    }
    var ready = Stream.of(names).map(n -> "pod/" + n).toArray(String[]::new);
    lab.kubectl.run(words("wait --for=condition=Ready --timeout=100s", ready));
  }

  static void awaitPostgres(Lab lab) {
    lab.kubectl.sh("pg", "until pg_isready -h 127.0.0.1; do sleep 0.2; done");
  }

  private static String[] words(String first, String... more) {
    return Stream.concat(Stream.of(first.split(" ")), Stream.of(more)).toArray(String[]::new);
  }
}
