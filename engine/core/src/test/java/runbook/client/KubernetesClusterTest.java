package runbook.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import runbook.world.Cluster;
import runbook.world.Cluster.Ended;
import runbook.world.Cluster.ObjectRef;
import runbook.world.Cluster.Target;
import runbook.world.Failure;

@OnCluster
final class KubernetesClusterTest {
  private static final String NAMESPACE = "plan-client-test";
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Target BOX = new Target(NAMESPACE, "box", "box");

  private static Clients clients;
  private static Cluster cluster;

  @BeforeAll
  static void connect() throws Exception {
    clients = new Clients(Clients.Settings.fromEnvironment(System.getenv()));
    cluster = clients.world().cluster();
    apply("v1", "Namespace", Optional.empty(), NAMESPACE, Map.of());
    apply(
        "v1",
        "Pod",
        Optional.of(NAMESPACE),
        "box",
        Map.of(
            "spec",
            Map.of(
                "terminationGracePeriodSeconds",
                1,
                "containers",
                List.of(
                    Map.of(
                        "name",
                        "box",
                        "image",
                        "busybox:1.36",
                        "command",
                        List.of("sh", "-c", "echo begun; sleep 600"))))));
    for (int i = 0;
        i < 100
            && cluster
                .pod(NAMESPACE, "box")
                .filter(p -> p.containers().getFirst().ready())
                .isEmpty();
        i++) Thread.sleep(300);
  }

  private static Map<String, Object> apply(
      String version,
      String kind,
      Optional<String> namespace,
      String name,
      Map<String, Object> rest) {
    var metadata = new java.util.LinkedHashMap<String, Object>(Map.of("name", name));
    namespace.ifPresent(n -> metadata.put("namespace", n));
    var object =
        new java.util.LinkedHashMap<String, Object>(
            Map.of("apiVersion", version, "kind", kind, "metadata", metadata));
    object.putAll(rest);
    return cluster.apply(
        new ObjectRef(version, kind, namespace, name), object, "test", false, false);
  }

  @AfterAll
  static void clean() {
    var ref = new ObjectRef("v1", "Namespace", Optional.empty(), NAMESPACE);
    cluster
        .get(ref)
        .ifPresent(n -> cluster.delete(ref, (String) ((Map<?, ?>) n.get("metadata")).get("uid")));
    clients.close();
  }

  private static Ended sh(
      String script, Optional<InputStream> in, OutputStream out, Duration limit) {
    return cluster.exec(
        BOX, List.of("sh", "-c", script), in, out, OutputStream.nullOutputStream(), limit);
  }

  @Test
  void a_command_gives_its_exit_code_and_both_outputs() {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    var ended =
        cluster.exec(
            BOX,
            List.of(
                "sh", "-c", "printf '%s|' \"$@\"; echo no >&2; exit 7", "x", "a b", "ü'\"\n&=+%"),
            Optional.empty(),
            out,
            err,
            LIMIT);
    assertThat(ended).isEqualTo(new Ended.Exited(7));
    assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("a b|ü'\"\n&=+%|");
    assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo("no\n");
    assertThat(sh("true", Optional.empty(), out, LIMIT)).isEqualTo(new Ended.Exited(0));
  }

  @Test
  void the_end_of_input_reaches_the_command_and_its_exit_code_comes_back() {
    var out = new ByteArrayOutputStream();
    var ended =
        sh(
            "cat; exit 3",
            Optional.of(new ByteArrayInputStream("hello".getBytes(StandardCharsets.UTF_8))),
            out,
            LIMIT);
    assertThat(ended).isEqualTo(new Ended.Exited(3));
    assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("hello");
  }

  @Test
  void fifty_megabytes_go_both_ways_unchanged() throws Exception {
    var data = new byte[50 << 20];
    new Random(7).nextBytes(data);
    var sent = MessageDigest.getInstance("SHA-256");
    var came = MessageDigest.getInstance("SHA-256");
    var ended =
        sh(
            "cat",
            Optional.of(new DigestInputStream(new ByteArrayInputStream(data), sent)),
            new DigestOutputStream(OutputStream.nullOutputStream(), came),
            LIMIT);
    assertThat(ended).isEqualTo(new Ended.Exited(0));
    assertThat(HexFormat.of().formatHex(came.digest()))
        .isEqualTo(HexFormat.of().formatHex(sent.digest()));
  }

  /**
   * Of little input: where a MiB is left unread, Kubernetes 1.35 itself mostly never tells the exit
   * code, to kubectl neither.
   */
  @Test
  void a_command_that_does_not_read_a_little_input_still_gives_its_exit_code() {
    var ended =
        sh(
            "head -c 1000 >/dev/null; exit 9",
            Optional.of(new ByteArrayInputStream(new byte[32 << 10])),
            OutputStream.nullOutputStream(),
            LIMIT);
    assertThat(ended).isEqualTo(new Ended.Exited(9));
  }

  /** Whether the server still tells the exit code then is a matter of luck; see `Ended.Unknown`. */
  @Test
  void a_command_that_does_not_read_all_is_never_taken_for_a_success() {
    var ended =
        sh(
            "head -c 1000 >/dev/null; exit 9",
            Optional.of(new ByteArrayInputStream(new byte[30 << 20])),
            OutputStream.nullOutputStream(),
            Duration.ofSeconds(15));
    assertThat(ended)
        .satisfiesAnyOf(
            e -> assertThat(e).isEqualTo(new Ended.Exited(9)),
            e -> assertThat(e).isInstanceOf(Ended.Unknown.class));
  }

  @Test
  void beyond_the_limit_nobody_knows_the_end() {
    assertThat(
            sh(
                "sleep 30",
                Optional.empty(),
                OutputStream.nullOutputStream(),
                Duration.ofSeconds(2)))
        .isInstanceOf(Ended.Unknown.class);
  }

  @Test
  void what_certainly_did_not_begin_is_a_failure() {
    var out = OutputStream.nullOutputStream();
    assertThatThrownBy(() ->
            cluster.exec(
                new Target(NAMESPACE, "nobody", "box"),
                List.of("true"),
                Optional.empty(),
                out,
                out,
                LIMIT))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("did not begin");
    assertThatThrownBy(() ->
            cluster.exec(
                new Target(NAMESPACE, "box", "other"),
                List.of("true"),
                Optional.empty(),
                out,
                out,
                LIMIT))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("did not begin");
    assertThatThrownBy(
            () -> cluster.exec(BOX, List.of("no-such-program"), Optional.empty(), out, out, LIMIT))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("could not be started");
  }

  @Test
  void logs_come_line_by_line_until_the_reader_has_enough() {
    var lines = new ArrayList<String>();
    cluster.logs(
        BOX,
        Optional.empty(),
        false,
        LIMIT,
        line -> {
          lines.add(line.text());
          return false;
        });
    assertThat(lines).containsExactly("begun");
    cluster.logs(
        BOX, Optional.empty(), false, Duration.ofSeconds(2), line -> lines.add(line.text()));
    assertThat(lines).containsExactly("begun", "begun");
  }

  @Test
  void a_conflict_names_field_and_manager() {
    apply(
        "v1",
        "ConfigMap",
        Optional.of(NAMESPACE),
        "settings",
        Map.of("data", Map.of("colour", "red")));
    var ref = new ObjectRef("v1", "ConfigMap", Optional.of(NAMESPACE), "settings");
    var other =
        Map.<String, Object>of(
            "apiVersion",
            "v1",
            "kind",
            "ConfigMap",
            "metadata",
            Map.of("name", "settings", "namespace", NAMESPACE),
            "data",
            Map.of("colour", "blue"));
    assertThatThrownBy(() -> cluster.apply(ref, other, "somebody", false, false))
        .isInstanceOfSatisfying(
            Failure.class,
            f -> assertThat(f.detail().orElse("")).contains("test").contains("colour"));
    assertThat(cluster.apply(ref, other, "somebody", true, true))
        .extracting("data")
        .isEqualTo(Map.of("colour", "blue"));
    assertThat(cluster.get(ref)).get().extracting("data").isEqualTo(Map.of("colour", "red"));
    cluster.delete(ref, "00000000-0000-0000-0000-000000000000");
    assertThat(cluster.get(ref)).as("another uid is another object").isPresent();
  }

  @Test
  void rights_are_known() {
    assertThat(cluster.allowed(NAMESPACE, "create", "", "pods/exec")).isTrue();
  }

  @Test
  void what_is_not_there_is_empty() {
    assertThat(cluster.claim(NAMESPACE, "none")).isEmpty();
    assertThat(cluster.volume("none")).isEmpty();
    assertThat(cluster.workload(Cluster.WorkloadKind.DEPLOYMENT, NAMESPACE, "none")).isEmpty();
    assertThat(cluster.pods(NAMESPACE, Map.of("app", "none"))).isEmpty();
    assertThatThrownBy(() -> cluster.scale(Cluster.WorkloadKind.DEPLOYMENT, NAMESPACE, "none", 1))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("none");
  }
}
