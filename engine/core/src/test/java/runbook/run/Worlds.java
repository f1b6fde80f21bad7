package runbook.run;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import runbook.client.LocalProcesses;
import runbook.world.Clock;
import runbook.world.Cloudflare;
import runbook.world.Cluster;
import runbook.world.Linode;
import runbook.world.Web;
import runbook.world.World;

/** A world of this machine alone: whoever asks for another system fails. */
public final class Worlds {
  private Worlds() {}

  public static World local() {
    return new World(
        absent(Cluster.class),
        absent(Linode.class),
        absent(Cloudflare.class),
        absent(Web.class),
        new LocalProcesses(),
        clock());
  }

  private static <T> T absent(Class<T> port) {
    return port.cast(
        Proxy.newProxyInstance(
            port.getClassLoader(),
            new Class<?>[] {port},
            (_, method, _) -> {
              throw new AssertionError(
                  "this test has no "
                      + port.getSimpleName()
                      + " and asked it to "
                      + method.getName());
            }));
  }

  private static Clock clock() {
    return new Clock() {
      @Override
      public Instant now() {
        return Instant.now();
      }

      @Override
      public void sleep(Duration duration) {
        try {
          Thread.sleep(duration);
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
      }
    };
  }
}
