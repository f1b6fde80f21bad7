package runbook.sandbox.contract;

import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;

@OnCluster
final class ClusterOfTheLaboratoryTest extends ClusterContract {
  @Override
  KubernetesClient connect() {
    var config = new ConfigBuilder().withRequestRetryBackoffLimit(0).build();
    return new KubernetesClientBuilder().withConfig(config).build();
  }
}
