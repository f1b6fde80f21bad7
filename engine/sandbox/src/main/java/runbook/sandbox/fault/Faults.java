package runbook.sandbox.fault;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import runbook.sandbox.api.Kubelet;
import runbook.sandbox.http.Handler;
import runbook.sandbox.http.HttpServer;
import runbook.sandbox.json.Json;
import runbook.sandbox.time.SandboxClock;

/** What goes wrong in one sandbox: faults of requests, and troubles of its world. */
public final class Faults {
  private static final int REMEMBERED = 1000;

  /**
   * A request that came.
   *
   * @param status 0 where the connection ended without one
   */
  public record Seen(
      Instant at, String api, String method, String target, int status, Duration took) {}

  /** A fault that is set; it can be removed. */
  public final class Active {
    private final Fault fault;
    private final CountDownLatch removed = new CountDownLatch(1);
    private int seen;

    private Active(Fault fault) {
      this.fault = fault;
    }

    public Fault fault() {
      return fault;
    }

    /** How many requests it has hit. */
    public int hits() {
      synchronized (Faults.this) {
        return Math.max(0, seen - fault.skip());
      }
    }

    /** It hits no more, and what stands still because of it goes on. */
    public void remove() {
      synchronized (Faults.this) {
        active.remove(this);
      }
      removed.countDown();
    }

    /** Waits until it is removed. */
    void awaitRemoval() throws InterruptedException {
      removed.await();
    }

    /** Whether it hits a request, which is counted. */
    private boolean hits(String api, String method, String target) {
      boolean over = fault.count() > 0 && seen >= fault.skip() + fault.count();
      if (over || !fault.concerns(api, method, target)) return false;
      return ++seen > fault.skip();
    }
  }

  private final SandboxClock clock;
  private final Troubles troubles = new Troubles();
  private final List<Active> active = new ArrayList<>();
  private final Map<String, HttpServer> servers = new LinkedHashMap<>();
  private final Deque<Seen> requests = new ArrayDeque<>();

  public Faults(SandboxClock clock) {
    this.clock = clock;
    troubles.register(
        "refuse", "api: whose connections are refused and cut", a -> refuse(Json.text(a, "api")));
    troubles.register("jump", "by: how far the clock jumps, such as 1h or -1h", this::jump);
  }

  /** Makes a server known, whose connections can then be refused. */
  public synchronized void manage(String api, HttpServer server) {
    servers.put(api, server);
  }

  /**
   * From now on connections to a server are refused, and those that are there are cut.
   *
   * @return what lets it listen again
   */
  public Runnable refuse(String api) {
    HttpServer server;
    synchronized (this) {
      server =
          Optional.ofNullable(servers.get(api))
              .orElseThrow(() ->
                  new IllegalArgumentException(
                      "There is no api `%s`; there are %s."
                          .formatted(api, String.join(", ", servers.keySet()))));
    }
    server.stop();
    return () -> {
      try {
        server.resume();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    };
  }

  private Runnable jump(ObjectNode arguments) {
    var text = Json.text(arguments, "by");
    boolean back = text.startsWith("-");
    var size = FaultJson.duration("by", back ? text.substring(1) : text);
    var by = back ? size.negated() : size;
    clock.jump(by);
    return () -> clock.jump(by.negated());
  }

  /** Sets a fault. Of several that concern a request the first one hits it. */
  public synchronized Active add(Fault fault) {
    var added = new Active(fault);
    active.add(added);
    return added;
  }

  /** All that are set, over or not. */
  public synchronized List<Active> all() {
    return List.copyOf(active);
  }

  /** Removes all faults, and ends all troubles. */
  public void clear() {
    all().forEach(Active::remove);
    troubles.endAll();
  }

  /** What can be done to the world. */
  public Troubles troubles() {
    return troubles;
  }

  /** The last requests, the oldest first. */
  public synchronized List<Seen> requests() {
    return List.copyOf(requests);
  }

  synchronized void seen(Seen request) {
    requests.add(request);
    if (requests.size() > REMEMBERED) requests.remove();
  }

  synchronized Optional<Active> hit(String api, String method, String target) {
    return active.stream().filter(s -> s.hits(api, method, target)).findFirst();
  }

  SandboxClock clock() {
    return clock;
  }

  /**
   * Puts itself in front of a server.
   *
   * @param api what it is called in faults
   */
  public Handler around(String api, Handler handler) {
    return new FaultyHandler(this, api, handler);
  }

  /** Puts itself between an API server and its node, where the streams of commands are. */
  public Kubelet around(Kubelet kubelet) {
    return new FaultyKubelet(this, kubelet);
  }
}
