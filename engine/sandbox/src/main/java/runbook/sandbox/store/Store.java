package runbook.sandbox.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import runbook.sandbox.json.Json;
import runbook.sandbox.schema.Resource;
import runbook.sandbox.schema.Resources;
import runbook.sandbox.store.Change.Type;

/** The objects of one cluster. */
public final class Store implements AutoCloseable {
  /** Kinds whose {@code metadata.generation} counts the changes of what is wanted. */
  private static final Set<String> GENERATIONS =
      Set.of(
          "Deployment",
          "ReplicaSet",
          "StatefulSet",
          "DaemonSet",
          "Job",
          "CronJob",
          "Pod",
          "Ingress",
          "NetworkPolicy",
          "PodDisruptionBudget");

  /** No vowels, so that no word comes out; as Kubernetes has them. */
  private static final String LETTERS = "bcdfghjklmnpqrstvwxz2456789";

  /** No cluster that anybody meets is at its first version; what is before is too long ago. */
  private static final long BEGIN = 1000;

  private static final String FOREGROUND = "foregroundDeletion";
  private static final String ORPHAN = "orphan";

  private record Key(Resource resource, String namespace, String name) implements Comparable<Key> {
    @Override
    public int compareTo(Key o) {
      int c = resource.title().compareTo(o.resource.title());
      if (c == 0) c = namespace.compareTo(o.namespace);
      return c == 0 ? name.compareTo(o.name) : c;
    }
  }

  private final InstantSource clock;
  private final History history = new History(BEGIN);
  private final TreeMap<Key, ObjectNode> objects = new TreeMap<>();
  private long version = BEGIN;

  public Store(InstantSource clock) {
    this.clock = clock;
  }

  /** The time in this world. */
  public Instant now() {
    return clock.instant();
  }

  /** As objects tell a time. */
  public String timestamp() {
    return now().truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /**
   * Adds an object, which gets its identity here; its namespace stands in its metadata.
   *
   * @throws StatusException when its name is taken
   */
  public synchronized ObjectNode create(Resource resource, ObjectNode given) {
    var object = given.deepCopy();
    var metadata = Json.within(object, "metadata");
    var prefix = metadata.path("generateName").asText();
    if (metadata.path("name").asText().isEmpty() && !prefix.isEmpty())
      metadata.put("name", generated(prefix));
    var key = key(resource, object);
    if (objects.containsKey(key)) throw StatusException.alreadyExists(resource, key.name);
    object.put("apiVersion", resource.apiVersion()).put("kind", resource.kind());
    // a job is given one before, since it stands in its selector
    if (uid(object).isEmpty()) metadata.put("uid", UUID.randomUUID().toString());
    metadata.put("creationTimestamp", timestamp());
    metadata.remove("deletionTimestamp");
    metadata.remove("deletionGracePeriodSeconds");
    if (GENERATIONS.contains(resource.kind())) metadata.put("generation", 1);
    return put(Type.ADDED, key, object, Optional.empty());
  }

  public synchronized Optional<ObjectNode> get(Resource resource, String namespace, String name) {
    return Optional.ofNullable(objects.get(new Key(resource, namespace, name)))
        .map(ObjectNode::deepCopy);
  }

  /** All of a namespace, or of every one when it is empty, that are wanted. */
  public synchronized Listing list(
      Resource resource, Optional<String> namespace, Predicate<ObjectNode> wanted) {
    return new Listing(
        version,
        stream(resource)
            .filter(o -> namespace.map(n -> n.equals(namespace(o))).orElse(true))
            .filter(wanted)
            .map(ObjectNode::deepCopy)
            .toList());
  }

  private Stream<ObjectNode> stream(Resource resource) {
    return objects
        .subMap(new Key(resource, "", ""), true, new Key(resource, "\uffff", ""), true)
        .values()
        .stream();
  }

  /**
   * Replaces an object. What says its version replaces that version only.
   *
   * @throws StatusException when it is not there, or is another version or another object
   */
  public synchronized ObjectNode update(Resource resource, ObjectNode given) {
    var key = key(resource, given);
    var before = present(key);
    var wanted = Json.text(given, "metadata.resourceVersion");
    var uid = Json.text(given, "metadata.uid");
    if (!uid.isEmpty() && !uid.equals(uid(before)))
      throw StatusException.conflict(
          resource,
          key.name,
          "Precondition failed: UID in precondition: "
              + uid
              + ", UID in object meta: "
              + uid(before));
    if (!wanted.isEmpty() && !wanted.equals(Json.text(before, "metadata.resourceVersion")))
      throw StatusException.stale(resource, key.name);
    return replace(key, before, given.deepCopy());
  }

  /** Changes an object as it is now; a change that changes nothing is none. */
  public synchronized Optional<ObjectNode> modify(
      Resource resource, String namespace, String name, UnaryOperator<ObjectNode> change) {
    var key = new Key(resource, namespace, name);
    var before = objects.get(key);
    if (before == null) return Optional.empty();
    return Optional.of(replace(key, before, change.apply(before.deepCopy())));
  }

  private ObjectNode replace(Key key, ObjectNode before, ObjectNode object) {
    var metadata = Json.within(object, "metadata");
    for (var kept : Set.of("uid", "creationTimestamp", "resourceVersion", "generation", "name"))
      keep(before.path("metadata"), metadata, kept);
    // once it is to go, it goes
    if (Ends.isGoing(before)) {
      keep(before.path("metadata"), metadata, "deletionTimestamp");
      keep(before.path("metadata"), metadata, "deletionGracePeriodSeconds");
    } else {
      metadata.remove("deletionTimestamp");
      metadata.remove("deletionGracePeriodSeconds");
    }
    object.put("apiVersion", key.resource.apiVersion()).put("kind", key.resource.kind());
    if (GENERATIONS.contains(key.resource.kind()) && isWantedOtherwise(before, object))
      metadata.put("generation", metadata.path("generation").asLong() + 1);
    if (Ends.isGoing(object) && !Ends.isHeld(object)) return end(key, before, object);
    return object.equals(before)
        ? before.deepCopy()
        : put(Type.MODIFIED, key, object, Optional.of(before));
  }

  private static void keep(
      com.fasterxml.jackson.databind.JsonNode from, ObjectNode to, String key) {
    if (from.has(key)) to.set(key, from.get(key));
    else to.remove(key);
  }

  private static boolean isWantedOtherwise(ObjectNode a, ObjectNode b) {
    return !wanted(a).equals(wanted(b));
  }

  private static Map<String, com.fasterxml.jackson.databind.JsonNode> wanted(ObjectNode object) {
    return object
        .propertyStream()
        .filter(e -> !e.getKey().equals("metadata") && !e.getKey().equals("status"))
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  /**
   * Begins, or finishes, the end of an object.
   *
   * @return the object as it is while it goes; empty when it is gone
   */
  public synchronized Optional<ObjectNode> delete(
      Resource resource, String namespace, String name, Deletion how) {
    var key = new Key(resource, namespace, name);
    var before = present(key);
    how.check(resource, before);
    var object = before.deepCopy();
    var metadata = Json.within(object, "metadata");
    switch (how.propagation()) {
      case FOREGROUND -> Ends.finalizer(metadata, FOREGROUND);
      case ORPHAN -> Ends.finalizer(metadata, ORPHAN);
      case BACKGROUND -> {}
    }
    long grace = Ends.grace(resource, object, how);
    boolean shorter =
        !Ends.isGoing(object) || grace < metadata.path("deletionGracePeriodSeconds").asLong();
    if (shorter) {
      metadata.put(
          "deletionTimestamp", now().truncatedTo(ChronoUnit.SECONDS).plusSeconds(grace).toString());
      metadata.put("deletionGracePeriodSeconds", grace);
    }
    if (resource.equals(Resources.NAMESPACES)) Json.put(object, "status.phase", "Terminating");
    if (!Ends.isHeld(object)) {
      end(key, before, object);
      return Optional.empty();
    }
    return Optional.of(
        object.equals(before)
            ? before.deepCopy()
            : put(Type.MODIFIED, key, object, Optional.of(before)));
  }

  private ObjectNode end(Key key, ObjectNode before, ObjectNode last) {
    objects.remove(key);
    Json.put(last, "metadata.resourceVersion", Long.toString(++version));
    history.add(
        new Change(Type.DELETED, key.resource, version, last.deepCopy(), Optional.of(before)));
    return last;
  }

  private ObjectNode put(Type type, Key key, ObjectNode object, Optional<ObjectNode> before) {
    Json.put(object, "metadata.resourceVersion", Long.toString(++version));
    objects.put(key, object);
    history.add(new Change(type, key.resource, version, object.deepCopy(), before));
    return object.deepCopy();
  }

  /** The version of the last change. */
  public synchronized long version() {
    return version;
  }

  /**
   * All changes of a resource behind a version, as they come.
   *
   * @throws StatusException with code 410, when what comes next is forgotten already
   */
  public Watch watch(Resource resource, Optional<String> namespace, long from) {
    return history.watch(resource, namespace, from);
  }

  /** Ends every watch. */
  @Override
  public void close() {
    history.close();
  }

  private ObjectNode present(Key key) {
    var object = objects.get(key);
    if (object == null) throw StatusException.notFound(key.resource, key.name);
    return object;
  }

  private static Key key(Resource resource, ObjectNode object) {
    return new Key(
        resource,
        resource.namespaced() ? namespace(object) : "",
        Objects.requireNonNull(Json.text(object, "metadata.name")));
  }

  private static String namespace(ObjectNode object) {
    return object.path("metadata").path("namespace").asText();
  }

  private static String uid(ObjectNode object) {
    return object.path("metadata").path("uid").asText();
  }

  /** A name that begins so; prefixes are cut where it would be too long. */
  public static String generated(String prefix) {
    var name = new StringBuilder(prefix.substring(0, Math.min(prefix.length(), 58)));
    for (int i = 0; i < 5; i++)
      name.append(LETTERS.charAt(ThreadLocalRandom.current().nextInt(LETTERS.length())));
    return name.toString();
  }
}
