package runbook.sandbox.fault;

import java.io.IOException;
import java.io.OutputStream;
import runbook.sandbox.http.Handler;
import runbook.sandbox.http.Request;
import runbook.sandbox.http.Response;

/** A server with faults in front of it. */
final class FaultyHandler implements Handler {
  /** The fault of the request that this thread answers, for the command that it may start. */
  record Current(Faults.Active set, Fault.InStream effect, Response response) {}

  static final ScopedValue<Current> CURRENT = ScopedValue.newInstance();

  private final Faults faults;
  private final String api;
  private final Handler handler;

  FaultyHandler(Faults faults, String api, Handler handler) {
    this.faults = faults;
    this.api = api;
    this.handler = handler;
  }

  @Override
  public void handle(Request request, Response response) throws IOException {
    var clock = faults.clock();
    var at = clock.instant();
    var began = clock.elapsed();
    var set = faults.hit(api, request.method(), request.target());
    try {
      if (set.isEmpty()) handler.handle(request, response);
      else hit(set.get(), request, response);
    } finally {
      int status = response.isAborted() ? 0 : response.status();
      var took = clock.elapsed().minus(began);
      faults.seen(new Faults.Seen(at, api, request.method(), request.target(), status, took));
    }
  }

  private void hit(Faults.Active set, Request request, Response response) throws IOException {
    switch (set.fault().effect()) {
      case Fault.Status s -> {
        s.headers().forEach(response.headers()::set);
        var type = response.headers().first("Content-Type").orElse("application/json");
        response.send(s.code(), type, s.body());
      }
      case Fault.Reset(boolean afterTheWork) -> {
        if (afterTheWork) {
          response.beforeHead(response::abort);
          handler.handle(request, response);
        }
        response.abort();
      }
      case Fault.Delay(var time) -> {
        interruptibly(() -> faults.clock().sleep(time));
        handler.handle(request, response);
      }
      case Fault.Silence _ -> {
        interruptibly(set::awaitRemoval);
        response.abort();
      }
      case Fault.InStream e -> inStream(new Current(set, e, response), request);
    }
  }

  private void inStream(Current current, Request request) throws IOException {
    var response = current.response;
    if (!request.isWebSocket() && current.effect.stream() == Fault.Stream.OUTPUT)
      response.filter(
          out -> FaultyStream.of(current, faults.clock(), () -> end(current, out)).over(out));
    ScopedValue.where(CURRENT, current)
        .<Void, IOException>call(() -> {
          handler.handle(request, response);
          return null;
        });
  }

  /** Ends a body before its end. */
  private static void end(Current current, OutputStream body) {
    if (!(current.effect instanceof Fault.Cut cut) || !cut.close()) {
      current.response.abort();
      return;
    }
    try {
      // one whose length was not said ends as if it were whole
      body.close();
    } catch (IOException e) {
      // one whose length was said is shorter, and the connection ends within it
    }
    current.response.hangUp();
  }

  private interface Waiting {
    void run() throws InterruptedException;
  }

  private static void interruptibly(Waiting waiting) throws IOException {
    try {
      waiting.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }
}
