package runbook.expr;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import runbook.diag.Code;
import runbook.diag.Problems;
import runbook.diag.Span;
import runbook.type.Secret;
import runbook.type.Type;

/**
 * A text with expressions in it. One that is nothing but an expression has that expression's type;
 * any other is text. {@code $${} writes a literal {@code ${}.
 */
public record Template(List<Piece> pieces, Span span) {

  /** A part of a template. */
  public sealed interface Piece {
    record Text(String text) implements Piece {}

    record Hole(Expression expression) implements Piece {}
  }

  /** Whether the text has an expression, or an escaped one. */
  public static boolean isTemplate(String text) {
    return text.contains("${");
  }

  /**
   * @param places gives the source span of a piece (from, to) of the text
   */
  public static Template parse(
      String text, BiFunction<Integer, Integer, Span> places, Problems problems) {
    var pieces = new ArrayList<Piece>();
    var literal = new StringBuilder();
    int i = 0;
    while (i < text.length()) {
      if (text.startsWith("$${", i)) {
        literal.append("${");
        i += 3;
      } else if (text.startsWith("${", i)) {
        int end = closing(text, i + 2);
        if (end < 0) {
          problems.error(
              Code.EXPRESSION_SYNTAX,
              places.apply(i, i + 2),
              "This `${` is never closed.",
              "Write `$${` where the text itself shall have `${`.");
          // of no type, so that this is all that is said
          if (!literal.isEmpty()) pieces.add(new Piece.Text(literal.toString()));
          pieces.add(new Piece.Hole(Expression.unread(text.substring(i), places)));
          return new Template(List.copyOf(pieces), places.apply(0, text.length()));
        }
        if (!literal.isEmpty()) pieces.add(new Piece.Text(literal.toString()));
        literal.setLength(0);
        int from = i + 2;
        pieces.add(
            new Piece.Hole(
                Expression.parse(
                    text.substring(from, end),
                    (a, b) -> places.apply(from + a, from + b),
                    problems)));
        i = end + 1;
      } else {
        literal.append(text.charAt(i++));
      }
    }
    if (!literal.isEmpty() || pieces.isEmpty()) pieces.add(new Piece.Text(literal.toString()));
    return new Template(List.copyOf(pieces), places.apply(0, text.length()));
  }

  /** The text, with each expression as it is wanted. */
  public String written(UnaryOperator<String> expression) {
    var text = new StringBuilder();
    for (var piece : pieces) {
      switch (piece) {
        case Piece.Text(var plain) -> text.append(plain);
        case Piece.Hole(var e) -> text.append("${").append(expression.apply(e.text())).append('}');
      }
    }
    return text.toString();
  }

  /** The brace that closes the expression: quotes and inner braces are passed over. */
  private static int closing(String text, int from) {
    int depth = 0;
    for (int i = from; i < text.length(); i++) {
      switch (text.charAt(i)) {
        case '\'', '"' -> {
          char quote = text.charAt(i);
          for (i++; i < text.length() && text.charAt(i) != quote; i++)
            if (text.charAt(i) == '\\') i++;
        }
        case '{' -> depth++;
        case '}' -> {
          if (depth-- == 0) return i;
        }
        default -> {}
      }
    }
    return -1;
  }

  public Type check(Scope scope, Problems problems) {
    if (pieces.size() == 1 && pieces.getFirst() instanceof Piece.Hole(var only))
      return only.check(scope, problems);
    Type result = Type.Simple.STRING;
    for (var piece : pieces) {
      if (!(piece instanceof Piece.Hole(var e))) continue;
      var type = e.check(scope, problems);
      if (type.holdsSecret()) result = Type.Simple.SECRET;
      if (!(type instanceof Type.Simple) && !(type instanceof Type.Choice)) {
        problems.error(
            Code.WRONG_TYPE,
            e.span(),
            "`" + e.text() + "` is " + type.title() + ", which cannot stand inside a text.",
            "Name one of its fields, or let the expression be the whole value.");
      }
    }
    return result;
  }

  public Object evaluate(Map<String, Object> names) {
    if (pieces.size() == 1 && pieces.getFirst() instanceof Piece.Hole(var only))
      return only.evaluate(names);
    var out = new StringBuilder();
    String secret = null;
    for (var piece : pieces) {
      switch (piece) {
        case Piece.Text(var text) -> out.append(text);
        case Piece.Hole(var e) -> {
          var value = e.evaluate(names);
          if (value instanceof Secret s) secret = s.name();
          out.append(written(value));
        }
      }
    }
    return secret == null ? out.toString() : new Secret(secret, out.toString());
  }

  private static String written(Object value) {
    return switch (value) {
      case Secret s -> s.reveal();
      case java.time.Duration d -> runbook.type.Durations.format(d);
      case java.math.BigDecimal d -> d.toPlainString();
      case List<?> _, Map<?, ?> _ ->
          throw new EvaluationException(
              "A list or a map cannot stand inside a text; name one of its elements.", null);
      default -> value.toString();
    };
  }
}
