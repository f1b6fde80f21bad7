package runbook.sandbox.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import runbook.sandbox.contract.Api;
import runbook.sandbox.contract.Api.Answer;
import runbook.sandbox.http.HttpServer;
import runbook.sandbox.http.Request;
import runbook.sandbox.http.Response;
import runbook.sandbox.time.SandboxClock;

/** Each fault of requests, as an ordinary client meets it. */
@Timeout(60)
final class RequestFaultsTest {
  private static final String BODY = "0123456789".repeat(100);

  private final SandboxClock clock = SandboxClock.real();
  private final Faults faults = new Faults(clock);
  private final AtomicInteger done = new AtomicInteger();
  private HttpServer server;
  private HttpServer control;
  private Api api;
  private Api commandLine;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.start(Optional.empty(), faults.around("linode", this::serve));
    control = HttpServer.start(Optional.empty(), new FaultApi(faults));
    faults.manage("linode", server);
    api = new Api(server.url(), Optional.empty());
    commandLine = new Api(control.url(), Optional.empty());
  }

  @AfterEach
  void stop() {
    faults.clear();
    server.close();
    control.close();
  }

  private void serve(Request request, Response response) throws IOException {
    done.incrementAndGet();
    if (request.path().equals("/length")) response.send(200, "text/plain", BODY);
    else
      for (int i = 0; i < 10; i++) {
        response.body().write(BODY.substring(100 * i, 100 * i + 100).getBytes());
        response.body().flush();
      }
  }

  private void set(String fault) throws IOException {
    commandLine.post("/faults", fault.replace('\'', '"')).expect(200);
  }

  @Test
  void aStatusWithItsHeadersAndBody() throws Exception {
    set(
        "{'status':429,'headers':{'Retry-After':'2'},'body':'{\\'errors\\':[]}','count':2}"
            .replace("\\'", "\\\""));
    for (int i = 0; i < 2; i++) {
      var answer = api.get("/").expect(429);
      assertThat(answer.header("Retry-After")).hasValue("2");
      assertThat(answer.json().path("errors").isArray()).isTrue();
    }
    assertThat(done).hasValue(0);
    assertThat(api.get("/").expect(200).text()).isEqualTo(BODY);
  }

  @Test
  void onlyTheRequestsThatAreMeantAreHit() throws Exception {
    set("{'api':'linode','method':'POST','path':'/clone$','skip':1,'count':1,'status':503}");
    api.get("/volumes/1/clone").expect(200);
    api.post("/volumes/1/clone/x", "{}").expect(200);
    api.post("/volumes/1/clone", "{}").expect(200);
    api.post("/volumes/1/clone", "{}").expect(503);
    api.post("/volumes/1/clone", "{}").expect(200);
    set("{'api':'cloudflare','status':500}");
    api.get("/").expect(200);
    assertThat(commandLine.get("/faults").json().at("/0/hits").asInt()).isEqualTo(1);
    commandLine.delete("/faults").expect(200);
    assertThat(commandLine.get("/faults").json()).isEmpty();
  }

  @Test
  void aResetBeforeTheWork() throws Exception {
    set("{'reset':'before','count':1}");
    assertThatThrownBy(() -> api.post("/", "{}")).isInstanceOf(IOException.class);
    assertThat(done).hasValue(0);
    api.post("/", "{}").expect(200);
  }

  @Test
  void aResetAfterTheWork() throws Exception {
    set("{'reset':'after','count':1}");
    assertThatThrownBy(() -> api.post("/", "{}")).isInstanceOf(IOException.class);
    assertThat(done).hasValue(1);
    var seen = commandLine.get("/requests").expect(200).json();
    assertThat(seen.at("/0/method").asText()).isEqualTo("POST");
    assertThat(seen.at("/0/status").asInt()).isZero();
  }

  @Test
  void refusedConnections() throws Exception {
    api.get("/").expect(200);
    commandLine.post("/troubles/refuse", "{\"api\":\"linode\"}").expect(200);
    // the connection that was there is cut, new ones are refused
    assertThatThrownBy(() -> api.get("/")).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> api.get("/")).isInstanceOf(ConnectException.class);
    assertThat(commandLine.get("/troubles").json().at("/0/on").asBoolean()).isTrue();
    commandLine.delete("/troubles/refuse").expect(200);
    api.get("/").expect(200);
  }

  @Test
  void aDelayIsInTheSandboxsTime() throws Exception {
    set("{'delay':'1h','count':1}");
    var answer = begin("/");
    assertThatThrownBy(() -> answer.get(200, TimeUnit.MILLISECONDS)).isNotNull();
    clock.pass(Duration.ofHours(1));
    answer.get(20, TimeUnit.SECONDS).expect(200);
  }

  private CompletableFuture<Answer> begin(String path) {
    return CompletableFuture.supplyAsync(() -> {
      try {
        return api.get(path);
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    });
  }

  @Test
  void silence() throws Exception {
    set("{'stall':true}");
    var answer = begin("/");
    assertThatThrownBy(() -> answer.get(300, TimeUnit.MILLISECONDS))
        .isInstanceOf(java.util.concurrent.TimeoutException.class);
    faults.clear();
    assertThatThrownBy(() -> answer.get(20, TimeUnit.SECONDS))
        .hasRootCauseInstanceOf(IOException.class);
    assertThat(done).hasValue(0);
  }

  @Test
  void aBodyThatStandsStill() throws Exception {
    var stall = faults.add(Fault.once("linode", "/", new Fault.Stall(Fault.Stream.OUTPUT, 550)));
    var answer = begin("/");
    assertThatThrownBy(() -> answer.get(300, TimeUnit.MILLISECONDS))
        .isInstanceOf(java.util.concurrent.TimeoutException.class);
    stall.remove();
    assertThat(answer.get(20, TimeUnit.SECONDS).text()).isEqualTo(BODY);
    assertThat(stall.hits()).isEqualTo(1);
  }

  @Test
  void aSlowBody() throws Exception {
    set("{'slow':500,'count':2}");
    long began = System.nanoTime();
    assertThat(api.get("/").text()).isEqualTo(BODY);
    assertThat(api.get("/length").text()).isEqualTo(BODY);
    // twice 1000 bytes at 500 a second
    assertThat(Duration.ofNanos(System.nanoTime() - began))
        .isBetween(Duration.ofMillis(3500), Duration.ofSeconds(20));
  }

  @Test
  void aBodyThatIsCut() {
    for (var path : new String[] {"/", "/length"}) {
      faults.add(
          Fault.once("linode", path + "$", new Fault.Cut(Fault.Stream.OUTPUT, 123, false, false)));
      assertThatThrownBy(() -> api.get(path)).as(path).isInstanceOf(IOException.class);
    }
  }

  @Test
  void aBodyThatIsCutAsIfItWereWhole() throws Exception {
    set("{'cut':123,'close':true}");
    assertThat(api.get("/").expect(200).text()).isEqualTo(BODY.substring(0, 123));
    // a client that was told the length can tell
    assertThatThrownBy(() -> api.get("/length")).isInstanceOf(IOException.class);
  }

  @Test
  void oneByteThatIsAnotherOne() throws Exception {
    set("{'flip':512,'count':2}");
    var wrong = BODY.substring(0, 512) + "3" + BODY.substring(513);
    assertThat(BODY.charAt(512)).isEqualTo('2');
    assertThat(api.get("/").expect(200).text()).isEqualTo(wrong);
    assertThat(api.get("/length").expect(200).text()).isEqualTo(wrong);
    assertThat(api.get("/").expect(200).text()).isEqualTo(BODY);
  }

  @Test
  void theClockJumps() throws Exception {
    var before = clock.instant();
    commandLine.post("/troubles/jump", "{\"by\":\"2h\"}").expect(200);
    assertThat(clock.instant()).isAfter(before.plus(Duration.ofMinutes(119)));
    commandLine.delete("/troubles/jump").expect(200);
    assertThat(clock.instant()).isBefore(before.plus(Duration.ofMinutes(1)));
    commandLine.post("/troubles/jump", "{\"by\":\"-30m\"}").expect(200);
    assertThat(clock.instant()).isBefore(before);
  }

  @Test
  void troublesOfOthers() throws Exception {
    var state = new AtomicInteger();
    faults
        .troubles()
        .register(
            "rain",
            "drops: how many",
            a -> {
              state.set(a.path("drops").asInt());
              return () -> state.set(0);
            });
    commandLine.post("/troubles/rain", "{\"drops\":7}").expect(200);
    assertThat(state).hasValue(7);
    faults.clear();
    assertThat(state).hasValue(0);
    var refused = commandLine.post("/troubles/snow", "{}").expect(400);
    assertThat(refused.json().path("error").asText()).contains("`snow`").contains("rain");
  }

  @Test
  void faultsThatAreNoneAreRefused() throws Exception {
    var wrong =
        Map.of(
            "{'paht':'x','status':500}", "`paht`",
            "{'path':'('}", "One of",
            "{'path':'(','status':500}", "regular expression",
            "{'status':99}", "no status 99",
            "{'reset':'now'}", "`before` or `after`",
            "{'delay':'soon'}", "a time such as",
            "{'cut':-1}", "not below 0",
            "{'status':500,'reset':'after'}", "One of",
            "{'flip':1,'stream':'stdwhat'}", "`stdin`");
    for (var w : wrong.entrySet()) {
      var answer = commandLine.post("/faults", w.getKey().replace('\'', '"')).expect(400);
      assertThat(answer.json().path("error").asText()).contains(w.getValue());
    }
    assertThat(faults.all()).isEmpty();
  }
}
