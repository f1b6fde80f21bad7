package runbook.client;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import okhttp3.OkHttpClient;
import retrofit2.Retrofit;
import retrofit2.converter.jackson.JacksonConverterFactory;
import runbook.type.Secret;
import runbook.world.Failure;
import runbook.world.World;

/** Makes the world from settings; nothing is contacted before it is needed. */
public final class Clients implements AutoCloseable {
  private final Settings settings;
  private final Retry retry = new Retry(new SystemClock());
  private final Lazy<OkHttpClient> http =
      new Lazy<>(() ->
          new OkHttpClient.Builder()
              .connectTimeout(Duration.ofSeconds(10))
              .readTimeout(Duration.ofSeconds(30))
              .callTimeout(Duration.ofSeconds(60))
              .retryOnConnectionFailure(false)
              .build());
  private final Lazy<Config> config = new Lazy<>(this::readConfig);
  private final KubernetesConnection kubernetes = new KubernetesConnection(config);

  public Clients(Settings settings) {
    this.settings = settings;
  }

  /**
   * How the systems are reached.
   *
   * @param kubeconfig files, the first that exists; empty: the one in the home folder
   */
  public record Settings(
      Optional<String> kubeconfig,
      Optional<String> context,
      Optional<String> namespace,
      Optional<Secret> linodeToken,
      String linodeUrl,
      Optional<Secret> cloudflareToken,
      String cloudflareUrl) {

    /**
     * The usual variables: KUBECONFIG, LINODE_TOKEN, LINODE_API_URL, CLOUDFLARE_API_TOKEN,
     * CLOUDFLARE_API_URL.
     */
    public static Settings fromEnvironment(Map<String, String> environment) {
      return new Settings(
          value(environment, "KUBECONFIG"),
          Optional.empty(),
          Optional.empty(),
          value(environment, "LINODE_TOKEN").map(v -> new Secret("LINODE_TOKEN", v)),
          value(environment, "LINODE_API_URL").orElse("https://api.linode.com/v4"),
          value(environment, "CLOUDFLARE_API_TOKEN")
              .map(v -> new Secret("CLOUDFLARE_API_TOKEN", v)),
          value(environment, "CLOUDFLARE_API_URL").orElse("https://api.cloudflare.com/client/v4"));
    }

    private static Optional<String> value(Map<String, String> environment, String name) {
      return Optional.ofNullable(environment.get(name)).filter(v -> !v.isBlank());
    }
  }

  public World world() {
    var linode =
        new Lazy<>(() ->
            cloud(settings.linodeUrl, settings.linodeToken, "Linode", "LINODE_TOKEN")
                .create(LinodeApi.class));
    var cloudflare =
        new Lazy<>(() ->
            cloud(
                    settings.cloudflareUrl,
                    settings.cloudflareToken,
                    "Cloudflare",
                    "CLOUDFLARE_API_TOKEN")
                .create(CloudflareApi.class));
    return new World(
        new KubernetesCluster(new KubernetesApi(kubernetes, retry)),
        new LinodeClient(linode, retry),
        new CloudflareClient(cloudflare, retry),
        new WebClient(http),
        new LocalProcesses(),
        new SystemClock());
  }

  /** The namespace that was asked for, else the kubeconfig's. */
  public String namespace() {
    return settings.namespace.orElseGet(() ->
        kubeconfigFile()
            .filter(Files::isReadable)
            .map(_ -> config.get().getNamespace())
            .filter(n -> n != null && !n.isBlank())
            .orElse("default"));
  }

  private Optional<Path> kubeconfigFile() {
    if (settings.kubeconfig.isPresent()) {
      for (var file : settings.kubeconfig.get().split(java.io.File.pathSeparator)) {
        if (!file.isBlank() && Files.isReadable(Path.of(file))) return Optional.of(Path.of(file));
      }
      return Optional.of(Path.of(settings.kubeconfig.get()));
    }
    return Optional.of(Path.of(System.getProperty("user.home"), ".kube", "config"));
  }

  private Config readConfig() {
    var file = kubeconfigFile().orElseThrow();
    if (!Files.isReadable(file)) {
      throw Failure.refused(
          "There is no kubeconfig at `" + file + "`.",
          "Set `KUBECONFIG`, or `kubeconfig` in the plan's connections.");
    }
    try {
      var loaded = Config.fromKubeconfig(settings.context.orElse(null), file.toFile());
      settings
          .context
          .filter(c -> loaded.getContexts().stream().noneMatch(n -> n.getName().equals(c)))
          .ifPresent(c -> {
            throw Failure.refused(
                "The kubeconfig `" + file + "` has no context `" + c + "`.",
                "`kubectl config get-contexts` lists them.");
          });
      return loaded;
    } catch (KubernetesClientException e) {
      throw Failure.refused(
          "The kubeconfig `" + file + "` cannot be read.",
          "Look at it with `kubectl config view`.");
    }
  }

  private Retrofit cloud(String url, Optional<Secret> token, String name, String variable) {
    var secret =
        token.orElseThrow(() ->
            Failure.refused(
                "There is no token for " + name + ".",
                "Set `" + variable + "`, or `token` in the plan's connections."));
    var authorization = "Bearer " + secret.reveal().strip();
    if (!authorization.matches("[!-~ ]+"))
      throw Failure.refused(
          "The token for " + name + " has characters that no token has.",
          "Look at where it comes from: `" + secret.name() + "`.");
    var mapper =
        JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();
    var authorized =
        http.get()
            .newBuilder()
            .addInterceptor(chain ->
                chain.proceed(
                    chain.request().newBuilder().header("Authorization", authorization).build()))
            .build();
    try {
      return new Retrofit.Builder()
          .baseUrl(url.endsWith("/") ? url : url + "/")
          .client(authorized)
          .addConverterFactory(JacksonConverterFactory.create(mapper))
          .build();
    } catch (IllegalArgumentException e) {
      throw Failure.refused(
          "`" + url + "` is no address of an API.",
          "Look at the `url` in the plan's connections, or at the environment.");
    }
  }

  @Override
  public void close() {
    kubernetes.close();
    http.ifMade(client -> {
      client.dispatcher().executorService().shutdown();
      client.connectionPool().evictAll();
    });
  }
}
