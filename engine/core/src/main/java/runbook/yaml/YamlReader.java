package runbook.yaml;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.schema.CoreSchema;
import runbook.diag.Code;
import runbook.diag.Problems;
import runbook.diag.Source;
import runbook.diag.Span;

/** Reads YAML texts into positioned trees; whatever is wrong becomes a problem at its place. */
public final class YamlReader {
  private static final int DEEPEST = 100;
  private static final LoadSettings SETTINGS =
      LoadSettings.builder()
          .setUseMarks(true)
          .setSchema(new CoreSchema())
          .setMaxAliasesForCollections(50)
          // refused here, with a place
          .setAllowNonScalarKeys(true)
          .build();

  private final Source source;
  private final Problems problems;
  private final int[] utf16;

  /** Whether the tree lacks something of the text: what it would complain of is no mistake. */
  private boolean unsound;

  private final Set<Node> open = Collections.newSetFromMap(new IdentityHashMap<>());

  private YamlReader(Source source, Problems problems) {
    this.source = source;
    this.problems = problems;
    this.utf16 = utf16Offsets(source.text());
  }

  /** The one document of a plan; empty when there is a problem. */
  public static Optional<Yaml> read(Source source, Problems problems) {
    var self = new YamlReader(source, problems);
    var documents = self.documents();
    if (self.unsound) return Optional.empty();
    if (documents.isEmpty()) {
      if (!problems.hasErrors())
        problems.error(Code.YAML_EMPTY, new Span(source, 0, 0), "The file is empty.");
      return Optional.empty();
    }
    if (documents.size() > 1) {
      problems.error(
          Code.YAML_DOCUMENTS,
          documents.get(1).span(),
          "A second document begins here; a plan is one document.",
          "Put it into a file of its own.");
      return Optional.empty();
    }
    return Optional.of(documents.getFirst());
  }

  /** All documents of a file, such as a manifest; empty ones are left out. */
  public static List<Yaml> readAll(Source source, Problems problems) {
    return new YamlReader(source, problems).documents();
  }

  private List<Yaml> documents() {
    var found = new ArrayList<Yaml>();
    try {
      for (var node : new Compose(SETTINGS).composeAllFromString(source.text())) {
        var yaml = convert(node, 0);
        if (!yaml.isNull()) found.add(yaml);
      }
    } catch (MarkedYamlEngineException e) {
      // what is never closed is marked where it begins
      var problem = String.valueOf(e.getProblem());
      boolean atBegin =
          problem.contains("end of stream") || problem.contains("could not find expected ':'");
      var mark =
          atBegin
              ? e.getContextMark().or(e::getProblemMark)
              : e.getProblemMark().or(e::getContextMark);
      var place = mark.map(m -> span(m, m)).orElse(new Span(source, 0, 0));
      var fault = YamlFaults.explain(e);
      // the library takes such a line for more of the one before, and complains later
      var tab = YamlFaults.indentingTab(source, place);
      if (tab.isPresent()) fault = YamlFaults.TAB;
      problems.error(Code.YAML_SYNTAX, tab.orElse(place), fault.message(), fault.hint());
    } catch (YamlEngineException e) {
      problems.error(
          Code.YAML_SYNTAX,
          new Span(source, 0, 0),
          "This is not YAML that can be read: " + YamlFaults.sentence(e.getMessage()));
    } catch (NumberFormatException e) {
      // the library's own way to say that a file ends within an escape
      var escape = YamlFaults.CUT_ESCAPE.matcher(source.text());
      int at = escape.find() ? escape.start() : 0;
      problems.error(
          Code.YAML_SYNTAX,
          new Span(source, at, Math.min(at + 2, source.text().length())),
          "This escape is not complete.",
          "It is `\\x41`, `\\u0041` or `\\U00000041`; write `\\\\` for a backslash, or use single quotes.");
    } catch (StackOverflowError e) {
      problems.error(Code.YAML_DEPTH, new Span(source, 0, 0), "The file is nested too deeply.");
    }
    return found;
  }

  private Yaml convert(Node node, int depth) {
    var span = span(node);
    if (depth > DEEPEST || !open.add(node)) {
      unsound = true;
      problems.error(
          Code.YAML_DEPTH,
          span,
          depth > DEEPEST
              ? "This is nested more than " + DEEPEST + " levels deep."
              : "This alias stands for something that contains it.");
      return new Yaml.Scalar("", Yaml.Style.PLAIN, span);
    }
    try {
      return switch (node) {
        case ScalarNode s -> new Yaml.Scalar(s.getValue(), style(s.getScalarStyle()), span);
        case SequenceNode s ->
            new Yaml.Sequence(s.getValue().stream().map(n -> convert(n, depth + 1)).toList(), span);
        case MappingNode m -> mapping(m, span, depth);
        default -> throw new IllegalStateException("no such node: " + node.getNodeType());
      };
    } finally {
      open.remove(node);
    }
  }

  private Yaml mapping(MappingNode node, Span span, int depth) {
    var entries = new ArrayList<Yaml.Entry>();
    Map<String, Span> first = new HashMap<>();
    for (var tuple : node.getValue()) {
      if (!(convert(tuple.getKeyNode(), depth + 1) instanceof Yaml.Scalar key)) {
        problems.error(
            Code.YAML_KEY,
            span(tuple.getKeyNode()),
            "A key is a single word, not a list or a map.",
            "A text that begins with `{` or `[` has to be quoted.");
        continue;
      }
      var earlier = first.putIfAbsent(key.text(), key.span());
      if (earlier != null) {
        problems.error(
            Code.DUPLICATE_KEY,
            key.span(),
            "The key `" + key.text() + "` is here a second time.",
            "It was first given in line " + earlier.line() + ".");
        continue;
      }
      entries.add(new Yaml.Entry(key, convert(tuple.getValueNode(), depth + 1)));
    }
    return new Yaml.Mapping(List.copyOf(entries), span);
  }

  private static Yaml.Style style(ScalarStyle style) {
    return switch (style) {
      case SINGLE_QUOTED -> Yaml.Style.SINGLE_QUOTED;
      case DOUBLE_QUOTED -> Yaml.Style.DOUBLE_QUOTED;
      case LITERAL -> Yaml.Style.LITERAL;
      case FOLDED -> Yaml.Style.FOLDED;
      default -> Yaml.Style.PLAIN;
    };
  }

  private Span span(Node node) {
    return span(
        node.getStartMark().orElseThrow(), node.getEndMark().or(node::getStartMark).orElseThrow());
  }

  private Span span(Mark from, Mark to) {
    int start = offset(from.getIndex());
    return new Span(source, start, Math.max(start, offset(to.getIndex())));
  }

  /** The library counts code points. */
  private int offset(int codePoints) {
    int units = utf16.length == 0 ? codePoints : utf16[Math.min(codePoints, utf16.length - 1)];
    return Math.min(units, source.text().length());
  }

  private static int[] utf16Offsets(String text) {
    int points = text.codePointCount(0, text.length());
    if (points == text.length()) return new int[0];
    var offsets = new int[points + 1];
    for (int i = 0, at = 0; i <= points; i++) {
      offsets[i] = at;
      if (at < text.length()) at += Character.charCount(text.codePointAt(at));
    }
    return offsets;
  }
}
