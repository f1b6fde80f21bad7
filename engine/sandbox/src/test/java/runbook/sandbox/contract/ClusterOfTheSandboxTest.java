package runbook.sandbox.contract;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import runbook.sandbox.world.Sandbox;
import runbook.sandbox.world.WorldReader;

final class ClusterOfTheSandboxTest extends ClusterContract {
  @TempDir static Path folder;
  private Sandbox sandbox;

  @Override
  KubernetesClient connect() throws Exception {
    Files.writeString(folder.resolve("world.yaml"), "world: contract\n");
    sandbox = Sandbox.start(WorldReader.read(folder), _ -> {});
    var config = Config.fromKubeconfig(new File(sandbox.environment().get("KUBECONFIG")));
    config.setRequestRetryBackoffLimit(0);
    return new KubernetesClientBuilder().withConfig(config).build();
  }

  @Override
  void close() {
    if (sandbox != null) sandbox.close();
  }
}
