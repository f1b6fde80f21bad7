package runbook.cli.lsp;

import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.eclipse.lsp4j.CompletionOptions;
import org.eclipse.lsp4j.DidChangeConfigurationParams;
import org.eclipse.lsp4j.DidChangeWatchedFilesParams;
import org.eclipse.lsp4j.InitializeParams;
import org.eclipse.lsp4j.InitializeResult;
import org.eclipse.lsp4j.RenameOptions;
import org.eclipse.lsp4j.ServerCapabilities;
import org.eclipse.lsp4j.ServerInfo;
import org.eclipse.lsp4j.SetTraceParams;
import org.eclipse.lsp4j.TextDocumentSyncKind;
import org.eclipse.lsp4j.launch.LSPLauncher;
import org.eclipse.lsp4j.services.LanguageServer;
import org.eclipse.lsp4j.services.TextDocumentService;
import org.eclipse.lsp4j.services.WorkspaceService;

/** A server for one editor: how it begins and ends, and what it can do. */
public final class PlanServer implements LanguageServer {
  private final PlanTexts texts = new PlanTexts();
  private final CompletableFuture<Void> exit = new CompletableFuture<>();
  private volatile boolean shutDown;

  private PlanServer() {}

  /** Serves until the editor says that it is done or is gone; true if it has said goodbye. */
  public static boolean serve(InputStream in, OutputStream out) {
    var server = new PlanServer();
    var launcher = LSPLauncher.createServerLauncher(server, in, out);
    server.texts.connect(launcher.getRemoteProxy());
    var listening = launcher.startListening();
    Thread.startVirtualThread(() -> server.endWith(listening));
    server.exit.join();
    server.texts.close();
    return server.shutDown;
  }

  private void endWith(Future<Void> listening) {
    try {
      listening.get();
    } catch (ExecutionException | CancellationException e) {
      // the connection is broken, which ends it as well
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      exit.complete(null);
    }
  }

  @Override
  public CompletableFuture<InitializeResult> initialize(InitializeParams editor) {
    var can = new ServerCapabilities();
    can.setTextDocumentSync(TextDocumentSyncKind.Incremental);
    can.setCompletionProvider(new CompletionOptions(false, List.of(".", "{", ":", "\"", "/")));
    can.setHoverProvider(true);
    can.setDefinitionProvider(true);
    can.setReferencesProvider(true);
    can.setRenameProvider(new RenameOptions(true));
    can.setDocumentSymbolProvider(true);
    can.setDocumentFormattingProvider(true);
    return CompletableFuture.completedFuture(
        new InitializeResult(can, new ServerInfo("plan", "1.0")));
  }

  @Override
  public void setTrace(SetTraceParams trace) {
    // there is nothing to trace; what is not overridden fails
  }

  @Override
  public CompletableFuture<Object> shutdown() {
    shutDown = true;
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public void exit() {
    exit.complete(null);
  }

  @Override
  public TextDocumentService getTextDocumentService() {
    return texts;
  }

  @Override
  public WorkspaceService getWorkspaceService() {
    return new WorkspaceService() {
      @Override
      public void didChangeConfiguration(DidChangeConfigurationParams change) {}

      @Override
      public void didChangeWatchedFiles(DidChangeWatchedFilesParams change) {
        // a plan that is used, or a file beside the plan, may be another now
        texts.recheck();
      }
    };
  }
}
