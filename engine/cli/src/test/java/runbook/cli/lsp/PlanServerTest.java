package runbook.cli.lsp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.eclipse.lsp4j.DiagnosticSeverity;
import org.eclipse.lsp4j.DocumentSymbol;
import org.eclipse.lsp4j.HoverParams;
import org.eclipse.lsp4j.Position;
import org.eclipse.lsp4j.TextDocumentIdentifier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An editor that works on the shipped plan, over the real protocol. */
@Timeout(300)
final class PlanServerTest {
  private static final Path PLAN = Path.of("../../plans/postgres-upgrade.yaml");

  private OutputStream toServer;
  private CompletableFuture<Boolean> served;
  private Editor editor;
  private String plan;

  @BeforeEach
  void start() throws Exception {
    plan = Files.readString(PLAN);
    var there = Pipe.open();
    var back = Pipe.open();
    toServer = Channels.newOutputStream(there.sink());
    served = serve(there, back);
    var in = Channels.newInputStream(back.source());
    editor = new Editor(in, toServer, PLAN);
  }

  /** In a thread of its own, since it blocks. */
  private static CompletableFuture<Boolean> serve(Pipe in, Pipe out) {
    var result = new CompletableFuture<Boolean>();
    Thread.ofPlatform()
        .daemon()
        .start(() ->
            result.complete(
                PlanServer.serve(
                    Channels.newInputStream(in.source()), Channels.newOutputStream(out.sink()))));
    return result;
  }

  @AfterEach
  void end() throws Exception {
    Editor.wait(editor.server().shutdown());
    editor.server().exit();
    assertThat(Editor.wait(served)).isTrue();
  }

  @Test
  void a_mistake_is_shown_while_it_is_there() throws Exception {
    assertThat(editor.open(plan)).isEmpty();
    var found = editor.type("steps.fetch.sha512", "steps.fetch.sha51");
    assertThat(found).hasSize(1);
    var problem = found.getFirst();
    assertThat(problem.getCode().getLeft()).isEqualTo("unknown-output");
    assertThat(problem.getSeverity()).isEqualTo(DiagnosticSeverity.Error);
    assertThat(problem.getSource()).isEqualTo("plan");
    assertThat(problem.getMessage().getLeft()).contains("hint: Did you mean `sha512`?");
    assertThat(editor.at(problem.getRange())).isEqualTo("sha51");
    assertThat(editor.type("steps.fetch.sha51", "steps.fetch.sha512")).isEmpty();
    assertThat(Files.readString(PLAN)).as("the file").isEqualTo(plan);
  }

  @Test
  void columns_are_counted_as_the_protocol_counts_them() throws Exception {
    editor.open("plan: x\nsteps:\n  - title: 😀😀 ${run.idd}\n    exec: { script: ls }\n");
    editor.type("script: ls", "script: pwd");
    var found = editor.type("plan: x", "plan: y");
    assertThat(found).hasSize(1);
    assertThat(editor.at(found.getFirst().getRange())).isEqualTo("idd");
  }

  @Test
  void completion_answers_in_a_broken_text() throws Exception {
    editor.open(plan);
    editor.type("\n  - checkpoint: opening", "\n  - sca\n  - checkpoint: opening");
    assertThat(editor.completions("\n  - sca")).containsExactly("scale");
    editor.type("\n  - sca\n", "\n  - exec: { env: { a: \"${steps.\n");
    assertThat(editor.completions("env: { a: \"${steps."))
        .contains("fetch", "clone")
        .doesNotContain("restart");
    editor.type("env: { a: \"${steps.", "env: { a: \"${steps.fetch.");
    assertThat(editor.completions("env: { a: \"${steps.fetch."))
        .containsExactly("from", "to", "bytes", "sha512", "transferred");
    editor.type("env: { a: \"${steps.fetch.", "in: ");
    assertThat(editor.completions("\n  - exec: { in: "))
        .containsExactly("local", "database", "worker");
  }

  @Test
  void a_completion_that_is_taken_makes_the_plan_whole() throws Exception {
    editor.open(plan);
    assertThat(editor.type("guard: backupVerified", "guard: backup")).isNotEmpty();
    var item = editor.completionItems("guard: backup").getFirst();
    assertThat(editor.type(List.of(item.getTextEdit().getLeft()))).isEmpty();
    assertThat(editor.text()).isEqualTo(plan);
  }

  @Test
  void hover_tells_what_a_thing_is() throws Exception {
    editor.open(plan);
    var hover = editor.hover("${steps.fetch.sha5");
    assertThat(hover.getContents().getRight().getValue()).contains("a string").contains("SHA-512");
    assertThat(editor.at(hover.getRange())).isEqualTo("sha512");
    assertThat(editor.hover("\n    deleteP").getContents().getRight().getValue())
        .contains("destroy");
    assertThat(editor.hover("# Moves Post")).isNull();
  }

  @Test
  void definitions_and_references_are_found() throws Exception {
    editor.open(plan);
    var definition = editor.definition("backup: \"${steps.clo");
    assertThat(definition).hasSize(1);
    assertThat(editor.at(definition.getFirst().getRange())).isEqualTo("clone");
    assertThat(definition.getFirst().getRange().getStart().getLine())
        .isEqualTo(editor.range("- id: clone").getStart().getLine());
    assertThat(editor.definition("file: postgres-upgrade/tas").getFirst().getUri())
        .endsWith("/postgres-upgrade/tasks.sh");
    assertThat(editor.references("checkpoint: backupVer")).hasSize(2);
  }

  @Test
  void a_rename_leaves_the_plan_whole() throws Exception {
    editor.open(plan);
    var edits = editor.rename("backup: \"${steps.clo", "copyOfVolume");
    assertThat(edits).hasSizeGreaterThan(3);
    assertThat(editor.type(edits)).isEmpty();
    assertThat(editor.text()).doesNotContain("steps.clone").contains("- id: copyOfVolume\n");
    assertThat(editor.type(editor.rename("guard: backupVer", "proven"))).isEmpty();
    assertThat(editor.text()).contains("guard: proven\n").contains("- checkpoint: proven\n");
  }

  @Test
  void a_rename_is_refused_with_a_reason() throws Exception {
    editor.open(plan);
    assertThatThrownBy(() -> editor.rename("backup: \"${steps.clo", "fetch"))
        .isInstanceOf(ExecutionException.class)
        .hasMessageContaining("There is a step or checkpoint `fetch` already.");
    assertThatThrownBy(() -> editor.rename("backup: \"${steps.clo", "No name"))
        .hasMessageContaining("cannot be a name");
  }

  @Test
  void the_outline_has_the_steps() throws Exception {
    editor.open(plan);
    var symbols = editor.symbols();
    assertThat(symbols.stream().map(DocumentSymbol::getName))
        .contains("worker", "backupVerified", "finish");
    var parallel =
        symbols.stream().filter(s -> s.getName().equals("parallel")).findFirst().orElseThrow();
    assertThat(parallel.getChildren().stream().map(DocumentSymbol::getName))
        .containsExactly("dump", "before");
    assertThat(
            parallel.getChildren().getFirst().getChildren().stream().map(DocumentSymbol::getName))
        .containsExactly("dump", "inPod");
  }

  @Test
  void formatting_gives_the_layout() throws Exception {
    editor.open(plan);
    assertThat(editor.formatting()).isEmpty();
    editor.type("script: maintenance }", "script:    maintenance}");
    editor.type(List.copyOf(editor.formatting()));
    assertThat(editor.text()).isEqualTo(plan);
    editor.type("steps:", "steps: [");
    assertThat(editor.formatting()).isEmpty();
  }

  @Test
  void what_is_closed_has_no_problems_and_no_answers() throws Exception {
    editor.open("plan: X\nsteps: []\n");
    editor.close();
    assertThat(editor.problems()).isEmpty();
    assertThat(editor.hover("pl")).isNull();
  }

  /** A broken message, an unknown method, an unknown text, a place that is not there. */
  @Test
  void what_cannot_be_answered_ends_nothing() throws Exception {
    editor.open(plan);
    for (var body :
        List.of(
            "{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"method\":\"textDocument/hover\",\"params\":7}",
            "{\"jsonrpc\":\"2.0\",\"id\":\"b\",\"method\":\"no/such\",\"params\":{}}",
            "{\"jsonrpc\":\"2.0\",\"method\":\"textDocument/didChange\",\"params\":{}}",
            "{ no json",
            "{\"jsonrpc\":\"2.0\",\"method\":\"$/setTrace\",\"params\":{\"value\":\"off\"}}")) {
      var bytes = body.getBytes(StandardCharsets.UTF_8);
      toServer.write(
          ("Content-Length: " + bytes.length + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
      toServer.write(bytes);
      toServer.flush();
    }
    var texts = editor.server().getTextDocumentService();
    assertThat(
            Editor.wait(
                texts.hover(
                    new HoverParams(new TextDocumentIdentifier("untitled:x"), new Position(0, 0)))))
        .isNull();
    assertThat(
            Editor.wait(
                texts.hover(
                    new HoverParams(
                        new TextDocumentIdentifier(editor.uri()), new Position(99_999, 99_999)))))
        .isNull();
    assertThat(editor.hover("${steps.fetch.sha5")).isNotNull();
  }

  @Test
  void who_leaves_without_a_word_ends_it_as_well() throws Exception {
    var there = Pipe.open();
    var other = serve(there, Pipe.open());
    there.sink().close();
    assertThat(other.get(60, TimeUnit.SECONDS)).isFalse();
  }
}
