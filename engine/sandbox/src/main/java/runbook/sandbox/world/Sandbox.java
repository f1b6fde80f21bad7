package runbook.sandbox.world;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import runbook.sandbox.api.ApiServer;
import runbook.sandbox.box.World;
import runbook.sandbox.cloudflare.Cloudflare;
import runbook.sandbox.cloudflare.CloudflareApi;
import runbook.sandbox.control.Controllers;
import runbook.sandbox.edge.Edge;
import runbook.sandbox.fault.FaultApi;
import runbook.sandbox.fault.Faults;
import runbook.sandbox.http.Handler;
import runbook.sandbox.http.HttpServer;
import runbook.sandbox.image.Images;
import runbook.sandbox.json.Json;
import runbook.sandbox.json.Yaml;
import runbook.sandbox.linode.Account;
import runbook.sandbox.linode.Delays;
import runbook.sandbox.linode.FileFolders;
import runbook.sandbox.linode.Instance;
import runbook.sandbox.linode.LinodeApi;
import runbook.sandbox.linode.MemoryFolders;
import runbook.sandbox.linode.Volumes;
import runbook.sandbox.node.Node;
import runbook.sandbox.store.Store;
import runbook.sandbox.time.SandboxClock;

/** One world, up: its servers on loopback, its pods as processes of this machine. */
public final class Sandbox implements AutoCloseable {
  private static final String NODE = "sandbox-node";
  private static final long INSTANCE = 1001;

  /** Who applied the manifests: as in most clusters, kubectl. */
  private static final String MANAGER = "kubectl-client-side-apply";

  private final WorldFile file;
  private final Consumer<String> progress;
  private final SandboxClock clock;
  private final Deque<AutoCloseable> parts;
  private final Map<String, String> environment = new LinkedHashMap<>();
  private final World world;
  private final Store store;
  private final Volumes volumes;
  private final Cloudflare cloudflare;
  private final Node node;
  private final ApiServer api;
  private final Faults faults;

  /**
   * @param parts gets what has to be closed, also when this does not come to its end
   */
  private Sandbox(WorldFile file, Consumer<String> progress, Deque<AutoCloseable> parts)
      throws IOException {
    this.parts = parts;
    this.file = file;
    this.progress = progress;
    this.clock = file.factor() == 1 ? SandboxClock.real() : SandboxClock.fast(file.factor());
    this.world = kept(World.open(base()));
    this.store = kept(new Store(clock));
    var linode = file.linode();
    var tokens = new LinkedHashMap<String, Set<String>>();
    linode.tokens().forEach((token, scopes) -> tokens.put(token, Set.copyOf(scopes)));
    var account =
        new Account(
            "sandbox",
            tokens,
            List.of(linode.region()),
            List.of(new Instance(INSTANCE, NODE, linode.region())));
    var delays = linode.slow() ? Delays.USUAL : Delays.SHORT;
    var disksFolder = Files.createDirectories(world.folder().resolve("disks"));
    var folders =
        linode.memory() ? new MemoryFolders(world, disksFolder) : new FileFolders(disksFolder);
    this.volumes = kept(new Volumes(account, folders, clock, delays));
    linode.volumes().forEach(v -> volumes.create(v.label(), v.size(), linode.region()));
    this.node = kept(Node.start(NODE, store, world, images(), this::folder, clock));
    var token = HexFormat.of().formatHex(new SecureRandom().generateSeed(16));
    this.faults = new Faults(clock);
    kept(faults::clear);
    var kubelet = faults.around(node.kubelet());
    this.api = kept(ApiServer.start(store, kubelet, token, h -> faults.around("kubernetes", h)));
    faults.manage("kubernetes", api.server());
    var disks = new LinodeDisks(volumes, linode.region(), INSTANCE);
    kept(Controllers.start(store, clock, disks, api.authority()));
    environment.put("LINODE_API_URL", serve("linode", new LinodeApi(volumes, clock)) + "/v4");
    environment.put("LINODE_TOKEN", linode.tokens().keySet().iterator().next());
    this.cloudflare = CloudflareWorld.of(file.zone());
    file.zone().ifPresent(z -> CloudflareWorld.add(cloudflare, z.routes()));
    var cloud = serve("cloudflare", new CloudflareApi(cloudflare, clock));
    environment.put("CLOUDFLARE_API_URL", cloud + "/client/v4");
    environment.put(
        "CLOUDFLARE_API_TOKEN",
        file.zone()
            .map(WorldFile.Zone::tokens)
            .orElse(WorldReader.CLOUDFLARE_TOKENS)
            .keySet()
            .iterator()
            .next());
    var service = file.zone().map(WorldFile.Zone::service).orElse("");
    var origin = new ServiceOrigin(store, world, file.namespace(), service);
    environment.put("EDGE_URL", serve("edge", new Edge(cloudflare, origin)));
    new WorldTroubles(file.namespace(), store, node, volumes).register(faults.troubles());
    var control = kept(HttpServer.start(Optional.empty(), new FaultApi(faults)));
    environment.put("SANDBOX_URL", control.url());
  }

  /** Serves an API with whatever faults it is to have; says where. */
  private String serve(String name, Handler handler) throws IOException {
    var server = kept(HttpServer.start(Optional.empty(), faults.around(name, handler)));
    faults.manage(name, server);
    return server.url();
  }

  private <T extends AutoCloseable> T kept(T part) {
    parts.push(part);
    return part;
  }

  /** Where worlds lie while they are up. */
  private static Path base() {
    return Path.of(
        System.getProperty("java.io.tmpdir"), "plan-sandbox-" + System.getProperty("user.name"));
  }

  private Images images() throws IOException {
    var images = Images.builtIn();
    for (var recipes : file.images())
      images = images.and(recipes.toString(), Files.readString(recipes));
    return images;
  }

  /** The folder of a volume by its handle, {@code <id>-<label>}. */
  private Path folder(String handle) throws IOException {
    try {
      return volumes.folders().of(Long.parseLong(handle.replaceAll("-.*", "")));
    } catch (NumberFormatException e) {
      throw new IOException("no disk has the handle " + handle);
    }
  }

  /**
   * Starts a world, and returns when all of it is there and its data are loaded.
   *
   * @param progress hears what is under way, a line each
   * @throws IOException in words for people, when it cannot be started; nothing is left then
   */
  public static Sandbox start(WorldFile file, Consumer<String> progress)
      throws IOException, InterruptedException {
    var parts = new ArrayDeque<AutoCloseable>();
    try {
      var sandbox = new Sandbox(file, progress, parts);
      sandbox.fill();
      return sandbox;
    } catch (IOException | InterruptedException | RuntimeException e) {
      close(parts);
      throw e;
    }
  }

  private void fill() throws IOException, InterruptedException {
    create(manifest("Namespace", "v1", file.namespace()));
    for (var policy : List.of("Delete", "Retain")) create(storageClass(policy));
    progress.accept("starting " + file.name());
    for (var path : file.manifests()) apply(path);
    if (file.data().isPresent()) {
      progress.accept("loading data into " + file.data().get().in());
      new DataLoader(store, node.kubelet(), file.namespace(), file.data().get()).load();
    }
    if (!file.services().isEmpty()) progress.accept("starting what uses the data");
    for (var path : file.services()) apply(path);
    var kubeconfig = world.folder().resolve("kubeconfig");
    Files.writeString(kubeconfig, api.kubeconfig(file.namespace()));
    environment.put("KUBECONFIG", kubeconfig.toString());
    new Readiness(store, file.namespace()).await();
  }

  private static ObjectNode manifest(String kind, String version, String name) {
    var object = Json.object().put("kind", kind).put("apiVersion", version);
    Json.put(object, "metadata.name", name);
    return object;
  }

  /** Linode's two classes; what names none is retained (DOMAIN C3). */
  private static ObjectNode storageClass(String policy) {
    boolean retain = policy.equals("Retain");
    var name = "linode-block-storage" + (retain ? "-retain" : "");
    var object = manifest("StorageClass", "storage.k8s.io/v1", name);
    if (retain)
      Json.within(object, "metadata.annotations")
          .put("storageclass.kubernetes.io/is-default-class", "true");
    object.put("provisioner", "linodebs.csi.linode.com").put("reclaimPolicy", policy);
    return object.put("allowVolumeExpansion", true);
  }

  private void create(ObjectNode object) {
    api.create(object, file.namespace(), MANAGER);
  }

  private void apply(Path manifests) throws IOException {
    for (var document : Yaml.documents(manifests.toString(), Files.readString(manifests))) {
      if (!(document instanceof ObjectNode object))
        throw new IOException(manifests + " has something in it that is no object.");
      var items =
          object.path("kind").asText().equals("List")
              ? Json.items(object, "items").map(ObjectNode.class::cast).toList()
              : List.of(object);
      for (var item : items) create(item);
    }
  }

  /** What a program needs to find this world: {@code KUBECONFIG}, tokens and addresses. */
  public Map<String, String> environment() {
    return Map.copyOf(environment);
  }

  public Store store() {
    return store;
  }

  public Volumes volumes() {
    return volumes;
  }

  public Cloudflare cloudflare() {
    return cloudflare;
  }

  public Node node() {
    return node;
  }

  public ApiServer api() {
    return api;
  }

  /** What goes wrong in it. */
  public Faults faults() {
    return faults;
  }

  public SandboxClock clock() {
    return clock;
  }

  /** Ends every process of it and removes every file. */
  @Override
  public void close() {
    close(parts);
  }

  private static void close(Deque<AutoCloseable> parts) {
    for (var part : parts) {
      try {
        part.close();
      } catch (Exception e) {
        // the others are to be closed too
        System.err.println("sandbox: " + e);
      }
    }
    parts.clear();
  }
}
