package runbook.client;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.okhttp.OkHttpClientFactory;
import java.util.function.Supplier;
import okhttp3.OkHttpClient;

/**
 * The connection to the API server, made when it is first asked for: fabric8 brings credentials,
 * TLS and proxies, from the kubeconfig.
 */
final class KubernetesConnection implements AutoCloseable {
  private final Supplier<Config> config;
  private final OpenCalls calls = new OpenCalls();
  private final Lazy<HttpClient> http = new Lazy<>(this::client);

  KubernetesConnection(Supplier<Config> config) {
    this.config = config;
  }

  private HttpClient client() {
    var factory =
        new OkHttpClientFactory() {
          @Override
          protected void additionalConfig(OkHttpClient.Builder builder) {
            builder.addInterceptor(calls);
          }
        };
    // requests are repeated by us, who know which may be
    var settings =
        new ConfigBuilder(config.get())
            .withRequestRetryBackoffLimit(0)
            .withConnectionTimeout(10_000)
            .withRequestTimeout(30_000)
            .build();
    HttpClient.Builder builder = factory.newBuilder(settings);
    return builder.build();
  }

  HttpClient http() {
    return http.get();
  }

  OpenCalls calls() {
    return calls;
  }

  /** The server's address, as the kubeconfig has it. */
  String server() {
    return config.get().getMasterUrl();
  }

  @Override
  public void close() {
    http.ifMade(HttpClient::close);
  }
}
