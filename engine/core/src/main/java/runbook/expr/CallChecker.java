package runbook.expr;

import static runbook.expr.TypeChecker.child;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.apache.commons.jexl3.parser.*;
import runbook.diag.Code;
import runbook.diag.Problems;
import runbook.diag.Span;
import runbook.diag.Spelling;
import runbook.type.Conversion;
import runbook.type.Type;
import runbook.type.Type.Simple;

/** Holds calls of functions against what is declared of them. */
final class CallChecker {
  private final TypeChecker checker;
  private final Problems problems;

  CallChecker(TypeChecker checker, Problems problems) {
    this.checker = checker;
    this.problems = problems;
  }

  Type call(ASTFunctionNode node) {
    if (node.jjtGetNumChildren() != 2 || child(node, 0).getClass() != ASTIdentifier.class)
      return checker.refuse(node);
    var name = ((ASTIdentifier) child(node, 0)).getName();
    var given = children(child(node, 1));
    var types = new ArrayList<Type>();
    for (var argument : given) types.add(checker.type(argument));
    var forms = Function.named(name);
    if (forms.isEmpty()) {
      unknown(name, checker.span(child(node, 0)));
      return Simple.ANY;
    }
    var first = types.isEmpty() ? Simple.ANY : types.getFirst();
    var function = Function.of(forms, first).orElse(forms.getFirst());
    if (given.size() != function.parameters().size()) {
      problems.error(
          Code.ARGUMENT_COUNT,
          checker.span(node),
          "`"
              + name
              + "` takes "
              + counted(function.parameters().size())
              + ", not "
              + given.size()
              + ".",
          "It is called as `" + function.call() + "`.");
      return function.parameters().isEmpty() || types.isEmpty() ? Simple.ANY : function.type(types);
    }
    if (forms.size() > 1 && Function.of(forms, first).isEmpty()) {
      problems.error(
          Code.WRONG_TYPE,
          checker.span(given.getFirst()),
          "This is " + first.title() + ", but `" + name + "` looks into a string or a list.");
      return function.type(types);
    }
    for (int i = 0; i < given.size(); i++) argument(function, i, given.get(i), types.get(i));
    patterns(function, given);
    return function.type(types);
  }

  private void unknown(String name, Span at) {
    var known = new TreeSet<>(List.of("size", "empty"));
    Function.all().forEach(f -> known.add(f.name()));
    var near = Spelling.nearest(name, known).map(n -> "Did you mean `" + n + "`?");
    problems.error(
        Code.UNKNOWN_FUNCTION,
        at,
        "There is no function `" + name + "`.",
        near.orElse("There are `" + String.join("`, `", known) + "`."));
  }

  private static String counted(int arguments) {
    return arguments == 1 ? "one argument" : arguments + " arguments";
  }

  private void argument(Function function, int i, JexlNode node, Type type) {
    var wanted = function.parameters().get(i).type();
    if (type.holdsSecret() && !function.overSecrets()) {
      problems.error(
          Code.SECRET_EXPOSED,
          checker.span(node),
          "`" + function.name() + "` of a secret would tell about it.");
      return;
    }
    if (!(type.holdsSecret() ? ofSecrets(wanted) : wanted).accepts(type)) {
      problems.error(
          Code.WRONG_TYPE,
          checker.span(node),
          "This is "
              + type.title()
              + ", but `"
              + function.name()
              + "` takes "
              + wanted.title()
              + " here.",
          "It is called as `" + function.call() + "`.");
    } else if (node instanceof ASTStringLiteral s) {
      literal(wanted, s);
    }
  }

  private static Type ofSecrets(Type wanted) {
    return wanted instanceof Type.ListOf ? new Type.ListOf(Simple.SECRET) : Simple.SECRET;
  }

  /** A text that stands for a duration or a quantity has its form. */
  void literal(Type wanted, ASTStringLiteral node) {
    try {
      Conversion.convert(wanted, node.getLiteral());
    } catch (IllegalArgumentException e) {
      problems.error(Code.WRONG_TYPE, checker.span(node), e.getMessage());
    }
  }

  /** A pattern that the plan has is one, and has the group that is asked for. */
  private void patterns(Function function, List<JexlNode> given) {
    for (int i = 0; i < given.size(); i++) {
      if (!function.parameters().get(i).name().equals("pattern")) continue;
      if (!(given.get(i) instanceof ASTStringLiteral s) || !pattern(s)) continue;
      var groups = Regex.compile(s.getLiteral()).matcher("").groupCount();
      if (i + 1 < given.size()
          && given.get(i + 1) instanceof ASTNumberLiteral n
          && Values.plain(n.getLiteral()) instanceof Long group
          && group > groups)
        problems.error(
            Code.INVALID_ARGUMENT,
            checker.span(n),
            "The pattern has " + Regex.groups(groups) + ", and no group " + group + ".",
            "A group is what stands in round brackets; 0 is the whole part that is found.");
    }
  }

  /** Whether a literal pattern can be read; a problem is added when it cannot. */
  boolean pattern(ASTStringLiteral node) {
    try {
      Regex.compile(node.getLiteral());
      return true;
    } catch (ArithmeticException e) {
      problems.error(
          Code.INVALID_ARGUMENT, checker.span(node), Words.capital(e.getMessage()) + ".");
      return false;
    }
  }

  private static List<JexlNode> children(JexlNode node) {
    var all = new ArrayList<JexlNode>();
    for (int i = 0; i < node.jjtGetNumChildren(); i++) all.add(child(node, i));
    return all;
  }
}
