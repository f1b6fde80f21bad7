package runbook.cli.lsp;

import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.lsp4j.CompletionItem;
import org.eclipse.lsp4j.CompletionParams;
import org.eclipse.lsp4j.DefinitionParams;
import org.eclipse.lsp4j.Diagnostic;
import org.eclipse.lsp4j.DidChangeTextDocumentParams;
import org.eclipse.lsp4j.DidCloseTextDocumentParams;
import org.eclipse.lsp4j.DidOpenTextDocumentParams;
import org.eclipse.lsp4j.DocumentFormattingParams;
import org.eclipse.lsp4j.DocumentSymbol;
import org.eclipse.lsp4j.DocumentSymbolParams;
import org.eclipse.lsp4j.FormattingOptions;
import org.eclipse.lsp4j.Hover;
import org.eclipse.lsp4j.HoverParams;
import org.eclipse.lsp4j.InitializeParams;
import org.eclipse.lsp4j.InitializedParams;
import org.eclipse.lsp4j.Location;
import org.eclipse.lsp4j.MessageActionItem;
import org.eclipse.lsp4j.MessageParams;
import org.eclipse.lsp4j.Position;
import org.eclipse.lsp4j.PublishDiagnosticsParams;
import org.eclipse.lsp4j.Range;
import org.eclipse.lsp4j.ReferenceContext;
import org.eclipse.lsp4j.ReferenceParams;
import org.eclipse.lsp4j.RenameParams;
import org.eclipse.lsp4j.ShowMessageRequestParams;
import org.eclipse.lsp4j.TextDocumentContentChangeEvent;
import org.eclipse.lsp4j.TextDocumentIdentifier;
import org.eclipse.lsp4j.TextDocumentItem;
import org.eclipse.lsp4j.TextEdit;
import org.eclipse.lsp4j.VersionedTextDocumentIdentifier;
import org.eclipse.lsp4j.launch.LSPLauncher;
import org.eclipse.lsp4j.services.LanguageClient;
import org.eclipse.lsp4j.services.LanguageServer;

/** An editor with one open text, whose cursor is a piece of that text. */
final class Editor implements LanguageClient {
  private static final long PATIENCE_SECONDS = 20;

  private final BlockingQueue<PublishDiagnosticsParams> published = new LinkedBlockingQueue<>();
  private final LanguageServer server;
  private final TextDocumentIdentifier file;
  private String text = "";
  private int version;

  Editor(InputStream in, OutputStream out, Path file) throws Exception {
    var launcher = LSPLauncher.createClientLauncher(this, in, out);
    launcher.startListening();
    this.server = launcher.getRemoteProxy();
    this.file = new TextDocumentIdentifier(file.toAbsolutePath().normalize().toUri().toString());
    wait(server.initialize(new InitializeParams()));
    server.initialized(new InitializedParams());
  }

  static <T> T wait(CompletableFuture<T> answer) throws Exception {
    return answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  LanguageServer server() {
    return server;
  }

  String text() {
    return text;
  }

  String uri() {
    return file.getUri();
  }

  // --- typing

  List<Diagnostic> open(String content) throws Exception {
    text = content;
    server
        .getTextDocumentService()
        .didOpen(
            new DidOpenTextDocumentParams(
                new TextDocumentItem(file.getUri(), "plan", ++version, content)));
    return problems();
  }

  /** Replaces a piece of the text, and sends only that. */
  List<Diagnostic> type(String piece, String by) throws Exception {
    return type(List.of(new TextEdit(range(piece), by)));
  }

  List<Diagnostic> type(List<TextEdit> edits) throws Exception {
    // from behind, so that no place moves before its edit comes
    var sorted = new ArrayList<>(edits);
    sorted.sort(Comparator.comparing((TextEdit e) -> offset(e.getRange().getStart())).reversed());
    var changes = new ArrayList<TextDocumentContentChangeEvent>();
    for (var edit : sorted) {
      changes.add(new TextDocumentContentChangeEvent(edit.getRange(), edit.getNewText()));
      text =
          text.substring(0, offset(edit.getRange().getStart()))
              + edit.getNewText()
              + text.substring(offset(edit.getRange().getEnd()));
    }
    server
        .getTextDocumentService()
        .didChange(
            new DidChangeTextDocumentParams(
                new VersionedTextDocumentIdentifier(file.getUri(), ++version), changes));
    return problems();
  }

  void close() {
    server.getTextDocumentService().didClose(new DidCloseTextDocumentParams(file));
  }

  /** What is said of the newest version. */
  List<Diagnostic> problems() throws Exception {
    while (true) {
      var next = published.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (next == null) throw new AssertionError("nothing was published");
      if (Optional.ofNullable(next.getVersion()).orElse(version) == version)
        return next.getDiagnostics();
    }
  }

  // --- asking; a cursor stands behind the piece of text

  List<String> completions(String behind) throws Exception {
    return completionItems(behind).stream().map(CompletionItem::getLabel).toList();
  }

  List<CompletionItem> completionItems(String behind) throws Exception {
    return wait(server
            .getTextDocumentService()
            .completion(new CompletionParams(file, range(behind).getEnd())))
        .getLeft();
  }

  Hover hover(String behind) throws Exception {
    return wait(
        server.getTextDocumentService().hover(new HoverParams(file, range(behind).getEnd())));
  }

  List<? extends Location> definition(String behind) throws Exception {
    return wait(server
            .getTextDocumentService()
            .definition(new DefinitionParams(file, range(behind).getEnd())))
        .getLeft();
  }

  List<? extends Location> references(String behind) throws Exception {
    return wait(
        server
            .getTextDocumentService()
            .references(
                new ReferenceParams(file, range(behind).getEnd(), new ReferenceContext(true))));
  }

  List<TextEdit> rename(String behind, String name) throws Exception {
    return wait(server
            .getTextDocumentService()
            .rename(new RenameParams(file, range(behind).getEnd(), name)))
        .getChanges()
        .get(file.getUri());
  }

  List<DocumentSymbol> symbols() throws Exception {
    return wait(server.getTextDocumentService().documentSymbol(new DocumentSymbolParams(file)))
        .stream()
        .map(e -> e.getRight())
        .toList();
  }

  List<? extends TextEdit> formatting() throws Exception {
    return wait(
        server
            .getTextDocumentService()
            .formatting(new DocumentFormattingParams(file, new FormattingOptions(2, true))));
  }

  // --- places

  String at(Range range) {
    return text.substring(offset(range.getStart()), offset(range.getEnd()));
  }

  Range range(String piece) {
    int start = text.indexOf(piece);
    if (start < 0) throw new AssertionError("there is no `" + piece + "` in the text");
    return new Range(position(start), position(start + piece.length()));
  }

  private Position position(int offset) {
    var before = text.substring(0, offset);
    return new Position(
        (int) before.chars().filter(c -> c == '\n').count(), offset - before.lastIndexOf('\n') - 1);
  }

  private int offset(Position position) {
    int start = 0;
    for (int i = 0; i < position.getLine(); i++) start = text.indexOf('\n', start) + 1;
    return start + position.getCharacter();
  }

  // --- what the server says by itself

  @Override
  public void publishDiagnostics(PublishDiagnosticsParams diagnostics) {
    if (diagnostics.getUri().equals(file.getUri())) published.add(diagnostics);
  }

  @Override
  public void telemetryEvent(Object event) {}

  @Override
  public void showMessage(MessageParams message) {}

  @Override
  public CompletableFuture<MessageActionItem> showMessageRequest(ShowMessageRequestParams request) {
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public void logMessage(MessageParams message) {}
}
