package runbook.action;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import runbook.client.OnCluster;
import runbook.plan.Step;

/** Every example is right, and does what it says. */
class ExamplesTest {
  @TempDir Path folder;

  static List<Path> all() {
    return Examples.all();
  }

  @ParameterizedTest
  @MethodSource("all")
  void validatesWithoutAWarning(Path file) {
    var plan = Examples.load(file);
    assertThat(plan.title()).isPresent();
  }

  @Test
  void everyParameterOfEveryActionIsUsed() {
    var used = new HashSet<String>();
    for (var file : all()) collect(Examples.load(file).steps(), used);
    var declared = new TreeSet<String>();
    for (var type : ActionType.all())
      type.parameters().keySet().forEach(p -> declared.add(type.name() + "." + p));
    declared.removeAll(used);
    assertThat(declared).as("parameters that no example shows").isEmpty();
  }

  private static void collect(List<Step> steps, Set<String> used) {
    for (var step : steps) {
      switch (step) {
        case Step.Act a ->
            a.call().arguments().keySet().forEach(p -> used.add(a.call().type().name() + "." + p));
        case Step.Parallel p -> p.branches().values().forEach(b -> collect(b, used));
        case Step.Checkpoint _, Step.Use _ -> {}
      }
    }
  }

  /** Examples about which there is nothing more to ask than that they come to their end. */
  @TestFactory
  Stream<DynamicTest> theOthersAreCarriedOut() {
    var own = new HashSet<String>();
    for (var type : List.of(ExamplesTest.class, OnTheCluster.class))
      for (var method : type.getDeclaredMethods()) own.add(method.getName());
    return all().stream()
        .map(f -> f.getFileName().toString().replace(".yaml", ""))
        .filter(name -> !own.contains(name))
        .map(name -> DynamicTest.dynamicTest(name, () -> Examples.run(name, folder, Map.of())));
  }

  @Test
  void checksum() throws Exception {
    assertThat(Examples.run("checksum", folder, Map.of()).text("digest", "bytes")).isEqualTo("3");
  }

  @Test
  void exec() throws Exception {
    var name = "it's $HOME; \"x\" `id`";
    var done = Examples.run("exec", folder, Map.of("name", name));
    assertThat(done.text("script", "stdout")).startsWith("NOTICE: hello " + name + "\n");
    assertThat(done.text("file", "stdout")).isEqualTo("Hello, " + name);
  }

  @Test
  void http() throws Exception {
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          var body = "An Example".getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    try {
      var url = "http://localhost:" + server.getAddress().getPort();
      assertThat(Examples.run("http", folder, Map.of("url", url)).text("up", "status"))
          .isEqualTo("200");
    } finally {
      server.stop(0);
    }
  }

  @Test
  void manifest() throws Exception {
    assertThat(Examples.run("manifest", folder, Map.of()).text("deployment", "kind"))
        .isEqualTo("Deployment");
  }

  @Test
  void setImage() throws Exception {
    var done = Examples.run("setImage", folder, Map.of("image", "busybox:9"));
    assertThat(done.text("bump", "image")).isEqualTo("busybox:9");
    assertThat(folder.resolve("plans/files/server.yaml"))
        .hasSameTextualContentAs(Examples.folder().resolve("files/server.yaml"));
  }

  @Nested
  @OnCluster
  class OnTheCluster {
    private static final String NAMESPACE = "plan-example-test";
    private static final Map<String, String> PLACE = Map.of("namespace", NAMESPACE);
    private static final String HOST = "example-test." + Lab.ZONE;
    private static final String LABEL = "plan-example-test";
    private Lab lab;

    @BeforeEach
    void open() {
      lab = Lab.open(NAMESPACE);
      // the examples make it themselves
      lab.kubectl.run("delete", "namespace", NAMESPACE, "--timeout=100s");
    }

    @AfterEach
    void close() {
      lab.close();
    }

    @Test
    void apply() throws Exception {
      var done = Examples.run("apply", folder, PLACE);
      assertThat(done.outputs().get("server").toString()).contains("created=true");
      assertThat(
              lab.kubectl.run(
                  "get",
                  "deployment",
                  "server",
                  "-o",
                  "jsonpath={..image} {.status.readyReplicas}"))
          .isEqualTo("docker.io/library/busybox:1.36 1");
      assertThat(lab.kubectl.run("get", "configmap", "settings", "-o", "jsonpath={.data.colour}"))
          .isEqualTo("red");
    }

    @Test
    void awaitLogs() throws Exception {
      assertThat(Examples.run("awaitLogs", folder, PLACE).text("ready", "lines")).isEqualTo("2");
    }

    @Test
    void cloudflareRoute() throws Exception {
      lab.removeRoutes(HOST);
      var done =
          Examples.run("cloudflareRoute", folder, Map.of("zone", Lab.ZONE, "pattern", HOST + "/*"));
      assertThat(done.text("closed", "script")).isEqualTo("maintenance");
      assertThat(done.outputs().get("opened").containsKey("routeId")).isFalse();
      var zone = lab.world.cloudflare().zone(Lab.ZONE).orElseThrow();
      assertThat(lab.world.cloudflare().routes(zone.id()))
          .noneMatch(r -> r.pattern().startsWith(HOST));
    }

    @Test
    void cp() throws Exception {
      var done = Examples.run("cp", folder, PLACE);
      assertThat(done.folder().resolve("bytes")).hasSize(5_000_000);
      assertThat(lab.kubectl.sh("box", "sha512sum </tmp/copies/bytes"))
          .startsWith(done.text("fetch", "sha512"));
      assertThat(Files.exists(done.folder().resolve("bytes.plan-part"))).isFalse();
    }

    private Map<String, String> labelled() {
      lab.removeLabelled(LABEL);
      return Map.of("namespace", NAMESPACE, "label", LABEL);
    }

    @Test
    void deletePvc() throws Exception {
      var done = Examples.run("deletePvc", folder, labelled());
      assertThat(lab.kubectl.run("get", "pvc", "-o", "name")).doesNotContain("data");
      assertThat(lab.kubectl.run("get", "pv", "-o", "name"))
          .doesNotContain(done.text("clone", "volume"));
      // both volumes are there still
      for (var id : List.of("volumeId", "cloneId"))
        lab.removeBlock(Long.parseLong(done.text("clone", id)));
    }

    @Test
    void linodeClone() throws Exception {
      var done = Examples.run("linodeClone", folder, labelled());
      assertThat(lab.world.linode().volumesLabelled(LABEL))
          .singleElement()
          .satisfies(v -> {
            assertThat(v.status()).isEqualTo("active");
            assertThat("" + v.id()).isEqualTo(done.text("clone", "cloneId"));
          });
      lab.removeLabelled(LABEL);
    }

    @Test
    void scale() throws Exception {
      var done = Examples.run("scale", folder, PLACE);
      assertThat(done.text("up", "current")).isEqualTo(done.text("down", "previous"));
      assertThat(
              lab.kubectl.run(
                  "get",
                  "deployment/server",
                  "statefulset/store",
                  "-o",
                  "jsonpath={.items[*].status.readyReplicas}"))
          .isEqualTo("1 1");
      assertThat(lab.kubectl.run("get", "cronjob", "report", "-o", "jsonpath={.spec.suspend}"))
          .isEqualTo("false");
    }
  }
}
