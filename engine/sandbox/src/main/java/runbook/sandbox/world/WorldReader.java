package runbook.sandbox.world;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import runbook.sandbox.json.LocatedYaml;
import runbook.sandbox.linode.Volumes;
import runbook.sandbox.time.SandboxClock;
import runbook.sandbox.world.WorldFile.Data;
import runbook.sandbox.world.WorldFile.Linode;
import runbook.sandbox.world.WorldFile.Load;
import runbook.sandbox.world.WorldFile.Route;
import runbook.sandbox.world.WorldFile.Script;
import runbook.sandbox.world.WorldFile.Zone;

/** Reads what a world is; what it does not understand it refuses, with its place. */
public final class WorldReader {
  /** The token that has every right, where the file names none. */
  public static final String LINODE_TOKEN = "sandbox-linode-token";

  /** Tokens at Cloudflare and whether they may write, where the file names none. */
  static final Map<String, Boolean> CLOUDFLARE_TOKENS = Map.of("sandbox-cloudflare-token", true);

  static final Set<String> KEYS =
      Set.of(
          "world",
          "namespace",
          "images",
          "manifests",
          "data",
          "services",
          "linode",
          "cloudflare",
          "clock");

  private static final Linode NO_LINODE = new Linode("", Map.of(), List.of(), false, false);

  private final Path folder;
  private final LocatedYaml yaml;
  private final List<String> mistakes = new ArrayList<>();

  private WorldReader(Path folder, LocatedYaml yaml) {
    this.folder = folder;
    this.yaml = yaml;
  }

  /**
   * @param file a file, or a folder with one file {@code world.yaml}
   * @throws IllegalArgumentException with file, line and column of each mistake, a line each
   */
  public static WorldFile read(Path file) throws IOException {
    var path = Files.isDirectory(file) ? file.resolve("world.yaml") : file;
    if (!Files.isRegularFile(path))
      throw new IllegalArgumentException(path + ": There is no such file.");
    var yaml = LocatedYaml.read(path.toString(), Files.readString(path));
    return new WorldReader(path.toAbsolutePath().getParent(), yaml).world();
  }

  private WorldFile world() {
    part(
        0,
        () -> {
          known("", yaml.tree(), KEYS);
          return 0;
        });
    var world =
        new WorldFile(
            part("", () -> text("/world")),
            part("default", () -> optional("/namespace").orElse("default")),
            files("/images"),
            files("/manifests"),
            part(Optional.empty(), () -> at("/data").isMissingNode() ? Optional.empty() : data()),
            files("/services"),
            part(NO_LINODE, this::linode),
            part(
                Optional.empty(),
                () -> at("/cloudflare").isMissingNode() ? Optional.empty() : zone()),
            part(1.0, this::factor));
    if (mistakes.isEmpty()) return world;
    mistakes.sort(Comparator.comparingInt(WorldReader::line));
    throw new IllegalArgumentException(String.join("\n", mistakes));
  }

  /** The line that a mistake names. */
  private static int line(String mistake) {
    var place = Pattern.compile(":(\\d+):\\d+: ").matcher(mistake);
    return place.find() ? Integer.parseInt(place.group(1)) : 0;
  }

  /** One part; a mistake in it is kept, so that others are found too. */
  private <T> T part(T otherwise, Supplier<T> reading) {
    try {
      return reading.get();
    } catch (IllegalArgumentException e) {
      mistakes.add(e.getMessage());
      return otherwise;
    }
  }

  private double factor() {
    var node = at("/clock");
    if (node.isMissingNode()) return 1;
    double factor = node.asDouble(0);
    if (!(factor > 0 && factor <= SandboxClock.FASTEST))
      throw yaml.fault(
          "/clock",
          "A clock runs more than 0 and at most %,d times as fast."
              .formatted((long) SandboxClock.FASTEST));
    return factor;
  }

  private JsonNode at(String path) {
    return yaml.tree().at(path);
  }

  private void known(String path, JsonNode map, Set<String> keys) {
    if (!map.isObject()) throw yaml.fault(path, "A map is expected here.");
    map.propertyStream()
        .map(Map.Entry::getKey)
        .filter(k -> !keys.contains(k))
        .findFirst()
        .ifPresent(k -> {
          throw yaml.fault(
              path + "/" + k,
              "There is no key `%s` here; there are %s."
                  .formatted(k, String.join(", ", new TreeSet<>(keys))));
        });
  }

  private String text(String path) {
    return optional(path)
        .orElseThrow(() ->
            yaml.fault(
                path.substring(0, path.lastIndexOf('/')),
                "`" + path.substring(path.lastIndexOf('/') + 1) + "` is missing."));
  }

  private Optional<String> optional(String path) {
    var node = at(path);
    if (node.isMissingNode() || node.isNull()) return Optional.empty();
    if (!node.isValueNode()) throw yaml.fault(path, "A text is expected here.");
    return Optional.of(node.asText());
  }

  private Path file(String path) {
    var file = folder.resolve(text(path)).normalize();
    if (!Files.isReadable(file)) throw yaml.fault(path, "There is no file `" + file + "`.");
    return file;
  }

  private List<Path> files(String path) {
    var list = at(path);
    var files = new ArrayList<Path>();
    if (list.isMissingNode()) return files;
    if (!list.isArray())
      mistakes.add(yaml.fault(path, "A list of files is expected here.").getMessage());
    for (int i = 0; i < list.size(); i++) {
      var at = path + "/" + i;
      part(0, () -> files.add(file(at)));
    }
    return files;
  }

  private Optional<Data> data() {
    known("/data", at("/data"), Set.of("in", "user", "load"));
    var loads = new ArrayList<Load>();
    for (int i = 0; i < at("/data/load").size(); i++) loads.add(load("/data/load/" + i));
    return Optional.of(
        new Data(text("/data/in"), optional("/data/user").orElse("postgres"), loads));
  }

  private Load load(String path) {
    known(path, at(path), Set.of("generate", "file", "database"));
    if (at(path).has("generate")) {
      var size = text(path + "/generate");
      if (!size.matches("[0-9]{1,6}Mi|[0-9]{1,3}Gi"))
        throw yaml.fault(path + "/generate", "`" + size + "` is no size such as 200Mi or 2Gi.");
      long n = Long.parseLong(size.substring(0, size.length() - 2));
      return new Load.Generated(size.endsWith("Gi") ? n * 1024 : n);
    }
    return new Load.Dump(file(path + "/file"), optional(path + "/database").orElse("postgres"));
  }

  private Linode linode() {
    var tokens = new LinkedHashMap<String, List<String>>();
    var node = at("/linode");
    if (!node.isMissingNode())
      known("/linode", node, Set.of("region", "tokens", "volumes", "slow", "disks"));
    at("/linode/tokens")
        .propertyStream()
        .forEach(
            e -> tokens.put(e.getKey(), e.getValue().valueStream().map(JsonNode::asText).toList()));
    if (tokens.isEmpty()) tokens.put(LINODE_TOKEN, List.of("*"));
    var disks = optional("/linode/disks").orElse("files");
    if (!Set.of("files", "memory").contains(disks))
      throw yaml.fault("/linode/disks", "Disks are `files` or `memory`, not `" + disks + "`.");
    return new Linode(
        optional("/linode/region").orElse("eu-central"),
        tokens,
        disksBefore(),
        node.path("slow").asBoolean(),
        disks.equals("memory"));
  }

  private List<WorldFile.Disk> disksBefore() {
    var disks = new ArrayList<WorldFile.Disk>();
    for (int i = 0; i < at("/linode/volumes").size(); i++) {
      var path = "/linode/volumes/" + i;
      known(path, at(path), Set.of("label", "size"));
      long size = at(path).path("size").asLong(Volumes.LEAST);
      if (size < Volumes.LEAST || size > Volumes.MOST)
        throw yaml.fault(
            path + "/size",
            "A volume has from %d to %,d GB.".formatted(Volumes.LEAST, Volumes.MOST));
      disks.add(new WorldFile.Disk(text(path + "/label"), size));
    }
    return disks;
  }

  private Optional<Zone> zone() {
    known(
        "/cloudflare", at("/cloudflare"), Set.of("zone", "service", "tokens", "scripts", "routes"));
    var scripts = new ArrayList<Script>();
    at("/cloudflare/scripts").propertyStream().forEach(e -> scripts.add(script(e.getKey())));
    var name = text("/cloudflare/zone");
    var zone =
        new Zone(
            name,
            optional("/cloudflare/service").orElse(""),
            cloudflareTokens(),
            scripts,
            List.of());
    var trial = CloudflareWorld.of(Optional.of(zone));
    var routes = new ArrayList<Route>();
    for (int i = 0; i < at("/cloudflare/routes").size(); i++) {
      var path = "/cloudflare/routes/" + i;
      known(path, at(path), Set.of("pattern", "script"));
      var script = optional(path + "/script");
      if (script.filter(s -> scripts.stream().noneMatch(o -> o.name().equals(s))).isPresent())
        throw yaml.fault(path + "/script", "There is no script `" + script.get() + "`.");
      var route = new Route(text(path + "/pattern"), script);
      try {
        CloudflareWorld.add(trial, List.of(route));
      } catch (IllegalArgumentException e) {
        throw yaml.fault(
            path + "/pattern",
            "Cloudflare would refuse this route of `%s`: %s.".formatted(name, e.getMessage()));
      }
      routes.add(route);
    }
    return Optional.of(new Zone(name, zone.service(), zone.tokens(), scripts, routes));
  }

  private Script script(String name) {
    var path = "/cloudflare/scripts/" + name;
    known(path, at(path), Set.of("status", "headers", "body"));
    int status = at(path).path("status").asInt(200);
    if (status < 200 || status > 599)
      throw yaml.fault(path + "/status", "There is no status " + status + ".");
    var headers = new LinkedHashMap<String, String>();
    at(path + "/headers")
        .propertyStream()
        .forEach(e -> headers.put(e.getKey(), e.getValue().asText()));
    return new Script(name, status, headers, at(path).path("body").asText());
  }

  private Map<String, Boolean> cloudflareTokens() {
    var tokens = new LinkedHashMap<String, Boolean>();
    at("/cloudflare/tokens")
        .propertyStream()
        .forEach(e -> {
          if (!Set.of("read", "write").contains(e.getValue().asText()))
            throw yaml.fault(
                "/cloudflare/tokens/" + e.getKey(), "A token is for `read` or for `write`.");
          tokens.put(e.getKey(), e.getValue().asText().equals("write"));
        });
    return tokens.isEmpty() ? CLOUDFLARE_TOKENS : tokens;
  }
}
