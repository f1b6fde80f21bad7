package runbook.sandbox.box;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;

/** A connection to a socket in a pod. */
public final class Link implements AutoCloseable {
  private final SocketChannel channel;

  Link(SocketChannel channel) {
    this.channel = channel;
  }

  public InputStream input() {
    return Channels.newInputStream(channel);
  }

  /** Its end is told to the pod by {@link #end}. */
  public OutputStream output() {
    return Channels.newOutputStream(channel);
  }

  /** Tells the pod that nothing more is sent; what it sends can still be read. */
  public void end() throws IOException {
    channel.shutdownOutput();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
