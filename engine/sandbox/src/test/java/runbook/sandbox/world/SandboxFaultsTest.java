package runbook.sandbox.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What can go wrong in a whole world, asked for over HTTP, as ordinary clients meet it. */
@Timeout(180)
final class SandboxFaultsTest extends FaultyWorld {
  private static final String CLAIM = "postgres-storage";

  @ParameterizedTest
  @CsvSource({
    "kubernetes, KUBECONFIG",
    "linode, LINODE_API_URL",
    "cloudflare, CLOUDFLARE_API_URL",
    "edge, EDGE_URL"
  })
  void eachServerCanAnswerBadlyAndNotAtAll(String api, String variable) throws Exception {
    var url =
        api.equals("kubernetes")
            ? kubernetes.getMasterUrl().toString()
            : sandbox.environment().get(variable) + "/";
    faults
        .post(
            "/faults",
            "{\"api\":\""
                + api
                + "\",\"count\":1,\"status\":503,\"headers\":{\"Retry-After\":\"7\"}}")
        .expect(200);
    var client = kubernetes.getHttpClient();
    var request = client.newHttpRequestBuilder().uri(url).build();
    var answer = client.sendAsync(request, String.class).get(20, TimeUnit.SECONDS);
    assertThat(answer.code()).isEqualTo(503);
    assertThat(answer.headers("Retry-After")).containsExactly("7");
    begin("refuse", "{'api':'" + api + "'}");
    assertThatThrownBy(() -> client.sendAsync(request, String.class).get(20, TimeUnit.SECONDS))
        .hasStackTraceContaining("onnect");
    end("refuse");
    assertThat(client.sendAsync(request, String.class).get(20, TimeUnit.SECONDS).code())
        .isNotEqualTo(503);
  }

  @Test
  void aCommandsStreamIsCut() throws Exception {
    faults.post("/faults", "{\"path\":\"/exec\",\"count\":1,\"cut\":4,\"close\":true}").expect(200);
    assertThatThrownBy(() -> exec("echo 123456789")).isNotNull();
    assertThat(exec("echo 123456789")).isEqualTo(new Said(0, "123456789\n"));
  }

  @Test
  void aPodIsKilled() throws Exception {
    int before = container().getRestartCount();
    begin("kill", "{'pod':'postgres'}");
    await("it starts again", () -> container().getRestartCount() == before + 1);
    await("it is ready again", () -> isReady(pod()));
    var last = container().getLastState().getTerminated();
    assertThat(last.getExitCode()).isEqualTo(137);
    assertThat(last.getReason()).isEqualTo("Error");
    await("the database answers", () -> psql("select 1").equals(new Said(0, "1\n")));
    var nobody = faults.post("/troubles/kill", "{\"pod\":\"nobody\"}").expect(400);
    assertThat(nobody.text()).contains("nobody");
  }

  @Test
  void theNodeIsGoneAndComesBack() throws Exception {
    await("a table is there", () -> psql("create table kept as select 7 as n").code() == 0);
    int before = container().getRestartCount();
    var out = new ByteArrayOutputStream();
    try (var running =
        kubernetes
            .pods()
            .withName(pod().getMetadata().getName())
            .writingOutput(out)
            .exec("sh", "-c", "echo began; sleep 600")) {
      await("the command runs", () -> out.toString().contains("began"));
      begin("node-gone", "{}");
      // neither success nor failure is known of what ran there
      assertThatThrownBy(
              () -> {
                var code = running.exitCode().get(30, TimeUnit.SECONDS);
                if (code == null || code < 0) throw new IOException("no exit code");
              })
          .isNotNull();
    }
    assertThatThrownBy(() -> kubernetes.pods().withName(pod().getMetadata().getName()).getLog())
        .isInstanceOf(KubernetesClientException.class)
        .hasMessageContaining("no route to host");
    await("the cluster notices", () -> nodeReady().equals("Unknown"));
    assertThat(isReady(pod())).isFalse();
    assertThat(container().getRestartCount()).isEqualTo(before);
    end("node-gone");
    await("the node is back", () -> nodeReady().equals("True"));
    await("its pods start again", () -> container().getRestartCount() == before + 1);
    await("the database is ready", () -> isReady(pod()));
    await("the data are there", () -> psql("select n from kept").equals(new Said(0, "7\n")));
    psql("drop table kept");
  }

  private String nodeReady() {
    return kubernetes.nodes().list().getItems().getFirst().getStatus().getConditions().stream()
        .filter(c -> c.getType().equals("Ready"))
        .findFirst()
        .orElseThrow()
        .getStatus();
  }

  @Test
  void aDiskIsFull() throws Exception {
    var place = container().getName().isEmpty() ? "" : "/var/lib/postgresql/data";
    // the size of the volume, and not of this machine's disk
    assertThat(exec("df -k " + place + " | awk 'END{print $2}'").text().strip())
        .isEqualTo(Long.toString(25L << 20));
    begin("disk-full", "{'claim':'" + CLAIM + "'}");
    var copied = exec("head -c 1000000 /dev/zero > " + place + "/pgdata/more");
    assertThat(copied.code()).isNotZero();
    assertThat(copied.text()).contains("No space left on device");
    var inserted = psql("create table more as select generate_series(1,500000)");
    assertThat(inserted.code()).isNotZero();
    end("disk-full");
    await("it can write again", () -> psql("create table more as select 1").code() == 0);
    psql("drop table more");
  }

  private JsonNode volume() throws IOException {
    return linode.get("/volumes").expect(200).json().path("data").get(0);
  }

  private String cloneOf(JsonNode volume, String label) throws IOException {
    var path = "/volumes/" + volume.path("id").asLong() + "/clone";
    var clone = linode.post(path, "{\"label\":\"" + label + "\"}").expect(200).json();
    return "/volumes/" + clone.path("id").asLong();
  }

  private boolean isActive(String clone) throws IOException {
    return linode.get(clone).json().path("status").asText().equals("active");
  }

  @Test
  void clonesOfVolumesGoWrong() throws Exception {
    var source = volume();
    begin("clone-stays", "{}");
    var stays = cloneOf(source, "stays");
    Thread.sleep(1000);
    assertThat(isActive(stays)).isFalse();
    end("clone-stays");
    await("it is active after all", () -> isActive(stays));
    begin("clone-size", "{'gib':10}");
    var small = cloneOf(source, "small");
    await("it is active", () -> isActive(small));
    assertThat(linode.get(small).json().path("size").asLong()).isEqualTo(10);
    end("clone-size");
    begin("clone-fails", "{}");
    var fails = cloneOf(source, "fails");
    await("it disappears", () -> linode.get(fails).status() == 404);
    linode.delete(stays).expect(200);
    linode.delete(small).expect(200);
  }

  @Test
  void aVolumeIsNeverDetached() throws Exception {
    begin("detach-stays", "{}");
    var deployment = kubernetes.apps().deployments().withName("postgres");
    deployment.scale(0);
    await(
        "the pod is gone",
        () -> kubernetes.pods().withLabel("app", "postgres").list().getItems().isEmpty());
    Thread.sleep(2000);
    assertThat(volume().path("linode_id").isNull()).isFalse();
    end("detach-stays");
    await("it is detached", () -> volume().path("linode_id").isNull());
    deployment.scale(1);
    await(
        "a pod is there",
        () -> !kubernetes.pods().withLabel("app", "postgres").list().getItems().isEmpty());
  }

  @Test
  void theClockOfAllServersJumps() throws Exception {
    begin("jump", "{'by':'3h'}");
    var map = new ConfigMapBuilder().withNewMetadata().withName("late").endMetadata().build();
    var made = kubernetes.configMaps().resource(map).create();
    var told = Instant.parse(made.getMetadata().getCreationTimestamp());
    assertThat(told).isAfter(Instant.now().plus(Duration.ofHours(2)));
  }

  @Test
  void theDocumentationNamesEveryTrouble() throws Exception {
    var text = Files.readString(Path.of("../../schema/worlds.md"));
    for (var trouble : faults.get("/troubles").json())
      assertThat(text).contains("| `" + trouble.path("name").asText() + "` |");
  }
}
