package runbook.sandbox.box;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A program of its own inside a world, which gives the sandbox a way to the world's sockets: {@code
 * Relay SOCKET}. Each connection to the Unix socket begins with one line.
 *
 * <ul>
 *   <li>{@code connect NETWORK HOST PORT MILLISECONDS}: connects from within a pod's network
 *       ({@code -} for the world's own), answers {@code ok} or {@code error REASON}, then relays
 *       bytes
 *   <li>{@code listen HOST PORT TARGET...}: listens in the world and relays each connection to one
 *       of the targets {@code HOST:PORT} in turn; without targets it stops listening
 * </ul>
 */
final class Relay {
  private static final int CLONE_NEWNET = 0x40000000;
  private static final Duration TARGET = Duration.ofSeconds(10);

  private final Map<InetSocketAddress, Listener> listeners = new ConcurrentHashMap<>();

  private Relay() {}

  public static void main(String[] arguments) throws IOException {
    var relay = new Relay();
    try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(Path.of(arguments[0])));
      System.out.println("ready");
      while (true) {
        SocketChannel client = server.accept();
        Thread.ofVirtual().start(() -> relay.serve(client));
      }
    }
  }

  private void serve(SocketChannel client) {
    try (client) {
      String[] words = readLine(client).split(" ");
      switch (words[0]) {
        case "connect" -> connect(client, words);
        case "listen" -> listen(client, words);
        default -> write(client, "error unknown request\n");
      }
    } catch (IOException e) {
      // whoever asked is gone
    }
  }

  private static String readLine(SocketChannel client) throws IOException {
    var line = new StringBuilder();
    ByteBuffer one = ByteBuffer.allocate(1);
    while (client.read(one.clear()) == 1 && one.get(0) != '\n') {
      line.append((char) one.get(0));
    }
    return line.toString();
  }

  private static void write(SocketChannel channel, String text) throws IOException {
    write(channel, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static void write(SocketChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private static void connect(SocketChannel client, String[] words) throws IOException {
    var target = new InetSocketAddress(words[2], Integer.parseInt(words[3]));
    Duration limit = Duration.ofMillis(Long.parseLong(words[4]));
    SocketChannel server;
    try {
      server = open(words[1], target, limit);
    } catch (IOException e) {
      write(client, "error " + String.valueOf(e.getMessage()).replace('\n', ' ') + "\n");
      return;
    }
    try (server) {
      write(client, "ok\n");
      relay(client, server);
    }
  }

  /** Connects from within a network; a socket stays in the network of the thread that made it. */
  private static SocketChannel open(String network, InetSocketAddress target, Duration limit)
      throws IOException {
    var result = new CompletableFuture<SocketChannel>();
    Thread.ofPlatform()
        .daemon()
        .start(() -> {
          try {
            if (!network.equals("-")) {
              enter(network);
            }
            SocketChannel channel = SocketChannel.open();
            result.whenComplete((made, fault) -> closeUnless(made != null, channel));
            channel.connect(target);
            if (!result.complete(channel)) {
              channel.close();
            }
          } catch (IOException e) {
            result.completeExceptionally(e);
          }
        });
    try {
      return result.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      var late = new IOException("connection timed out", e);
      result.completeExceptionally(late);
      throw late;
    } catch (ExecutionException e) {
      throw new IOException(e.getCause().getMessage(), e);
    } catch (InterruptedException e) {
      throw new IOException("interrupted", e);
    }
  }

  private static void closeUnless(boolean wanted, SocketChannel channel) {
    if (!wanted) {
      try {
        channel.close();
      } catch (IOException e) {
        // nobody has it
      }
    }
  }

  /** Moves the current thread into a network of `ip netns`, for the rest of its life. */
  private static void enter(String network) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      var path = arena.allocateFrom("/run/netns/" + network);
      int file = (int) Native.OPEN.invokeExact(path, 0);
      int status = file < 0 ? -1 : (int) Native.SETNS.invokeExact(file, CLONE_NEWNET);
      if (file >= 0) {
        int closed = (int) Native.CLOSE.invokeExact(file);
        assert closed == 0;
      }
      if (status != 0) {
        throw new IOException("the pod's network is gone");
      }
    } catch (IOException | RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /** The system calls that the JDK has no words for; looked up when first needed. */
  private static final class Native {
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    static final MethodHandle OPEN =
        handle("open", FunctionDescriptor.of(INT, ValueLayout.ADDRESS, INT));
    static final MethodHandle SETNS = handle("setns", FunctionDescriptor.of(INT, INT, INT));
    static final MethodHandle CLOSE = handle("close", FunctionDescriptor.of(INT, INT));

    @SuppressWarnings("restricted")
    private static MethodHandle handle(String name, FunctionDescriptor descriptor) {
      Linker linker = Linker.nativeLinker();
      return linker.downcallHandle(linker.defaultLookup().find(name).orElseThrow(), descriptor);
    }
  }

  private static void relay(SocketChannel one, SocketChannel other) throws IOException {
    Thread back = Thread.ofVirtual().start(() -> pump(other, one));
    pump(one, other);
    try {
      back.join();
    } catch (InterruptedException e) {
      throw new IOException("interrupted", e);
    }
  }

  /** Copies until the end, and passes the end on; a fault ends both directions. */
  private static void pump(SocketChannel from, SocketChannel to) {
    ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
    try {
      while (from.read(buffer.clear()) >= 0) {
        write(to, buffer.flip());
      }
      to.shutdownOutput();
    } catch (IOException e) {
      closeUnless(false, from);
      closeUnless(false, to);
    }
  }

  private record Listener(ServerSocketChannel channel, List<InetSocketAddress> targets) {}

  private void listen(SocketChannel client, String[] words) throws IOException {
    var address = new InetSocketAddress(words[1], Integer.parseInt(words[2]));
    List<InetSocketAddress> targets =
        Arrays.stream(words).skip(3).map(t -> t.split(":")).map(Relay::address).toList();
    Listener old = listeners.remove(address);
    if (old != null) {
      old.channel().close();
    }
    if (!targets.isEmpty()) {
      ServerSocketChannel channel = ServerSocketChannel.open();
      channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      channel.bind(address);
      listeners.put(address, new Listener(channel, targets));
      Thread.ofVirtual().start(() -> accept(channel, targets));
    }
    write(client, "ok\n");
  }

  private static InetSocketAddress address(String[] hostAndPort) {
    return new InetSocketAddress(hostAndPort[0], Integer.parseInt(hostAndPort[1]));
  }

  private static void accept(ServerSocketChannel channel, List<InetSocketAddress> targets) {
    var next = new AtomicInteger();
    try {
      while (true) {
        SocketChannel client = channel.accept();
        var target = targets.get(Math.floorMod(next.getAndIncrement(), targets.size()));
        Thread.ofVirtual().start(() -> forward(client, target));
      }
    } catch (IOException e) {
      // it is no longer listened here
    }
  }

  private static void forward(SocketChannel client, InetSocketAddress target) {
    try (client;
        SocketChannel server = open("-", target, TARGET)) {
      relay(client, server);
    } catch (IOException e) {
      // the client sees its connection end
    }
  }
}
