package runbook.sandbox.contract;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import runbook.sandbox.http.HttpServer;
import runbook.sandbox.linode.Account;
import runbook.sandbox.linode.Delays;
import runbook.sandbox.linode.FileFolders;
import runbook.sandbox.linode.Instance;
import runbook.sandbox.linode.LinodeApi;
import runbook.sandbox.linode.Volumes;
import runbook.sandbox.time.SandboxClock;

/** The contract on the sandbox. */
final class LinodeOfTheSandboxTest extends LinodeContract {
  @TempDir static Path folder;
  private Volumes volumes;
  private HttpServer server;

  @Override
  Api api() throws Exception {
    var account =
        new Account(
            "sandbox",
            Map.of(
                "all", Set.of("*"),
                "reader", Set.of("volumes:read_only", "linodes:read_only", "events:read_only")),
            List.of("eu-central"),
            List.of(new Instance(machine(), "lke-node-1", region())));
    // seconds pass in a tenth of their time, so that what takes time is seen to do so
    var clock = SandboxClock.fast(10);
    volumes = new Volumes(account, new FileFolders(folder), clock, Delays.USUAL);
    server = HttpServer.start(Optional.empty(), new LinodeApi(volumes, clock));
    return Api.with(server.url(), "all");
  }

  @Override
  void close() {
    server.close();
    volumes.close();
  }

  @Override
  String readOnlyToken() {
    return "reader";
  }

  @Override
  long machine() {
    return 1001;
  }

  @Override
  String region() {
    return "eu-central";
  }
}
