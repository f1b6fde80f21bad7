package runbook.sandbox.fault;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import runbook.sandbox.http.Handler;
import runbook.sandbox.http.Request;
import runbook.sandbox.http.Response;
import runbook.sandbox.json.Json;

/** Faults for the command line; the package's documentation says what there is. */
public final class FaultApi implements Handler {
  private static final int LARGEST_BODY = 1 << 20;
  private final Faults faults;

  public FaultApi(Faults faults) {
    this.faults = faults;
  }

  @Override
  public void handle(Request request, Response response) throws IOException {
    int status = 200;
    JsonNode answer;
    try {
      answer = answer(request);
    } catch (IllegalArgumentException e) {
      status = 400;
      answer = Json.object().put("error", e.getMessage());
    } catch (Exception e) {
      status = 500;
      answer = Json.object().put("error", e.toString());
    }
    var text = answer.toPrettyString() + "\n";
    response.send(status, "application/json", text);
  }

  private JsonNode answer(Request request) throws Exception {
    return switch (request.method() + " " + request.path()) {
      case "GET /faults" -> all();
      case "POST /faults" -> FaultJson.write(faults.add(FaultJson.read(body(request))));
      case "DELETE /faults" -> {
        faults.all().forEach(Faults.Active::remove);
        yield all();
      }
      case "GET /requests" -> requests();
      case "GET /troubles" -> troubles();
      default -> trouble(request);
    };
  }

  private static ObjectNode body(Request request) throws IOException {
    var bytes = request.bytes(LARGEST_BODY);
    if (bytes.length == 0) return Json.object();
    if (Json.parse(bytes) instanceof ObjectNode object) return object;
    throw new IllegalArgumentException("A JSON object is expected.");
  }

  private ArrayNode all() {
    var json = Json.array();
    faults.all().stream().map(FaultJson::write).forEach(json::add);
    return json;
  }

  private ArrayNode requests() {
    var json = Json.array();
    for (var r : faults.requests())
      json.addObject()
          .put("at", r.at().toString())
          .put("api", r.api())
          .put("method", r.method())
          .put("target", r.target())
          .put("status", r.status())
          .put("millis", r.took().toMillis());
    return json;
  }

  private ArrayNode troubles() {
    var json = Json.array();
    for (var t : faults.troubles().all())
      json.addObject().put("name", t.name()).put("takes", t.takes()).put("on", t.isOn());
    return json;
  }

  private JsonNode trouble(Request request) throws Exception {
    var path = request.segments();
    boolean one = path.size() == 2 && path.getFirst().equals("troubles");
    if (one && request.method().equals("POST")) {
      faults.troubles().begin(path.get(1), body(request));
      return troubles();
    }
    if (one && request.method().equals("DELETE")) {
      faults.troubles().end(path.get(1));
      return troubles();
    }
    throw new IllegalArgumentException(
        "There is no `%s %s`; there are /faults, /requests and /troubles."
            .formatted(request.method(), request.path()));
  }
}
