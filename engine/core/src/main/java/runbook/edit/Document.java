package runbook.edit;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import runbook.check.Validator;
import runbook.diag.Code;
import runbook.diag.Diagnostic;
import runbook.diag.Problems;
import runbook.diag.Source;
import runbook.diag.Span;
import runbook.type.Type.Simple;
import runbook.yaml.Yaml;
import runbook.yaml.YamlReader;

/** A plan's text as an editor has it, whole or in the middle of a word; it never changes. */
public final class Document {
  private static final Pattern NAME = Pattern.compile("[a-z][A-Za-z0-9]*");

  private final Source source;
  private final Path folder;
  private final UsedPlans used;
  private final Yaml root;
  private final Outline outline;
  private final Grammar grammar;
  private final Meanings meanings;

  /**
   * @param folder what the plan's paths are relative to
   */
  public Document(Source source, Path folder) {
    this.source = source;
    this.folder = folder;
    this.used = new UsedPlans(folder);
    this.root = read(source);
    this.outline = Outline.of(root);
    this.grammar = new Grammar(f -> used.outline(f).parameters());
    this.meanings = new Meanings(outline, used);
  }

  /** Exactly if it is YAML, as well as it can be if it is not. */
  private static Yaml read(Source source) {
    var problems = new Problems();
    return YamlReader.read(source, problems)
        .filter(_ -> problems.sorted().stream().allMatch(p -> p.code() == Code.DUPLICATE_KEY))
        .orElseGet(() -> TolerantReader.read(source));
  }

  public Source source() {
    return source;
  }

  /** What validate says of it; what it says of a used plan stands where that is named. */
  public List<Diagnostic> problems() {
    var problems = new Problems();
    Validator.load(source, folder, problems);
    var mine = new ArrayList<Diagnostic>();
    for (var p : problems.sorted()) {
      if (p.span().source() == source) mine.add(p);
      else user(p).ifPresent(mine::add);
    }
    return List.copyOf(mine);
  }

  private Optional<Diagnostic> user(Diagnostic p) {
    var file = Path.of(p.span().source().name()).getFileName();
    return Spot.all(root)
        .filter(s -> grammar.at(s) instanceof Shape.PlanFile)
        .filter(s -> used.path(s.scalar().text()).filter(f -> f.endsWith(file)).isPresent())
        .findFirst()
        .map(s ->
            new Diagnostic(
                p.severity(),
                p.code(),
                s.scalar().span(),
                p.span() + ": " + p.message(),
                p.hints()));
  }

  /** What may be typed at an offset. */
  public List<Suggestion> complete(int offset) {
    return new Completer(source, offset, folder, used).suggestions();
  }

  /** What stands at an offset, in Markdown. */
  public Optional<String> describe(int offset) {
    return describer().at(offset).map(Describer.Help::markdown);
  }

  /** What {@link #describe} speaks of. */
  public Optional<Span> described(int offset) {
    return describer().at(offset).map(Describer.Help::span);
  }

  private Describer describer() {
    return new Describer(root, outline, grammar, meanings);
  }

  /** Where that is declared which stands at an offset. */
  public Optional<Target> definition(int offset) {
    var symbol = Symbol.at(root, grammar, offset);
    if (symbol.isPresent()) return symbol.flatMap(o -> declared(o.symbol())).map(Target.Here::new);
    return Spot.at(root, offset)
        .filter(s -> isFile(grammar.at(s)))
        .flatMap(s -> used.path(s.scalar().text()))
        .filter(Files::exists)
        .map(Target.Elsewhere::new);
  }

  private static boolean isFile(Shape shape) {
    return shape instanceof Shape.PlanFile
        || shape instanceof Shape.Value(var type) && type == Simple.PATH;
  }

  private Optional<Span> declared(Symbol symbol) {
    var name = symbol.name();
    var scalar =
        switch (symbol.kind()) {
          case STEP -> outline.step(name).flatMap(Outline.StepNode::id);
          case CHECKPOINT -> outline.checkpoint(name).flatMap(Outline.StepNode::checkpoint);
          case PARAMETER ->
              Optional.ofNullable(outline.parameters().get(name)).map(Outline.Parameter::name);
          case PLACE -> Optional.ofNullable(outline.places().get(name));
        };
    return scalar.map(s -> s.at(0, s.text().length()));
  }

  /** All places of the name at an offset, its declaration among them. */
  public List<Span> references(int offset) {
    return Symbol.at(root, grammar, offset)
        .map(o -> o.symbol().places(root, grammar))
        .orElse(List.of());
  }

  /** The name at an offset, if it may be changed: that of a step or a checkpoint. */
  public Optional<Span> renameable(int offset) {
    return Symbol.at(root, grammar, offset)
        .filter(o -> isRenameable(o.symbol()))
        .map(Symbol.Occurrence::span);
  }

  private boolean isRenameable(Symbol symbol) {
    boolean ofStep = symbol.kind() == Symbol.Kind.STEP || symbol.kind() == Symbol.Kind.CHECKPOINT;
    return ofStep && declared(symbol).isPresent();
  }

  /** Gives the step or checkpoint at an offset another name. */
  public Renaming rename(int offset, String name) {
    var symbol = Symbol.at(root, grammar, offset).map(Symbol.Occurrence::symbol);
    if (symbol.filter(this::isRenameable).isEmpty())
      return new Renaming.Refused(
          "There is no step or checkpoint here whose name could be changed.");
    if (!NAME.matcher(name).matches())
      return new Renaming.Refused(
          "`"
              + name
              + "` cannot be a name: letters and digits only, beginning with a small letter.");
    boolean taken = outline.step(name).isPresent() || outline.checkpoint(name).isPresent();
    if (taken && !name.equals(symbol.get().name()))
      return new Renaming.Refused("There is a step or checkpoint `" + name + "` already.");
    return new Renaming.At(symbol.get().places(root, grammar));
  }

  /** The steps. */
  public List<Heading> headings() {
    return Heading.of(outline);
  }

  /** The text in its layout; empty where it is no YAML. */
  public Optional<String> format() {
    return PlanLayout.format(source, new Problems());
  }
}
