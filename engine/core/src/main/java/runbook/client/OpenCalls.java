package runbook.client;

import java.io.IOException;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import okhttp3.Call;
import okhttp3.Interceptor;
import okhttp3.Response;

/**
 * Looks on, inside OkHttp, while fabric8 opens a connection that lasts: fabric8 tells neither which
 * sub-protocol was agreed on nor what a refusal said, and it cannot cut a connection off.
 */
final class OpenCalls implements Interceptor {
  /** Names the call that a request belongs to; it is taken off before the request leaves. */
  static final String HEADER = "X-Plan-Call";

  private static final int REFUSAL = 64 * 1024;

  private final Map<String, OpenCall> open = new ConcurrentHashMap<>();

  /** A connection that lasts; closing it cuts it off, at once and in any state. */
  final class OpenCall implements AutoCloseable {
    private final String id = UUID.randomUUID().toString();
    private Call call;
    private boolean cut;
    private boolean forgotten;
    private volatile String protocol = "";
    private volatile String refusal = "";

    /** The value of {@link #HEADER} for it. */
    String id() {
      return id;
    }

    /** The sub-protocol that the server chose; empty if none. */
    String protocol() {
      return protocol;
    }

    /** The body of the answer that refused it; empty if none did. */
    String refusal() {
      return refusal;
    }

    private synchronized void begun(Call with) {
      call = with;
      if (cut) call.cancel();
    }

    /** Its connection ends by itself: closing it cuts nothing any more. */
    synchronized void forget() {
      open.remove(id);
      forgotten = true;
    }

    @Override
    public synchronized void close() {
      if (forgotten) return;
      forget();
      cut = true;
      if (call != null) call.cancel();
    }
  }

  OpenCall expect() {
    var call = new OpenCall();
    open.put(call.id(), call);
    return call;
  }

  @Override
  public Response intercept(Chain chain) throws IOException {
    var id = chain.request().header(HEADER);
    if (id == null) return chain.proceed(chain.request());
    var call = open.get(id);
    if (call == null) throw new IOException("The call was given up.");
    call.begun(chain.call());
    var response = chain.proceed(chain.request().newBuilder().removeHeader(HEADER).build());
    call.protocol = response.header("Sec-WebSocket-Protocol", "");
    if (response.code() >= 300) call.refusal = response.peekBody(REFUSAL).string();
    return response;
  }
}
