package runbook.sandbox.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.ExecWatch;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import runbook.sandbox.api.ApiServer;
import runbook.sandbox.api.EchoKubelet;
import runbook.sandbox.json.Json;
import runbook.sandbox.schema.Resources;
import runbook.sandbox.store.Store;
import runbook.sandbox.time.SandboxClock;

/** Each fault of a command's streams and of logs, as an ordinary client of the cluster meets it. */
@Timeout(60)
final class CommandFaultsTest {
  @TempDir Path folder;
  private final Faults faults = new Faults(SandboxClock.real());
  private Store store;
  private ApiServer server;
  private KubernetesClient client;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @BeforeEach
  void start() throws Exception {
    store = new Store(InstantSource.system());
    server =
        ApiServer.start(
            store, faults.around(new EchoKubelet()), "token", h -> faults.around("kubernetes", h));
    faults.manage("kubernetes", server.server());
    var pod = Json.object().put("apiVersion", "v1").put("kind", "Pod");
    Json.put(pod, "metadata.name", "p");
    Json.put(pod, "metadata.namespace", "default");
    Json.put(pod, "spec.containers", Json.parse("[{\"name\":\"c\",\"image\":\"i\"}]"));
    store.create(Resources.PODS, pod);
    var config = Config.fromKubeconfig(server.kubeconfig("default"));
    config.setRequestRetryBackoffLimit(0);
    client = new KubernetesClientBuilder().withConfig(config).build();
  }

  @AfterEach
  void stop() throws Exception {
    faults.clear();
    client.close();
    server.close();
    store.close();
  }

  private ExecWatch exec(String script) {
    return client
        .pods()
        .withName("p")
        .writingOutput(out)
        .writingError(err)
        .exec("sh", "-c", script);
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    var deadline = Instant.now().plus(Duration.ofSeconds(20));
    while (!condition.getAsBoolean()) {
      assertThat(Instant.now()).isBefore(deadline);
      Thread.sleep(20);
    }
  }

  private static final String TEN = "printf 0123456789;";

  @Test
  void withoutAFaultAllIsWell() throws Exception {
    try (var exec = exec(TEN + " exit 3")) {
      assertThat(exec.exitCode().get(20, TimeUnit.SECONDS)).isEqualTo(3);
    }
    assertThat(out.toString()).isEqualTo("0123456789");
  }

  @Test
  void aStreamThatIsCutWhileTheCommandGoesOn() throws Exception {
    faults.add(
        Fault.once("kubernetes", "/exec", new Fault.Cut(Fault.Stream.OUTPUT, 5, false, false)));
    var done = folder.resolve("done");
    try (var exec = exec(TEN + " sleep 1; touch " + done)) {
      assertThatThrownBy(() -> exec.exitCode().get(20, TimeUnit.SECONDS)).isNotNull();
    }
    assertThat(out.toString()).isEqualTo("01234");
    await(() -> Files.exists(done));
  }

  @Test
  void aStreamThatIsCutAndTheCommandWithIt() throws Exception {
    faults.add(
        Fault.once("kubernetes", "/exec", new Fault.Cut(Fault.Stream.OUTPUT, 5, false, true)));
    var pid = folder.resolve("pid");
    try (var exec = exec("echo $$ > " + pid + "; " + TEN + " exec sleep 600")) {
      assertThatThrownBy(() -> exec.exitCode().get(20, TimeUnit.SECONDS)).isNotNull();
    }
    long process = Long.parseLong(Files.readString(pid).strip());
    await(() -> ProcessHandle.of(process).filter(ProcessHandle::isAlive).isEmpty());
  }

  @Test
  void aStreamThatEndsWithoutAStatus() throws Exception {
    faults.add(
        Fault.once("kubernetes", "/exec", new Fault.Cut(Fault.Stream.OUTPUT, 5, true, false)));
    try (var exec = exec(TEN)) {
      // neither a failure nor an exit code: DOMAIN B1
      assertThat(exec.exitCode().get(20, TimeUnit.SECONDS)).isNull();
    }
    assertThat(out.toString()).isEqualTo("01234");
  }

  @Test
  void oneWrongByteOnTheWayOut() throws Exception {
    faults.add(Fault.once("kubernetes", "/exec", new Fault.Flip(Fault.Stream.OUTPUT, 7)));
    try (var exec = exec(TEN)) {
      assertThat(exec.exitCode().get(20, TimeUnit.SECONDS)).isZero();
    }
    assertThat(out.toString()).isEqualTo("0123456689");
  }

  @Test
  void oneWrongByteOnTheWayIn() throws Exception {
    faults.add(Fault.once("kubernetes", "/exec", new Fault.Flip(Fault.Stream.STDIN, 2)));
    try (var exec =
        client.pods().withName("p").redirectingInput().writingOutput(out).exec("head", "-c", "4")) {
      OutputStream in = exec.getInput();
      in.write("aaaa".getBytes());
      in.flush();
      assertThat(exec.exitCode().get(20, TimeUnit.SECONDS)).isZero();
    }
    assertThat(out.toString()).isEqualTo("aa`a");
  }

  @Test
  void aStreamOfErrorsThatIsCut() throws Exception {
    faults.add(
        Fault.once("kubernetes", "/exec", new Fault.Cut(Fault.Stream.STDERR, 2, false, false)));
    try (var exec = exec("echo oops >&2; sleep 1")) {
      assertThatThrownBy(() -> exec.exitCode().get(20, TimeUnit.SECONDS)).isNotNull();
    }
    assertThat(err.toString()).isEqualTo("oo");
  }

  @Test
  void aStreamThatStandsStill() throws Exception {
    var stall =
        faults.add(Fault.once("kubernetes", "/exec", new Fault.Stall(Fault.Stream.OUTPUT, 3)));
    try (var exec = exec(TEN)) {
      await(() -> out.size() == 3);
      assertThatThrownBy(() -> exec.exitCode().get(300, TimeUnit.MILLISECONDS))
          .isInstanceOf(java.util.concurrent.TimeoutException.class);
      stall.remove();
      assertThat(exec.exitCode().get(20, TimeUnit.SECONDS)).isZero();
    }
    assertThat(out.toString()).isEqualTo("0123456789");
  }

  @Test
  void aConnectionThatIsIdleForTooLong() throws Exception {
    faults.add(Fault.always("kubernetes", "/exec", new Fault.Idle(Duration.ofMillis(700))));
    var done = folder.resolve("done");
    try (var exec = exec("echo on; sleep 2; touch " + done)) {
      assertThatThrownBy(() -> exec.exitCode().get(20, TimeUnit.SECONDS)).isNotNull();
    }
    assertThat(out.toString()).isEqualTo("on\n");
    await(() -> Files.exists(done));
    try (var exec = exec("for i in 1 2 3 4; do echo on; sleep 0.4; done")) {
      assertThat(exec.exitCode().get(20, TimeUnit.SECONDS)).isZero();
    }
  }

  @Test
  void aSlowStream() throws Exception {
    faults.add(Fault.once("kubernetes", "/exec", new Fault.Slow(Fault.Stream.OUTPUT, 10)));
    long began = System.nanoTime();
    try (var exec = exec(TEN)) {
      assertThat(exec.exitCode().get(20, TimeUnit.SECONDS)).isZero();
    }
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofMillis(900));
  }

  @Test
  void aCommandThatBeganAlthoughTheHandshakeWasLost() throws Exception {
    faults.add(Fault.once("kubernetes", "/exec", new Fault.Reset(true)));
    var done = folder.resolve("done");
    assertThatThrownBy(
            () -> {
              try (var exec = exec("touch " + done)) {
                exec.exitCode().get(20, TimeUnit.SECONDS);
              }
            })
        .isNotNull();
    await(() -> Files.exists(done));
  }

  @Test
  void aCommandThatNeverBegan() throws Exception {
    faults.add(Fault.once("kubernetes", "/exec", new Fault.Reset(false)));
    var done = folder.resolve("done");
    assertThatThrownBy(
            () -> {
              try (var exec = exec("touch " + done)) {
                exec.exitCode().get(20, TimeUnit.SECONDS);
              }
            })
        .isNotNull();
    try (var exec = exec("test ! -e " + done)) {
      assertThat(exec.exitCode().get(20, TimeUnit.SECONDS)).isZero();
    }
  }

  @Test
  void aLogThatIsCut() {
    faults.add(
        Fault.once("kubernetes", "/log", new Fault.Cut(Fault.Stream.OUTPUT, 4, true, false)));
    assertThat(client.pods().withName("p").getLog()).isEqualTo("one\n");
    faults.add(
        Fault.once("kubernetes", "/log", new Fault.Cut(Fault.Stream.OUTPUT, 4, false, false)));
    assertThatThrownBy(() -> client.pods().withName("p").getLog()).isNotNull();
    assertThat(client.pods().withName("p").getLog()).startsWith("one\ntwo\n");
  }

  @Test
  void theApiServerIsGoneForAWhile() {
    client.pods().list();
    var end = faults.refuse("kubernetes");
    assertThatThrownBy(() -> client.pods().list())
        .hasRootCauseInstanceOf(java.io.IOException.class);
    end.run();
    assertThat(client.pods().list().getItems()).hasSize(1);
  }
}
