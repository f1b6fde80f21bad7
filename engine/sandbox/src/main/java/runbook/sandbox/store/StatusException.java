package runbook.sandbox.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import runbook.sandbox.json.Json;
import runbook.sandbox.schema.Resource;

/** A refusal as an API server words it: it becomes the {@code Status} that the client gets. */
public final class StatusException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /**
   * One reason of several.
   *
   * @param type {@code FieldValueInvalid}, {@code FieldManagerConflict} and the like
   * @param field path of the field that it is about; empty for none
   */
  public record Cause(String type, String message, String field) {}

  private final int code;
  private final String reason;
  private final transient Optional<Resource> resource;
  private final String name;
  private final transient List<Cause> causes;

  public StatusException(
      int code,
      String reason,
      String message,
      Optional<Resource> resource,
      String name,
      List<Cause> causes) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.resource = resource;
    this.name = name;
    this.causes = List.copyOf(causes);
  }

  private static StatusException of(
      int code, String reason, Resource resource, String name, String message) {
    return new StatusException(code, reason, message, Optional.of(resource), name, List.of());
  }

  public static StatusException notFound(Resource resource, String name) {
    return of(404, "NotFound", resource, name, quoted(resource, name) + " not found");
  }

  public static StatusException alreadyExists(Resource resource, String name) {
    return of(409, "AlreadyExists", resource, name, quoted(resource, name) + " already exists");
  }

  public static StatusException conflict(Resource resource, String name, String why) {
    return of(
        409,
        "Conflict",
        resource,
        name,
        "Operation cannot be fulfilled on " + quoted(resource, name) + ": " + why);
  }

  /** The version that was read is not the present one. */
  public static StatusException stale(Resource resource, String name) {
    return conflict(
        resource,
        name,
        "the object has been modified; please apply your changes to the latest version and try"
            + " again");
  }

  public static StatusException forbidden(Resource resource, String name, String why) {
    return of(403, "Forbidden", resource, name, quoted(resource, name) + " is forbidden: " + why);
  }

  public static StatusException invalid(String kind, Resource of, String name, List<Cause> causes) {
    var words = causes.stream().map(c -> c.field() + ": " + c.message()).toList();
    return new StatusException(
        422,
        "Invalid",
        (of.group().isEmpty() ? kind : kind + "." + of.group())
            + " \""
            + name
            + "\" is invalid: "
            + (words.size() == 1 ? words.getFirst() : "[" + String.join(", ", words) + "]"),
        Optional.of(of),
        name,
        causes);
  }

  public static StatusException badRequest(String message) {
    return plain(400, "BadRequest", message);
  }

  /** What one wants to watch from is too long ago. */
  public static StatusException expired(long version, long oldest) {
    return plain(410, "Expired", "too old resource version: " + version + " (" + oldest + ")");
  }

  /** One that is about no resource. */
  public static StatusException plain(int code, String reason, String message) {
    return new StatusException(code, reason, message, Optional.empty(), "", List.of());
  }

  private static String quoted(Resource resource, String name) {
    return resource.title() + " \"" + name + "\"";
  }

  public int code() {
    return code;
  }

  public String reason() {
    return reason;
  }

  /** As it goes to the client. */
  public ObjectNode status() {
    var status = Json.object();
    status.put("kind", "Status").put("apiVersion", "v1").putObject("metadata");
    status.put("status", "Failure").put("message", getMessage());
    if (!reason.isEmpty()) status.put("reason", reason);
    if (resource.isPresent() || !causes.isEmpty()) {
      var details = status.putObject("details");
      if (!name.isEmpty()) details.put("name", name);
      resource.ifPresent(r -> {
        if (!r.group().isEmpty()) details.put("group", r.group());
        details.put("kind", code == 422 ? r.kind() : r.plural());
      });
      for (var cause : causes) {
        var one = details.withArrayProperty("causes").addObject();
        one.put("reason", cause.type()).put("message", cause.message());
        if (!cause.field().isEmpty()) one.put("field", cause.field());
      }
    }
    return status.put("code", code);
  }
}
