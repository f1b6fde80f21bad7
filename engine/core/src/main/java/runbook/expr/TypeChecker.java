package runbook.expr;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import org.apache.commons.jexl3.parser.*;
import runbook.diag.Problems;
import runbook.diag.Span;
import runbook.diag.Spelling;
import runbook.type.Type;
import runbook.type.Type.Simple;

/**
 * Gives every expression a type, and refuses what is not in the language. The tree is JEXL's; this
 * switch is the list of what plans may write.
 */
final class TypeChecker {
  private final String text;
  private final BiFunction<Integer, Integer, Span> places;
  private final Scope scope;
  private final Problems problems;

  TypeChecker(
      String text, BiFunction<Integer, Integer, Span> places, Scope scope, Problems problems) {
    this.text = text;
    this.places = places;
    this.scope = scope;
    this.problems = problems;
  }

  Type check(ASTJexlScript script) {
    return script.jjtGetNumChildren() == 1 ? type(child(script, 0)) : refuse(script);
  }

  private Type type(JexlNode node) {
    return switch (node) {
      case ASTNumberLiteral n -> n.isInteger() ? Simple.INTEGER : Simple.NUMBER;
      case ASTStringLiteral _ -> Simple.STRING;
      case ASTTrueNode _ -> Simple.BOOLEAN;
      case ASTFalseNode _ -> Simple.BOOLEAN;
      case ASTReferenceExpression p when p.jjtGetNumChildren() == 1 -> type(child(p, 0));
      case ASTArrayLiteral a -> list(a);
      case ASTIdentifier i -> root(i, Optional.empty(), i);
      case ASTReference r -> reference(r);
      case ASTAndNode n -> allBoolean(n);
      case ASTOrNode n -> allBoolean(n);
      case ASTNotNode n -> allBoolean(n);
      case ASTEQNode n -> equality(n);
      case ASTNENode n -> equality(n);
      case ASTLTNode n -> order(n);
      case ASTLENode n -> order(n);
      case ASTGTNode n -> order(n);
      case ASTGENode n -> order(n);
      case ASTERNode n -> membership(n);
      case ASTNRNode n -> membership(n);
      case ASTSWNode n -> texts(n);
      case ASTNSWNode n -> texts(n);
      case ASTEWNode n -> texts(n);
      case ASTNEWNode n -> texts(n);
      case ASTAddNode n -> sum(n);
      case ASTSubNode n -> numbers(n);
      case ASTMulNode n -> numbers(n);
      case ASTDivNode n -> numbers(n);
      case ASTModNode n -> numbers(n);
      case ASTUnaryMinusNode n -> numbers(n);
      case ASTTernaryNode t when t.jjtGetNumChildren() == 3 -> conditional(t);
      case ASTEmptyFunction n -> sized(n, Simple.BOOLEAN);
      case ASTSizeFunction n -> sized(n, Simple.INTEGER);
      default -> refuse(node);
    };
  }

  private Type refuse(JexlNode node) {
    problems.error(
        "expression-forbidden",
        span(node),
        "This is more than an expression may do.",
        "An expression reads `parameters`, `steps`, `item` and `run`, and compares and combines what it reads.");
    return Simple.ANY;
  }

  // --- names

  private Type reference(ASTReference node) {
    if (!(child(node, 0) instanceof ASTIdentifier first)) {
      Type type = type(child(node, 0));
      return access(node, 1, type, "this");
    }
    Optional<String> member =
        node.jjtGetNumChildren() > 1 ? literalName(child(node, 1)) : Optional.empty();
    boolean listed =
        scope.members(first.getName()).size() > 0
            || first.getName().equals("steps")
            || first.getName().equals("parameters");
    if (listed && member.isEmpty())
      return refuseComputed(node.jjtGetNumChildren() > 1 ? child(node, 1) : node);
    var type = root(first, listed ? member : Optional.empty(), listed ? child(node, 1) : first);
    return access(
        node,
        listed ? 2 : 1,
        type,
        listed ? first.getName() + "." + member.get() : first.getName());
  }

  private Type root(ASTIdentifier name, Optional<String> member, JexlNode at) {
    if (!scope.roots().contains(name.getName())) {
      var wrapped =
          Spelling.nearest(name.getName(), scope.roots()).map(n -> "Did you mean `" + n + "`?");
      problems.error(
          "unknown-name",
          span(name, name.getName()),
          "There is no `" + name.getName() + "` here.",
          wrapped.or(() -> Optional.of(owner(name.getName()))));
      return Simple.ANY;
    }
    if (member.isEmpty() && scope.members(name.getName()).size() > 0) return refuseComputed(at);
    var span = member.map(m -> span(at, m)).orElseGet(() -> span(name, name.getName()));
    return scope.type(name.getName(), member, span, problems).orElse(Simple.ANY);
  }

  /** Where a bare name would have to be looked up. */
  private String owner(String name) {
    for (var root : List.of("parameters", "steps")) {
      if (scope.members(root).contains(name)) return "Did you mean `" + root + "." + name + "`?";
    }
    return "A shell variable is `$"
        + name
        + "`, without braces; an expression begins with `parameters`, `steps`, `item` or `run`.";
  }

  private Type refuseComputed(JexlNode at) {
    problems.error(
        "unknown-name", span(at), "Name the member here: `parameters.name`, `steps.id`.");
    return Simple.ANY;
  }

  private Type access(JexlNode node, int from, Type type, String path) {
    for (int i = from; i < node.jjtGetNumChildren(); i++) {
      var step = child(node, i);
      var name = literalName(step);
      if (name.isEmpty()) {
        type = element(step, type, path);
        path = path + "[…]";
        continue;
      }
      type = member(step, type, name.get(), path);
      path = path + "." + name.get();
    }
    return type;
  }

  private Type member(JexlNode at, Type type, String name, String path) {
    switch (type) {
      case Type.Struct s -> {
        var field = s.fields().get(name);
        if (field != null) return field.type();
        problems.error(
            "unknown-output",
            span(at, name),
            "`" + path + "` has no `" + name + "`.",
            Spelling.hint(name, s.fields().keySet()));
        return Simple.ANY;
      }
      case Type.MapOf(var value) -> {
        return value;
      }
      default -> {
        if (type == Simple.ANY) return Simple.ANY;
        if (type instanceof Type.ListOf(var e) && name.matches("\\d+")) return e;
        problems.error(
            "unknown-output",
            span(at, name),
            "`" + path + "` is " + type.title() + " and has no `" + name + "`.");
        return Simple.ANY;
      }
    }
  }

  /** {@code list[i]} or {@code map[key]} with a computed index. */
  private Type element(JexlNode at, Type type, String path) {
    var index = at.jjtGetNumChildren() == 1 ? type(child(at, 0)) : refuse(at);
    return switch (type) {
      case Type.ListOf(var e) when Simple.INTEGER.accepts(index) -> e;
      case Type.MapOf(var v) when Simple.STRING.accepts(index) -> v;
      default -> {
        if (type != Simple.ANY && index != Simple.ANY) {
          problems.error(
              "type",
              span(at),
              "`"
                  + path
                  + "` is "
                  + type.title()
                  + " and cannot be indexed with "
                  + index.title()
                  + ".");
        }
        yield Simple.ANY;
      }
    };
  }

  private static Optional<String> literalName(JexlNode node) {
    return switch (node) {
      case ASTIdentifierAccess a when a.getClass() == ASTIdentifierAccess.class ->
          Optional.of(a.getName());
      case ASTArrayAccess a
          when a.jjtGetNumChildren() == 1 && child(a, 0) instanceof ASTStringLiteral s ->
          Optional.of(s.getLiteral());
      default -> Optional.empty();
    };
  }

  // --- operators

  private Type allBoolean(JexlNode node) {
    for (int i = 0; i < node.jjtGetNumChildren(); i++) expect(child(node, i), Simple.BOOLEAN);
    return Simple.BOOLEAN;
  }

  private Type equality(JexlNode node) {
    var left = type(child(node, 0));
    var right = type(child(node, 1));
    if (!left.accepts(right) && !right.accepts(left)) {
      problems.error(
          "type", span(node), capital(left.title()) + " never equals " + right.title() + ".");
    }
    return Simple.BOOLEAN;
  }

  private static final Set<Type> ORDERED =
      Set.of(
          Simple.INTEGER,
          Simple.NUMBER,
          Simple.DURATION,
          Simple.QUANTITY,
          Simple.STRING,
          Simple.ANY);

  private Type order(JexlNode node) {
    var left = type(child(node, 0));
    var right = type(child(node, 1));
    boolean numbers = Simple.NUMBER.accepts(left) && Simple.NUMBER.accepts(right);
    if (!numbers
        && (!ORDERED.contains(left)
            || !ORDERED.contains(right)
            || left != right && left != Simple.ANY && right != Simple.ANY)) {
      problems.error(
          "type",
          span(node),
          capital(left.title()) + " cannot be compared with " + right.title() + ".");
    }
    return Simple.BOOLEAN;
  }

  private Type texts(JexlNode node) {
    expect(child(node, 0), Simple.STRING);
    expect(child(node, 1), Simple.STRING);
    return Simple.BOOLEAN;
  }

  /** {@code text =~ 'regex'}, {@code element =~ list}. */
  private Type membership(JexlNode node) {
    var left = type(child(node, 0));
    var right = type(child(node, 1));
    boolean fits =
        switch (right) {
          case Type.ListOf(var e) -> e.accepts(left);
          default -> Simple.STRING.accepts(left) && Simple.STRING.accepts(right);
        };
    if (!fits)
      problems.error(
          "type",
          span(node),
          "`=~` asks whether a text matches a pattern or an element is in a list.");
    return Simple.BOOLEAN;
  }

  private Type sum(JexlNode node) {
    Type sum = null;
    for (int i = 0; i < node.jjtGetNumChildren(); i++) {
      var type = type(child(node, i));
      boolean fits =
          type == Simple.ANY
              || type == Simple.STRING
              || type == Simple.SECRET
              || Simple.NUMBER.accepts(type)
              || type instanceof Type.Choice;
      if (!fits
          || sum != null
              && isText(sum) != isText(type)
              && sum != Simple.ANY
              && type != Simple.ANY) {
        problems.error(
            "type",
            span(node),
            "`+` adds two numbers or joins two texts, not "
                + (sum == null ? "" : sum.title() + " and ")
                + type.title()
                + ".",
            "Text with values in it is written without `+`: `\"${a} and ${b}\"`.");
        return Simple.ANY;
      }
      sum =
          sum == null
              ? type
              : sum == Simple.SECRET || type == Simple.SECRET
                  ? Simple.SECRET
                  : sum == Simple.INTEGER ? type : sum;
    }
    return sum;
  }

  private static boolean isText(Type type) {
    return type == Simple.STRING || type == Simple.SECRET || type instanceof Type.Choice;
  }

  private Type numbers(JexlNode node) {
    Type result = Simple.INTEGER;
    for (int i = 0; i < node.jjtGetNumChildren(); i++) {
      var type = expect(child(node, i), Simple.NUMBER);
      if (type != Simple.INTEGER) result = Simple.NUMBER;
    }
    return result;
  }

  private Type conditional(JexlNode node) {
    expect(child(node, 0), Simple.BOOLEAN);
    var yes = type(child(node, 1));
    var no = type(child(node, 2));
    if (yes.accepts(no)) return yes == Simple.ANY ? no : yes;
    if (no.accepts(yes)) return no;
    problems.error(
        "type",
        span(node),
        "The two answers of `? :` are of one type, not "
            + yes.title()
            + " and "
            + no.title()
            + ".");
    return Simple.ANY;
  }

  private Type sized(JexlNode node, Type result) {
    var type = type(child(node, 0));
    if (!(type instanceof Type.ListOf)
        && !(type instanceof Type.MapOf)
        && type != Simple.STRING
        && type != Simple.ANY) {
      problems.error("type", span(node), capital(type.title()) + " has no size.");
    }
    return result;
  }

  private Type list(ASTArrayLiteral node) {
    Type element = Simple.ANY;
    for (int i = 0; i < node.jjtGetNumChildren(); i++) {
      var type = type(child(node, i));
      if (i == 0) element = type;
      else if (!element.accepts(type)) element = Simple.ANY;
    }
    return new Type.ListOf(element);
  }

  private Type expect(JexlNode node, Type wanted) {
    var type = type(node);
    if (!wanted.accepts(type)) {
      problems.error(
          "type",
          span(node),
          "This is " + type.title() + ", but " + wanted.title() + " is needed.");
    }
    return type;
  }

  // --- places

  private static JexlNode child(JexlNode node, int i) {
    return node.jjtGetChild(i);
  }

  private Span span(JexlNode node, String word) {
    // the place of a member is sometimes that of its last token
    int at = text.indexOf(word, Math.max(0, offset(node)));
    if (at < 0) at = text.lastIndexOf(word);
    return at < 0 ? span(node) : places.apply(at, at + word.length());
  }

  /** JEXL knows where a node begins, not where it ends: the whole expression is marked. */
  private Span span(JexlNode node) {
    if (node instanceof ASTIdentifier i && text.startsWith(i.getName(), offset(node))) {
      return places.apply(offset(node), offset(node) + i.getName().length());
    }
    return places.apply(0, text.length());
  }

  private int offset(JexlNode node) {
    return JexlFaults.offset(text, node.getLine(), node.getColumn());
  }

  private static String capital(String words) {
    return Character.toUpperCase(words.charAt(0)) + words.substring(1);
  }
}
