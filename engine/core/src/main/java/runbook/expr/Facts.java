package runbook.expr;

import static runbook.expr.TypeChecker.child;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.apache.commons.jexl3.parser.*;

/**
 * What a condition tells about things that may be absent, by the paths under which expressions know
 * them.
 *
 * @param whenTrue what is there where the condition holds
 * @param whenFalse what is there where it does not
 */
record Facts(Set<String> whenTrue, Set<String> whenFalse) {
  private static final Facts NONE = new Facts(Set.of(), Set.of());

  static Facts of(JexlNode condition) {
    return switch (condition) {
      case ASTReferenceExpression p when p.jjtGetNumChildren() == 1 -> of(child(p, 0));
      case ASTNotNode n -> of(child(n, 0)).negated();
      case ASTEQNode n -> compared(n).negated();
      case ASTNENode n -> compared(n);
      case ASTEmptyFunction n -> new Facts(Set.of(), there(child(n, 0)));
      case ASTAndNode n -> {
        var all = of(child(n, 0));
        for (int i = 1; i < n.jjtGetNumChildren(); i++) all = all.and(of(child(n, i)));
        yield all;
      }
      case ASTOrNode n -> {
        var all = of(child(n, 0)).negated();
        for (int i = 1; i < n.jjtGetNumChildren(); i++) all = all.and(of(child(n, i)).negated());
        yield all.negated();
      }
      default -> NONE;
    };
  }

  private Facts negated() {
    return new Facts(whenFalse, whenTrue);
  }

  private Facts and(Facts other) {
    var one = new HashSet<>(whenTrue);
    one.addAll(other.whenTrue);
    var both = new HashSet<>(whenFalse);
    both.retainAll(other.whenFalse);
    return new Facts(one, both);
  }

  /** Of {@code x != null}. */
  private static Facts compared(JexlNode node) {
    var left = child(node, 0);
    var right = child(node, 1);
    if (right instanceof ASTNullLiteral) return new Facts(there(left), Set.of());
    if (left instanceof ASTNullLiteral) return new Facts(there(right), Set.of());
    return NONE;
  }

  /** Where something is there, that in which it is is there too. */
  private static Set<String> there(JexlNode node) {
    return switch (node) {
      case ASTReferenceExpression p when p.jjtGetNumChildren() == 1 -> there(child(p, 0));
      case ASTReference r -> {
        var paths = new HashSet<String>();
        for (int i = 1; i < r.jjtGetNumChildren(); i++) path(r, i).ifPresent(paths::add);
        yield paths;
      }
      default -> Set.of();
    };
  }

  /** The path to the i-th part of a reference; empty where it is computed. */
  static Optional<String> path(JexlNode reference, int i) {
    if (!(child(reference, 0) instanceof ASTIdentifier first)) return Optional.empty();
    var path = new StringBuilder(first.getName());
    for (int n = 1; n <= i; n++) {
      var name = References.literalName(child(reference, n));
      var index = References.literalIndex(child(reference, n));
      if (name.isPresent()) path.append('.').append(name.get());
      else if (index.isPresent()) path.append('[').append(index.get()).append(']');
      else return Optional.empty();
    }
    return Optional.of(path.toString());
  }
}
