package runbook.expr;

import static runbook.expr.TypeChecker.child;

import java.util.Set;
import org.apache.commons.jexl3.parser.*;
import runbook.diag.Code;
import runbook.diag.Problems;
import runbook.type.Type;
import runbook.type.Type.Simple;

/** What operators take, and what comes out. */
final class Operators {
  private final TypeChecker checker;
  private final Problems problems;

  Operators(TypeChecker checker, Problems problems) {
    this.checker = checker;
    this.problems = problems;
  }

  Type allBoolean(JexlNode node) {
    for (int i = 0; i < node.jjtGetNumChildren(); i++) expect(child(node, i), Simple.BOOLEAN);
    return Simple.BOOLEAN;
  }

  Type equality(JexlNode node) {
    var left = checker.type(child(node, 0));
    var right = checker.type(child(node, 1));
    if (isSecret(left) || isSecret(right)) {
      problems.error(
          Code.SECRET_EXPOSED,
          checker.span(node),
          "A secret cannot be compared, since the answer would tell about it.");
    } else if (!left.accepts(right) && !right.accepts(left)) {
      problems.error(
          Code.WRONG_TYPE,
          checker.span(node),
          capital(left.title()) + " never equals " + right.title() + ".");
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

  Type order(JexlNode node) {
    var left = checker.type(child(node, 0));
    var right = checker.type(child(node, 1));
    boolean numbers = Simple.NUMBER.accepts(left) && Simple.NUMBER.accepts(right);
    if (!numbers
        && (!ORDERED.contains(left)
            || !ORDERED.contains(right)
            || left != right && left != Simple.ANY && right != Simple.ANY)) {
      problems.error(
          Code.WRONG_TYPE,
          checker.span(node),
          capital(left.title()) + " cannot be compared with " + right.title() + ".");
    }
    return Simple.BOOLEAN;
  }

  Type texts(JexlNode node) {
    expect(child(node, 0), Simple.STRING);
    expect(child(node, 1), Simple.STRING);
    return Simple.BOOLEAN;
  }

  /** {@code text =~ 'regex'}, {@code element =~ list}. */
  Type membership(JexlNode node) {
    var left = checker.type(child(node, 0));
    var right = checker.type(child(node, 1));
    boolean fits =
        switch (right) {
          case Type.ListOf(var e) -> e.accepts(left);
          default -> Simple.STRING.accepts(left) && Simple.STRING.accepts(right);
        };
    if (!fits)
      problems.error(
          Code.WRONG_TYPE,
          checker.span(node),
          "`=~` asks whether a text matches a pattern or an element is in a list.");
    return Simple.BOOLEAN;
  }

  Type sum(JexlNode node) {
    Type sum = null;
    for (int i = 0; i < node.jjtGetNumChildren(); i++) {
      var type = checker.type(child(node, i));
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
            Code.WRONG_TYPE,
            checker.span(node),
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

  private static boolean isSecret(Type type) {
    return switch (type) {
      case Type.ListOf(var e) -> isSecret(e);
      case Type.MapOf(var v) -> isSecret(v);
      default -> type == Simple.SECRET;
    };
  }

  private static boolean isText(Type type) {
    return type == Simple.STRING || type == Simple.SECRET || type instanceof Type.Choice;
  }

  Type numbers(JexlNode node) {
    Type result = Simple.INTEGER;
    for (int i = 0; i < node.jjtGetNumChildren(); i++) {
      var type = expect(child(node, i), Simple.NUMBER);
      if (type != Simple.INTEGER) result = Simple.NUMBER;
    }
    return result;
  }

  Type conditional(JexlNode node) {
    expect(child(node, 0), Simple.BOOLEAN);
    var yes = checker.type(child(node, 1));
    var no = checker.type(child(node, 2));
    if (yes.accepts(no)) return yes == Simple.ANY ? no : yes;
    if (no.accepts(yes)) return no;
    problems.error(
        Code.WRONG_TYPE,
        checker.span(node),
        "The two answers of `? :` are of one type, not "
            + yes.title()
            + " and "
            + no.title()
            + ".");
    return Simple.ANY;
  }

  Type sized(JexlNode node, Type result) {
    var type = checker.type(child(node, 0));
    if (!(type instanceof Type.ListOf)
        && !(type instanceof Type.MapOf)
        && type != Simple.STRING
        && type != Simple.ANY) {
      problems.error(Code.WRONG_TYPE, checker.span(node), capital(type.title()) + " has no size.");
    }
    return result;
  }

  Type list(ASTArrayLiteral node) {
    Type element = Simple.ANY;
    for (int i = 0; i < node.jjtGetNumChildren(); i++) {
      var type = checker.type(child(node, i));
      if (i == 0) element = type;
      else if (!element.accepts(type)) element = Simple.ANY;
    }
    return new Type.ListOf(element);
  }

  private Type expect(JexlNode node, Type wanted) {
    var type = checker.type(node);
    if (!wanted.accepts(type)) {
      problems.error(
          Code.WRONG_TYPE,
          checker.span(node),
          "This is " + type.title() + ", but " + wanted.title() + " is needed.");
    }
    return type;
  }

  private static String capital(String words) {
    return Character.toUpperCase(words.charAt(0)) + words.substring(1);
  }
}
