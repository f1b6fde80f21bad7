package runbook.cli.lsp;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.lsp4j.CompletionItem;
import org.eclipse.lsp4j.CompletionItemKind;
import org.eclipse.lsp4j.DiagnosticSeverity;
import org.eclipse.lsp4j.DocumentSymbol;
import org.eclipse.lsp4j.Hover;
import org.eclipse.lsp4j.Location;
import org.eclipse.lsp4j.MarkupContent;
import org.eclipse.lsp4j.MarkupKind;
import org.eclipse.lsp4j.Position;
import org.eclipse.lsp4j.Range;
import org.eclipse.lsp4j.SymbolInformation;
import org.eclipse.lsp4j.SymbolKind;
import org.eclipse.lsp4j.TextEdit;
import org.eclipse.lsp4j.WorkspaceEdit;
import org.eclipse.lsp4j.jsonrpc.ResponseErrorException;
import org.eclipse.lsp4j.jsonrpc.messages.Either;
import org.eclipse.lsp4j.jsonrpc.messages.ResponseError;
import org.eclipse.lsp4j.jsonrpc.messages.ResponseErrorCode;
import runbook.diag.Diagnostic;
import runbook.edit.Heading;
import runbook.edit.Renaming;
import runbook.edit.Suggestion;
import runbook.edit.Target;

/** Answers of ours in the words of the protocol. */
final class Translation {
  private Translation() {}

  static List<org.eclipse.lsp4j.Diagnostic> problems(Draft draft) {
    return draft.document().problems().stream().map(p -> problem(draft, p)).toList();
  }

  private static org.eclipse.lsp4j.Diagnostic problem(Draft draft, Diagnostic p) {
    var message = new StringBuilder(p.message());
    p.hints().forEach(h -> message.append("\nhint: ").append(h));
    var out =
        new org.eclipse.lsp4j.Diagnostic(
            draft.range(p.span()),
            message.toString(),
            p.isError() ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning,
            "plan");
    out.setCode(p.code().toString());
    return out;
  }

  static List<CompletionItem> completions(Draft draft, int offset) {
    var items = new ArrayList<CompletionItem>();
    for (var s : draft.document().complete(offset)) {
      var item = new CompletionItem(s.label());
      item.setKind(kind(s.kind()));
      if (!s.detail().isEmpty()) item.setDetail(s.detail());
      if (!s.doc().isEmpty()) item.setDocumentation(markdown(s.doc()));
      // the order is ours: what a thing is comes before what it may also say
      item.setSortText("%04d".formatted(items.size()));
      item.setTextEdit(Either.forLeft(new TextEdit(draft.range(s.replaced()), s.insert())));
      items.add(item);
    }
    return items;
  }

  private static CompletionItemKind kind(Suggestion.Kind kind) {
    return switch (kind) {
      case KEY -> CompletionItemKind.Property;
      case ACTION -> CompletionItemKind.Function;
      case WORD -> CompletionItemKind.EnumMember;
      case NAME -> CompletionItemKind.Variable;
      case FILE -> CompletionItemKind.File;
    };
  }

  private static MarkupContent markdown(String text) {
    return new MarkupContent(MarkupKind.MARKDOWN, text);
  }

  static Optional<Hover> hover(Draft draft, int offset) {
    var document = draft.document();
    return document
        .described(offset)
        .map(s -> new Hover(markdown(document.describe(offset).orElse("")), draft.range(s)));
  }

  static List<Location> definition(Draft draft, int offset) {
    return draft.document().definition(offset).stream()
        .map(t ->
            switch (t) {
              case Target.Here(var span) -> draft.location(span);
              case Target.Elsewhere(var file) ->
                  new Location(
                      file.toUri().toString(), new Range(new Position(0, 0), new Position(0, 0)));
            })
        .toList();
  }

  static List<Location> references(Draft draft, int offset, boolean declaration) {
    var declared =
        draft.document().definition(offset).stream()
            .filter(Target.Here.class::isInstance)
            .map(t -> ((Target.Here) t).span())
            .findFirst();
    return draft.document().references(offset).stream()
        .filter(s -> declaration || !declared.equals(Optional.of(s)))
        .map(draft::location)
        .toList();
  }

  static WorkspaceEdit rename(Draft draft, int offset, String name) {
    return switch (draft.document().rename(offset, name)) {
      case Renaming.At(var spans) ->
          new WorkspaceEdit(
              Map.of(
                  draft.uri(),
                  spans.stream().map(s -> new TextEdit(draft.range(s), name)).toList()));
      case Renaming.Refused(var why) ->
          throw new ResponseErrorException(
              new ResponseError(ResponseErrorCode.RequestFailed, why, null));
    };
  }

  static List<Either<SymbolInformation, DocumentSymbol>> symbols(Draft draft) {
    return draft.document().headings().stream()
        .map(h -> Either.<SymbolInformation, DocumentSymbol>forRight(symbol(draft, h)))
        .toList();
  }

  private static DocumentSymbol symbol(Draft draft, Heading h) {
    var kind =
        switch (h.kind()) {
          case "checkpoint" -> SymbolKind.Event;
          case "parallel", "branch" -> SymbolKind.Namespace;
          case "use" -> SymbolKind.Module;
          default -> SymbolKind.Function;
        };
    return new DocumentSymbol(
        h.name(),
        kind,
        draft.range(h.whole()),
        draft.range(h.span()),
        h.title().isEmpty() ? h.kind() : h.title(),
        h.below().stream().map(b -> symbol(draft, b)).toList());
  }

  static List<TextEdit> format(Draft draft) {
    return draft
        .document()
        .format()
        .filter(t -> !t.equals(draft.text()))
        .map(t -> List.of(new TextEdit(draft.whole(), t)))
        .orElse(List.of());
  }
}
