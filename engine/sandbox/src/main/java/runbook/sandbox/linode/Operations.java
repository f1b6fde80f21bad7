package runbook.sandbox.linode;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import runbook.sandbox.json.Json;

/** What the API does: each operation with the scopes that it needs and the fields of its body. */
final class Operations {
  private static final Set<String> NONE = Set.of();
  private static final Set<String> READ = Set.of("volumes:read_only");
  private static final Set<String> WRITE = Set.of("volumes:read_write");
  private static final Set<String> WRITE_BOTH = Set.of("volumes:read_write", "linodes:read_write");
  private static final Set<String> MACHINES = Set.of("linodes:read_only");
  private static final Set<String> EVENTS = Set.of("events:read_only");

  /** What an operation does. */
  @FunctionalInterface
  interface Work {
    JsonNode answer(Call call);
  }

  /**
   * @param scopes all of them are needed
   * @param fields that the body may have
   */
  record Operation(Set<String> scopes, Set<String> fields, RateLimits.Kind kind, Work work) {
    /** Whether it needs no token. */
    boolean isOpen() {
      return scopes.isEmpty();
    }
  }

  private final Volumes volumes;

  /** By method and path, in which a number is {@code #}. */
  private final Map<String, Operation> all = new TreeMap<>();

  Operations(Volumes volumes) {
    this.volumes = volumes;
    list("volumes", READ, this::list);
    add(
        "POST volumes",
        WRITE,
        RateLimits.Kind.CREATE_VOLUME,
        this::create,
        "label",
        "size",
        "region",
        "linode_id",
        "config_id",
        "encryption",
        "tags");
    add("GET volumes #", READ, RateLimits.Kind.OTHER, call -> volume(call).json());
    add("PUT volumes #", WRITE, RateLimits.Kind.OTHER, this::update, "label", "tags");
    add("DELETE volumes #", WRITE, RateLimits.Kind.OTHER, this::delete);
    add("POST volumes # clone", WRITE, RateLimits.Kind.OTHER, this::cloneOf, "label");
    add(
        "POST volumes # attach",
        WRITE_BOTH,
        RateLimits.Kind.OTHER,
        this::attach,
        "linode_id",
        "config_id",
        "persist_across_boots");
    add("POST volumes # detach", WRITE_BOTH, RateLimits.Kind.OTHER, this::detach);
    add("POST volumes # resize", WRITE, RateLimits.Kind.OTHER, this::resize, "size");
    list("linode instances", MACHINES, this::instances);
    add("GET linode instances #", MACHINES, RateLimits.Kind.OTHER, call -> instance(call).json());
    list("linode instances # volumes", MACHINES, this::attached);
    list("account events", EVENTS, this::events);
    add("GET account events #", EVENTS, RateLimits.Kind.OTHER, this::event);
    list("regions", NONE, this::regions);
    list("volumes types", NONE, this::types);
    add("GET profile", Set.of("account:read_only"), RateLimits.Kind.OTHER, this::profile);
  }

  private void add(
      String name, Set<String> scopes, RateLimits.Kind kind, Work work, String... fields) {
    all.put(name, new Operation(scopes, Set.of(fields), kind, work));
  }

  private void list(String path, Set<String> scopes, Work work) {
    add("GET " + path, scopes, RateLimits.Kind.LIST, work);
  }

  Optional<Operation> find(String method, List<String> path) {
    var name = new StringBuilder(method);
    for (var segment : path) name.append(' ').append(segment.matches("[0-9]+") ? "#" : segment);
    return Optional.ofNullable(all.get(name.toString()));
  }

  private Volume volume(Call call) {
    return volumes.find(call.id(1)).orElseThrow(Refusal::notFound);
  }

  private Instance instance(Call call) {
    return volumes.account().instance(call.id(2)).orElseThrow(Refusal::notFound);
  }

  private JsonNode list(Call call) {
    return call.page(json(volumes.list()), "label", "tags");
  }

  private static List<JsonNode> json(List<Volume> found) {
    return found.stream().map(v -> (JsonNode) v.json()).toList();
  }

  private JsonNode create(Call call) {
    var label = call.required("label");
    long size = call.number("size").orElse(20);
    var tags = call.tags().orElse(List.of());
    var encryption = call.text("encryption").orElse("disabled");
    if (!Set.of("enabled", "disabled").contains(encryption))
      throw Refusal.field("encryption", "Must be one of enabled, disabled");
    var machine = call.number("linode_id");
    if (machine.isEmpty() && call.number("config_id").isPresent())
      throw Refusal.field("config_id", "config_id is for a Volume with a linode_id");
    if (machine.isEmpty()) {
      var region =
          call.text("region")
              .orElseThrow(() -> Refusal.field("region", "Must provide a region or a Linode ID"));
      return volumes.create(label, size, region, tags, encryption.equals("enabled")).json();
    }
    var instance =
        volumes
            .account()
            .instance(machine.getAsLong())
            .orElseThrow(
                () -> Refusal.field("linode_id", "Linode " + machine.getAsLong() + " not found"));
    var volume = volumes.create(label, size, instance.region(), tags, encryption.equals("enabled"));
    volumes.attachWhenCreated(volume, instance);
    return volume.json();
  }

  private JsonNode update(Call call) {
    return volumes.update(volume(call).id(), call.text("label"), call.tags()).json();
  }

  private JsonNode delete(Call call) {
    volumes.delete(call.id(1));
    return Json.object();
  }

  private JsonNode cloneOf(Call call) {
    long id = volume(call).id();
    return volumes.cloneOf(id, call.required("label")).json();
  }

  private JsonNode attach(Call call) {
    long id = volume(call).id();
    long instance =
        call.number("linode_id")
            .orElseThrow(() -> Refusal.field("linode_id", "linode_id is required"));
    return volumes.attach(id, instance).json();
  }

  private JsonNode detach(Call call) {
    volumes.detach(call.id(1));
    return Json.object();
  }

  private JsonNode resize(Call call) {
    long id = volume(call).id();
    long size = call.number("size").orElseThrow(() -> Refusal.field("size", "size is required"));
    return volumes.resize(id, size).json();
  }

  private JsonNode instances(Call call) {
    var all = volumes.account().instances().stream().map(i -> (JsonNode) i.json()).toList();
    return call.page(all, "id", "label", "region", "tags");
  }

  private JsonNode attached(Call call) {
    var on = Optional.of(instance(call));
    var found = volumes.list().stream().filter(v -> v.instance().equals(on)).toList();
    return call.page(json(found), "label", "tags");
  }

  private JsonNode events(Call call) {
    return call.page(volumes.events().newestFirst(), "id", "action", "created");
  }

  private JsonNode event(Call call) {
    return volumes.events().find(call.id(2)).orElseThrow(Refusal::notFound);
  }

  private JsonNode regions(Call call) {
    var all =
        volumes.account().regions().stream()
            .map(r ->
                Json.of(
                    (Object)
                        Map.of(
                            "id",
                            r,
                            "label",
                            r,
                            "status",
                            "ok",
                            "capabilities",
                            List.of("Linodes", "Block Storage", "Kubernetes"))))
            .toList();
    return call.page(all, "id", "label");
  }

  /** The price is for a GiB. */
  private JsonNode types(Call call) {
    var price = Map.of("hourly", 0.00015, "monthly", 0.1);
    var volume = Map.of("id", "volume", "label", "Storage Volume", "price", price, "transfer", 0);
    return call.page(List.of(Json.of((Object) volume)), "id", "label");
  }

  private JsonNode profile(Call call) {
    var name = volumes.account().username();
    return Json.object()
        .put("username", name)
        .put("email", name + "@example.com")
        .put("timezone", "UTC")
        .put("restricted", false)
        .put("two_factor_auth", true);
  }
}
