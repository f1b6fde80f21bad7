package runbook.sandbox.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;
import runbook.sandbox.json.Json;

/**
 * Fields of an object, as {@code managedFields} write them (fieldsV1): {@code f:name} a field,
 * {@code k:{…}} an element of a list by its keys, {@code v:…} one by its value; a dot says that
 * what it stands in is itself among them. Never changed.
 */
final class FieldSet {
  static final FieldSet EMPTY = new FieldSet(false, new TreeMap<>());

  /** A set of what it stands for alone. */
  static final FieldSet LEAF = new FieldSet(true, new TreeMap<>());

  private final boolean member;
  private final TreeMap<String, FieldSet> children;

  private FieldSet(boolean member, TreeMap<String, FieldSet> children) {
    this.member = member;
    this.children = children;
  }

  static FieldSet of(boolean member, Map<String, FieldSet> children) {
    var full = new TreeMap<String, FieldSet>();
    children.forEach((k, c) -> {
      if (!c.isEmpty()) full.put(k, c);
    });
    return new FieldSet(member, full);
  }

  static FieldSet parse(JsonNode fields) {
    return parse(fields, false);
  }

  private static FieldSet parse(JsonNode fields, boolean inner) {
    var children = new TreeMap<String, FieldSet>();
    boolean member = inner && fields.isEmpty();
    for (var e : fields.propertyStream().toList()) {
      if (e.getKey().equals(".")) member = true;
      else children.put(e.getKey(), parse(e.getValue(), true));
    }
    return new FieldSet(member, children);
  }

  ObjectNode json() {
    var out = Json.object();
    if (member && !children.isEmpty()) out.putObject(".");
    children.forEach((k, c) -> out.set(k, c.json()));
    return out;
  }

  boolean isEmpty() {
    return !member && children.isEmpty();
  }

  boolean isMember() {
    return member;
  }

  Map<String, FieldSet> children() {
    return children;
  }

  FieldSet child(String element) {
    return children.getOrDefault(element, EMPTY);
  }

  FieldSet union(FieldSet other) {
    return combined(other, (a, b) -> a || b);
  }

  FieldSet intersection(FieldSet other) {
    return combined(other, (a, b) -> a && b);
  }

  FieldSet minus(FieldSet other) {
    return combined(other, (a, b) -> a && !b);
  }

  private FieldSet combined(FieldSet other, BiPredicate<Boolean, Boolean> rule) {
    var all = new TreeMap<String, FieldSet>();
    for (var key : children.keySet()) all.put(key, child(key).combined(other.child(key), rule));
    for (var key : other.children.keySet())
      all.computeIfAbsent(key, k -> EMPTY.combined(other.child(k), rule));
    return of(rule.test(member, other.member), all);
  }

  /** Without some fields and all below them. */
  FieldSet without(String... path) {
    return without(List.of(path));
  }

  private FieldSet without(List<String> path) {
    if (!children.containsKey(path.getFirst())) return this;
    var all = new TreeMap<>(children);
    if (path.size() == 1) all.remove(path.getFirst());
    else all.put(path.getFirst(), child(path.getFirst()).without(path.subList(1, path.size())));
    return of(member, all);
  }

  /** Each member as messages name it: {@code .spec.containers[name="a"].image}. */
  List<String> paths() {
    var all = new ArrayList<String>();
    paths("", all);
    return all;
  }

  private void paths(String above, List<String> all) {
    if (member) all.add(above);
    children.forEach((k, c) -> c.paths(above + written(k), all));
  }

  private static String written(String element) {
    var rest = element.substring(2);
    return switch (element.charAt(0)) {
      case 'f' -> "." + rest;
      case 'v' -> "[=" + rest + "]";
      default ->
          Json.parse(rest)
              .propertyStream()
              .map(e -> e.getKey() + "=" + e.getValue())
              .collect(Collectors.joining(",", "[", "]"));
    };
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FieldSet f && f.member == member && f.children.equals(children);
  }

  @Override
  public int hashCode() {
    return children.hashCode();
  }

  @Override
  public String toString() {
    return json().toString();
  }
}
