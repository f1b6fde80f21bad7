package runbook.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import runbook.diag.Diagnostic;

/** Problems for programs: JSON, SARIF, and the commands of GitHub's workflows. */
final class Report {
  private final List<Diagnostic> problems;

  Report(List<Diagnostic> problems) {
    this.problems = problems;
  }

  /** {@code {"problems": […], "errors": N, "warnings": N}}. */
  void json(PrintWriter out) {
    write(
        out,
        json -> {
          json.writeStartObject();
          json.writeArrayFieldStart("problems");
          for (var p : problems) {
            json.writeStartObject();
            json.writeStringField("file", p.span().source().name());
            json.writeNumberField("line", p.span().line());
            json.writeNumberField("column", p.span().column());
            json.writeNumberField("endLine", endLine(p));
            json.writeNumberField("endColumn", endColumn(p));
            json.writeStringField("severity", level(p));
            json.writeStringField("code", p.code().toString());
            json.writeStringField("message", p.message());
            json.writeArrayFieldStart("hints");
            for (var hint : p.hints()) json.writeString(hint);
            json.writeEndArray();
            json.writeEndObject();
          }
          json.writeEndArray();
          json.writeNumberField("errors", problems.stream().filter(Diagnostic::isError).count());
          json.writeNumberField("warnings", problems.stream().filter(p -> !p.isError()).count());
          json.writeEndObject();
        });
  }

  /** SARIF 2.1.0, as code scanning services read it. */
  void sarif(PrintWriter out) {
    write(
        out,
        json -> {
          json.writeStartObject();
          json.writeStringField("$schema", "https://json.schemastore.org/sarif-2.1.0.json");
          json.writeStringField("version", "2.1.0");
          json.writeArrayFieldStart("runs");
          json.writeStartObject();
          json.writeObjectFieldStart("tool");
          json.writeObjectFieldStart("driver");
          json.writeStringField("name", "plan");
          json.writeStringField("version", "1.0");
          json.writeArrayFieldStart("rules");
          for (var code : new TreeSet<>(problems.stream().map(p -> p.code().toString()).toList())) {
            json.writeStartObject();
            json.writeStringField("id", code);
            help(code, json);
            json.writeEndObject();
          }
          json.writeEndArray();
          json.writeEndObject();
          json.writeEndObject();
          json.writeStringField("columnKind", "unicodeCodePoints");
          json.writeArrayFieldStart("results");
          for (var p : problems) result(p, json);
          json.writeEndArray();
          json.writeEndObject();
          json.writeEndArray();
          json.writeEndObject();
        });
  }

  /** The page that explains a kind of problem. */
  private static void help(String code, JsonGenerator json) throws IOException {
    try (var page = Report.class.getResourceAsStream("/runbook/docs/problems/" + code + ".md")) {
      if (page == null) return;
      var text = new String(page.readAllBytes(), StandardCharsets.UTF_8);
      json.writeObjectFieldStart("help");
      json.writeStringField("text", text);
      json.writeStringField("markdown", text);
      json.writeEndObject();
    }
  }

  private static void result(Diagnostic p, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("ruleId", p.code().toString());
    json.writeStringField("level", level(p));
    json.writeObjectFieldStart("message");
    json.writeStringField("text", whole(p));
    json.writeEndObject();
    json.writeArrayFieldStart("locations");
    json.writeStartObject();
    json.writeObjectFieldStart("physicalLocation");
    json.writeObjectFieldStart("artifactLocation");
    json.writeStringField("uri", uri(p.span().source().name()));
    json.writeEndObject();
    json.writeObjectFieldStart("region");
    json.writeNumberField("startLine", p.span().line());
    json.writeNumberField("startColumn", p.span().column());
    json.writeNumberField("endLine", endLine(p));
    json.writeNumberField("endColumn", endColumn(p));
    json.writeEndObject();
    json.writeEndObject();
    json.writeEndObject();
    json.writeEndArray();
    json.writeEndObject();
  }

  /** Workflow commands, a line each, which GitHub shows beside the lines of a change. */
  void github(PrintWriter out) {
    for (var p : problems) {
      out.println(
          "::"
              + level(p)
              + " file="
              + property(p.span().source().name())
              + ",line="
              + p.span().line()
              + ",endLine="
              + endLine(p)
              + ",col="
              + p.span().column()
              + ",endColumn="
              + endColumn(p)
              + ",title="
              + property(p.code().toString())
              + "::"
              + data(whole(p)));
    }
    out.flush();
  }

  private static String level(Diagnostic p) {
    return p.isError() ? "error" : "warning";
  }

  private static String whole(Diagnostic p) {
    return p.hints().isEmpty()
        ? p.message()
        : p.message() + p.hints().stream().collect(Collectors.joining(" ", " ", ""));
  }

  private static int endLine(Diagnostic p) {
    return p.span().source().line(p.span().end());
  }

  /** Exclusive. */
  private static int endColumn(Diagnostic p) {
    return p.span().source().column(p.span().end());
  }

  /** A relative reference; also a `:` is escaped, which would end a scheme. */
  private static String uri(String file) {
    var out = new StringBuilder();
    for (byte b : file.replace(File.separatorChar, '/').getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      boolean plain = c < 128 && (Character.isLetterOrDigit(c) || "/._-~".indexOf(c) >= 0);
      out.append(plain ? String.valueOf(c) : "%%%02X".formatted((int) c));
    }
    return out.toString();
  }

  private static String data(String text) {
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A");
  }

  private static String property(String text) {
    return data(text).replace(":", "%3A").replace(",", "%2C");
  }

  /** Writes a document. */
  private interface Writing {
    void to(JsonGenerator json) throws IOException;
  }

  private static void write(PrintWriter out, Writing writing) {
    var text = new StringWriter();
    try (var json = new JsonFactory().createGenerator(text)) {
      json.setPrettyPrinter(new DefaultPrettyPrinter());
      writing.to(json);
    } catch (IOException e) {
      throw new IllegalStateException("a text cannot be written to", e);
    }
    out.println(text);
    out.flush();
  }
}
