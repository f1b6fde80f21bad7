package runbook.expr;

import static runbook.type.Type.Simple.ANY;
import static runbook.type.Type.Simple.BOOLEAN;
import static runbook.type.Type.Simple.DURATION;
import static runbook.type.Type.Simple.INTEGER;
import static runbook.type.Type.Simple.QUANTITY;
import static runbook.type.Type.Simple.STRING;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import runbook.expr.Function.Parameter;
import runbook.expr.Function.Result;
import runbook.type.Quantity;
import runbook.type.Type;

/** The table of all functions: each is declared here and nowhere else. */
final class Functions {
  private Functions() {}

  private static final Type TEXTS = new Type.ListOf(STRING);
  private static final Type LIST = new Type.ListOf(ANY);
  private static final Result TEXT = new Result.Of(STRING);
  private static final Result WHOLE = new Result.Of(INTEGER);
  private static final Result ANSWER = new Result.Of(BOOLEAN);
  private static final Result ELEMENT = new Result.ElementOfFirst();
  private static final Result SAME = new Result.First();

  /** Longest text that an expression may make. */
  static final int LONGEST = 1 << 20;

  static final List<Function> ALL =
      Stream.of(
              textual(
                  "upper",
                  "The text in capital letters.",
                  List.of(p("text", STRING)),
                  "upper('Ab')",
                  "AB",
                  a -> text(a, 0).toUpperCase(Locale.ROOT)),
              textual(
                  "lower",
                  "The text in small letters.",
                  List.of(p("text", STRING)),
                  "lower('Ab')",
                  "ab",
                  a -> text(a, 0).toLowerCase(Locale.ROOT)),
              textual(
                  "trim",
                  "The text without white space at its ends.",
                  List.of(p("text", STRING)),
                  "trim(' a b ')",
                  "a b",
                  a -> text(a, 0).strip()),
              textual(
                  "replace",
                  "The text with each occurrence of a part replaced; the part is no pattern.",
                  List.of(p("text", STRING), p("part", STRING), p("by", STRING)),
                  "replace('a.b.c', '.', '-')",
                  "a-b-c",
                  a -> replace(text(a, 0), text(a, 1), text(a, 2))),
              asking(
                  "split",
                  "The parts of a text between separators; a separator is no pattern.",
                  List.of(p("text", STRING), p("separator", STRING)),
                  new Result.Of(TEXTS),
                  "split('a,b', ',')",
                  "[a, b]",
                  a -> split(text(a, 0), text(a, 1))),
              textual(
                  "join",
                  "The texts of a list as one, with a separator between them.",
                  List.of(p("list", TEXTS), p("separator", STRING)),
                  "join(['a', 'b'], ', ')",
                  "a, b",
                  a -> join(list(a, 0), text(a, 1))),
              asking(
                  "startsWith",
                  "Whether a text begins so.",
                  List.of(p("text", STRING), p("beginning", STRING)),
                  ANSWER,
                  "startsWith('postgres:17', 'postgres:')",
                  "true",
                  a -> text(a, 0).startsWith(text(a, 1))),
              asking(
                  "endsWith",
                  "Whether a text ends so.",
                  List.of(p("text", STRING), p("end", STRING)),
                  ANSWER,
                  "endsWith('dump.sql.gz', '.gz')",
                  "true",
                  a -> text(a, 0).endsWith(text(a, 1))),
              asking(
                  "contains",
                  "Whether a part is in a text.",
                  List.of(p("text", STRING), p("part", STRING)),
                  ANSWER,
                  "contains('postgres', 'gre')",
                  "true",
                  a -> text(a, 0).contains(text(a, 1))),
              asking(
                  "contains",
                  "Whether an element is in a list.",
                  List.of(p("list", LIST), p("element", ANY)),
                  ANSWER,
                  "contains(['a', 'b'], 'b')",
                  "true",
                  a -> StrictArithmetic.contains(list(a, 0), a.get(1))),
              asking(
                  "first",
                  "The first element of a list; an empty one has none: `first(x) ?? 'none'`.",
                  List.of(p("list", LIST)),
                  ELEMENT,
                  "first(['a', 'b'])",
                  "a",
                  a -> inhabited(list(a, 0)).getFirst()),
              asking(
                  "last",
                  "The last element of a list; an empty one has none: `last(x) ?? 'none'`.",
                  List.of(p("list", LIST)),
                  ELEMENT,
                  "last(['a', 'b'])",
                  "b",
                  a -> inhabited(list(a, 0)).getLast()),
              asking(
                  "unique",
                  "The list with each element once, where it comes first.",
                  List.of(p("list", LIST)),
                  SAME,
                  "unique(['b', 'a', 'b'])",
                  "[b, a]",
                  a -> List.copyOf(new LinkedHashSet<>(list(a, 0)))),
              asking(
                  "sorted",
                  "The list from the least to the greatest; all are numbers, or all are texts,"
                      + " durations or quantities.",
                  List.of(p("list", LIST)),
                  SAME,
                  "sorted(['b', 'a'])",
                  "[a, b]",
                  a -> list(a, 0).stream().sorted(StrictArithmetic::order).toList()),
              asking(
                  "matches",
                  "Whether a whole text is as a regular expression says, as `=~` asks.",
                  List.of(p("text", STRING), p("pattern", STRING)),
                  ANSWER,
                  "matches('17.2', '[0-9.]+')",
                  "true",
                  a -> Regex.matches(text(a, 0), text(a, 1))),
              asking(
                  "extract",
                  "A group of the first part of a text that is as a regular expression says; group"
                      + " 0 is the whole part. Where nothing is, there is no value:"
                      + " `extract(…) ?? 'none'`.",
                  List.of(p("text", STRING), p("pattern", STRING), p("group", INTEGER)),
                  TEXT,
                  "extract('postgres:17.2', ':([0-9]+)', 1)",
                  "17",
                  a -> Regex.extract(text(a, 0), text(a, 1), (Long) a.get(2))),
              asking(
                  "major",
                  "The first number of a version. What follows its numbers is not looked at.",
                  List.of(p("version", STRING)),
                  WHOLE,
                  "major('15.18 (Debian 15.18-1)')",
                  "15",
                  a -> Versions.part(text(a, 0), 0)),
              asking(
                  "minor",
                  "The second number of a version, 0 where it has one number only.",
                  List.of(p("version", STRING)),
                  WHOLE,
                  "minor('15.18')",
                  "18",
                  a -> Versions.part(text(a, 0), 1)),
              asking(
                  "atLeast",
                  "Whether a version is another one or a later one, number by number.",
                  List.of(p("version", STRING), p("least", STRING)),
                  ANSWER,
                  "atLeast('15.9', '15.18')",
                  "false",
                  a -> Versions.compare(text(a, 0), text(a, 1)) >= 0),
              asking(
                  "seconds",
                  "The whole seconds of a duration.",
                  List.of(p("duration", DURATION)),
                  WHOLE,
                  "seconds('1m30s')",
                  "90",
                  a -> ((Duration) a.getFirst()).toSeconds()),
              asking(
                  "bytes",
                  "The bytes of a quantity, rounded up to whole ones.",
                  List.of(p("quantity", QUANTITY)),
                  WHOLE,
                  "bytes('1Ki')",
                  "1024",
                  a -> bytes((Quantity) a.getFirst())))
          .toList();

  /** Makes a text of texts; it says nothing about them, so that they may be secrets. */
  private static Function textual(
      String name,
      String doc,
      List<Parameter> parameters,
      String example,
      String gives,
      Function.Body body) {
    return new Function(name, doc, parameters, TEXT, true, example, gives, body);
  }

  /** Tells something about what it is given, which is no secret therefore. */
  private static Function asking(
      String name,
      String doc,
      List<Parameter> parameters,
      Result result,
      String example,
      String gives,
      Function.Body body) {
    return new Function(name, doc, parameters, result, false, example, gives, body);
  }

  private static Parameter p(String name, Type type) {
    return new Parameter(name, type);
  }

  private static String text(List<Object> arguments, int i) {
    return (String) arguments.get(i);
  }

  private static List<?> list(List<Object> arguments, int i) {
    return (List<?>) arguments.get(i);
  }

  /** A text that is not too long for what goes through the journal. */
  static void bound(long length) {
    if (length > LONGEST) throw new ArithmeticException("the text would be longer than 1 MiB");
  }

  private static String replace(String text, String part, String by) {
    if (part.isEmpty()) throw new ArithmeticException("an empty text cannot be replaced");
    long found = 0;
    for (int at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length())) found++;
    bound(text.length() + found * (by.length() - part.length()));
    return text.replace(part, by);
  }

  private static List<String> split(String text, String separator) {
    if (separator.isEmpty()) throw new ArithmeticException("an empty text separates nothing");
    var parts = new ArrayList<String>();
    int from = 0;
    for (int at = text.indexOf(separator); at >= 0; at = text.indexOf(separator, from)) {
      parts.add(text.substring(from, at));
      from = at + separator.length();
    }
    parts.add(text.substring(from));
    return parts;
  }

  private static String join(List<?> texts, String separator) {
    long length = 0;
    for (var text : texts) length += text.toString().length() + separator.length();
    bound(length);
    return String.join(separator, texts.stream().map(Object::toString).toList());
  }

  private static List<?> inhabited(List<?> list) {
    if (list.isEmpty()) throw new Absent("the list is empty");
    return list;
  }

  private static long bytes(Quantity quantity) {
    try {
      return quantity.amount().setScale(0, java.math.RoundingMode.CEILING).longValueExact();
    } catch (ArithmeticException e) {
      throw new ArithmeticException("the number is too large");
    }
  }
}
