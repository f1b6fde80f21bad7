package runbook.cli.upgrade;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * The test cluster, asked by its own tools and not by ours: kubectl, psql, the clouds' APIs. What a
 * test claims about the world it has from here.
 */
final class Lab {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final Path KIT =
      Path.of(System.getenv().getOrDefault("PLAN_TEST_CLUSTER", "/nonexistent"));
  static final Path REPOSITORY = Path.of("../..").toAbsolutePath().normalize();

  private Lab() {}

  /** How a command ended. */
  record Ended(int code, String output) {}

  static Ended run(
      Path folder, Map<String, String> environment, Duration limit, List<String> command) {
    try {
      var log = Files.createTempFile("plan-test", ".log");
      var builder =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
      builder.environment().putAll(environment);
      var process = builder.start();
      try {
        if (!process.waitFor(limit.toSeconds(), TimeUnit.SECONDS)) {
          throw new AssertionError(
              command + " did not end within " + limit + ":\n" + Files.readString(log));
        }
      } finally {
        // also when the test's own time is up: nothing of it goes on behind the next one
        process.destroyForcibly();
      }
      var output = Files.readString(log);
      Files.delete(log);
      return new Ended(process.exitValue(), output);
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** A command that has to succeed; gives its output. */
  static String sh(String... command) {
    var ended = run(REPOSITORY, Map.of(), Duration.ofMinutes(10), List.of(command));
    assertThat(ended.code()).as("%s: %s", String.join(" ", command), ended.output()).isZero();
    return ended.output().strip();
  }

  static void reset() {
    sh(KIT.resolve("reset").toString());
  }

  static void seed(int mib) {
    sh(KIT.resolve("seed").toString(), String.valueOf(mib));
  }

  static Path kit() {
    return KIT;
  }

  static String kubectl(String... arguments) {
    var command = new ArrayList<>(List.of("kubectl"));
    command.addAll(List.of(arguments));
    return sh(command.toArray(String[]::new));
  }

  /** The object as JSON. */
  static JsonNode object(String... arguments) {
    var command = new ArrayList<>(List.of("get", "-o", "json"));
    command.addAll(List.of(arguments));
    return json(kubectl(command.toArray(String[]::new)));
  }

  static String sql(String database, String statement) {
    return kubectl(
        "exec",
        "deploy/postgres",
        "--",
        "psql",
        "-X",
        "-q",
        "-A",
        "-t",
        "-v",
        "ON_ERROR_STOP=1",
        "-U",
        "pythondiscord",
        "-d",
        database,
        "-c",
        statement);
  }

  /** Whether a role gets in over TCP, as a service does. */
  static boolean logsIn(String role, String password, String database) {
    var url = "postgres://" + role + ":" + password + "@postgres/" + database;
    var ended =
        run(
            REPOSITORY,
            Map.of(),
            Duration.ofSeconds(30),
            List.of(
                "kubectl",
                "exec",
                "deploy/postgres",
                "--",
                "psql",
                "-X",
                "-d",
                url,
                "-c",
                "select 1"));
    return ended.code() == 0;
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new AssertionError(text, e);
    }
  }

  private static HttpResponse<String> send(HttpRequest request) {
    try {
      return HTTP.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new AssertionError(request.toString(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  static JsonNode linode(String method, String path) {
    var request =
        HttpRequest.newBuilder(URI.create(System.getenv("LINODE_API_URL") + path))
            .header("Authorization", "Bearer " + System.getenv("LINODE_TOKEN"))
            .method(method, HttpRequest.BodyPublishers.noBody());
    return json(send(request.build()).body());
  }

  /** All volumes at Linode with this label. */
  static List<JsonNode> volumes(String label) {
    var found = new ArrayList<JsonNode>();
    for (var volume : linode("GET", "/volumes?page_size=100").path("data"))
      if (volume.path("label").asText().equals(label)) found.add(volume);
    return found;
  }

  static JsonNode cloudflare(String method, String path, String body) {
    var request =
        HttpRequest.newBuilder(URI.create(System.getenv("CLOUDFLARE_API_URL") + path))
            .header("Authorization", "Bearer " + System.getenv("CLOUDFLARE_API_TOKEN"))
            .method(method, HttpRequest.BodyPublishers.ofString(body));
    return json(send(request.build()).body()).path("result");
  }

  static String zone() {
    return cloudflare("GET", "/zones?name=pythondiscord.com", "").get(0).path("id").asText();
  }

  /** Patterns and scripts of the zone's routes, each as {@code pattern script}. */
  static List<String> routes() {
    var found = new ArrayList<String>();
    for (var route : cloudflare("GET", "/zones/" + zone() + "/workers/routes", ""))
      found.add(route.path("pattern").asText() + " " + route.path("script").asText());
    return found;
  }

  static void deleteRoute(String pattern) {
    for (var route : cloudflare("GET", "/zones/" + zone() + "/workers/routes", "")) {
      if (route.path("pattern").asText().equals(pattern))
        cloudflare(
            "DELETE", "/zones/" + zone() + "/workers/routes/" + route.path("id").asText(), "");
    }
  }

  /** What a visitor gets: status and page. */
  static String visit() {
    try {
      // the JDK's client does not let a Host header be set
      return run(
              REPOSITORY,
              Map.of(),
              Duration.ofSeconds(20),
              List.of(
                  "curl",
                  "-s",
                  "-m",
                  "10",
                  "-w",
                  " %{http_code}",
                  "-H",
                  "Host: www.pythondiscord.com",
                  System.getenv("EDGE_URL") + "/"))
          .output();
    } catch (AssertionError e) {
      return "nothing";
    }
  }

  static void await(String what, Duration limit, BooleanSupplier condition) {
    var end = Instant.now().plus(limit);
    while (!condition.getAsBoolean()) {
      assertThat(Instant.now()).as("still waiting: %s", what).isBefore(end);
      try {
        Thread.sleep(500);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError(e);
      }
    }
  }
}
