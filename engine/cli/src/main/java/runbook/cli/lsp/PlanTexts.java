package runbook.cli.lsp;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.eclipse.lsp4j.CompletionItem;
import org.eclipse.lsp4j.CompletionList;
import org.eclipse.lsp4j.CompletionParams;
import org.eclipse.lsp4j.DefinitionParams;
import org.eclipse.lsp4j.DidChangeTextDocumentParams;
import org.eclipse.lsp4j.DidCloseTextDocumentParams;
import org.eclipse.lsp4j.DidOpenTextDocumentParams;
import org.eclipse.lsp4j.DidSaveTextDocumentParams;
import org.eclipse.lsp4j.DocumentFormattingParams;
import org.eclipse.lsp4j.DocumentSymbol;
import org.eclipse.lsp4j.DocumentSymbolParams;
import org.eclipse.lsp4j.Hover;
import org.eclipse.lsp4j.HoverParams;
import org.eclipse.lsp4j.Location;
import org.eclipse.lsp4j.LocationLink;
import org.eclipse.lsp4j.PrepareRenameDefaultBehavior;
import org.eclipse.lsp4j.PrepareRenameParams;
import org.eclipse.lsp4j.PrepareRenameResult;
import org.eclipse.lsp4j.PublishDiagnosticsParams;
import org.eclipse.lsp4j.Range;
import org.eclipse.lsp4j.ReferenceParams;
import org.eclipse.lsp4j.RenameParams;
import org.eclipse.lsp4j.SymbolInformation;
import org.eclipse.lsp4j.TextDocumentIdentifier;
import org.eclipse.lsp4j.TextDocumentPositionParams;
import org.eclipse.lsp4j.TextEdit;
import org.eclipse.lsp4j.WorkspaceEdit;
import org.eclipse.lsp4j.jsonrpc.messages.Either;
import org.eclipse.lsp4j.jsonrpc.messages.Either3;
import org.eclipse.lsp4j.services.LanguageClient;
import org.eclipse.lsp4j.services.TextDocumentService;

/** The texts that are open, and what is asked about them. */
final class PlanTexts implements TextDocumentService, AutoCloseable {
  private static final long PAUSE_MILLIS = 150;

  private final Map<String, Draft> open = new ConcurrentHashMap<>();
  private final Map<String, ScheduledFuture<?>> waiting = new ConcurrentHashMap<>();
  private final ScheduledExecutorService later =
      Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().factory());
  private final ExecutorService answers = Executors.newVirtualThreadPerTaskExecutor();
  private LanguageClient editor;

  void connect(LanguageClient client) {
    editor = client;
  }

  @Override
  public void close() {
    later.shutdownNow();
    answers.shutdownNow();
  }

  // --- texts

  @Override
  public void didOpen(DidOpenTextDocumentParams params) {
    var text = params.getTextDocument();
    put(new Draft(text.getUri(), text.getVersion(), text.getText()));
  }

  @Override
  public void didChange(DidChangeTextDocumentParams params) {
    var text = params.getTextDocument();
    var draft = open.get(text.getUri());
    if (draft != null) put(draft.changed(text.getVersion(), params.getContentChanges()));
  }

  @Override
  public void didClose(DidCloseTextDocumentParams params) {
    var uri = params.getTextDocument().getUri();
    open.remove(uri);
    editor.publishDiagnostics(new PublishDiagnosticsParams(uri, List.of()));
  }

  @Override
  public void didSave(DidSaveTextDocumentParams params) {
    // others may use this plan
    recheck();
  }

  /** Checks every open text anew. */
  void recheck() {
    open.values().forEach(d -> put(new Draft(d.uri(), d.version(), d.text())));
  }

  /** Checks when nobody has typed for a moment. */
  private void put(Draft draft) {
    open.put(draft.uri(), draft);
    var before =
        waiting.put(
            draft.uri(), later.schedule(() -> check(draft), PAUSE_MILLIS, TimeUnit.MILLISECONDS));
    if (before != null) before.cancel(false);
  }

  private void check(Draft draft) {
    try {
      var found = Translation.problems(draft);
      // meanwhile it may be another text
      if (open.get(draft.uri()) == draft)
        editor.publishDiagnostics(
            new PublishDiagnosticsParams(draft.uri(), found, draft.version()));
    } catch (RuntimeException | StackOverflowError e) {
      System.err.println("plan: this is a defect of plan. Please report it with these lines:");
      e.printStackTrace();
    }
  }

  // --- questions

  /** Of the text as it is now, whatever is typed while the answer is made. */
  private <T> CompletableFuture<T> answer(
      TextDocumentIdentifier text, T unknown, Function<Draft, T> question) {
    var draft = open.get(text.getUri());
    return draft == null
        ? CompletableFuture.completedFuture(unknown)
        : CompletableFuture.supplyAsync(() -> question.apply(draft), answers);
  }

  private static int offset(Draft draft, TextDocumentPositionParams params) {
    return draft.offset(params.getPosition());
  }

  @Override
  public CompletableFuture<Either<List<CompletionItem>, CompletionList>> completion(
      CompletionParams params) {
    return answer(
        params.getTextDocument(),
        Either.forLeft(List.of()),
        d -> Either.forLeft(Translation.completions(d, offset(d, params))));
  }

  @Override
  public CompletableFuture<Hover> hover(HoverParams params) {
    return answer(
        params.getTextDocument(), null, d -> Translation.hover(d, offset(d, params)).orElse(null));
  }

  @Override
  public CompletableFuture<Either<List<? extends Location>, List<? extends LocationLink>>>
      definition(DefinitionParams params) {
    return answer(
        params.getTextDocument(),
        Either.forLeft(List.of()),
        d -> Either.forLeft(Translation.definition(d, offset(d, params))));
  }

  @Override
  public CompletableFuture<List<? extends Location>> references(ReferenceParams params) {
    boolean declaration = params.getContext() == null || params.getContext().isIncludeDeclaration();
    return answer(
        params.getTextDocument(),
        List.of(),
        d -> Translation.references(d, offset(d, params), declaration));
  }

  @Override
  public CompletableFuture<Either3<Range, PrepareRenameResult, PrepareRenameDefaultBehavior>>
      prepareRename(PrepareRenameParams params) {
    return answer(
        params.getTextDocument(),
        null,
        d ->
            d.document()
                .renameable(offset(d, params))
                .map(s ->
                    Either3.<Range, PrepareRenameResult, PrepareRenameDefaultBehavior>forFirst(
                        d.range(s)))
                .orElse(null));
  }

  @Override
  public CompletableFuture<WorkspaceEdit> rename(RenameParams params) {
    return answer(
        params.getTextDocument(),
        null,
        d -> Translation.rename(d, offset(d, params), params.getNewName()));
  }

  @Override
  public CompletableFuture<List<Either<SymbolInformation, DocumentSymbol>>> documentSymbol(
      DocumentSymbolParams params) {
    return answer(params.getTextDocument(), List.of(), Translation::symbols);
  }

  @Override
  public CompletableFuture<List<? extends TextEdit>> formatting(DocumentFormattingParams params) {
    return answer(params.getTextDocument(), List.of(), Translation::format);
  }
}
