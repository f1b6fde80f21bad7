package runbook.expr;

import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import runbook.type.Type;
import runbook.type.Type.Simple;

/** Writes expressions that are mostly of a type that is asked for, and sometimes of any. */
final class RandomExpressions {
  private static final List<Type> TYPES =
      List.of(
          Simple.STRING,
          Simple.INTEGER,
          Simple.NUMBER,
          Simple.BOOLEAN,
          Simple.DURATION,
          Simple.QUANTITY,
          Simple.SECRET,
          Simple.ANY,
          new Type.ListOf(Simple.STRING),
          new Type.ListOf(Simple.INTEGER),
          new Type.ListOf(Simple.ANY));

  /** Words and signs, of the language and not. */
  static final List<String> PIECES =
      Stream.concat(
              Stream.of(
                  "\n", "\t", " ", "😀", "\ud83d", "\u0000", "new ", "var ", "not ", "throw "),
              ("parameters . steps x y text n token a.b [ ] ( ) ' \" ` { } ${ $${ ? : ?? == = null"
                      + " empty size upper extract , + - * / % ! and || & =~ =^ .. -> => 1 0 1.5 1e9"
                      + " 999999999999999999999999999999 0x 1b for if return ; #pragma @ ~/ \\ \\u"
                      + " function // /* */ instanceof switch try while true")
                  .transform(words -> Stream.of(words.split(" "))))
          .toList();

  private final Random random;

  RandomExpressions(Random random) {
    this.random = random;
  }

  String any(int depth) {
    return of(TYPES.get(random.nextInt(TYPES.size())), depth);
  }

  private String pick(String... choices) {
    return choices[random.nextInt(choices.length)];
  }

  private String of(Type type, int depth) {
    if (random.nextInt(40) == 0) return any(Math.max(0, depth - 1));
    if (depth <= 0) return leaf(type);
    int d = depth - 1;
    return switch (random.nextInt(14)) {
      case 0 -> "(" + of(type, d) + ")";
      case 1 -> "(" + of(Simple.BOOLEAN, d) + " ? " + of(type, d) + " : " + of(type, d) + ")";
      case 2 -> "(" + absent(type) + " ?? " + of(type, d) + ")";
      case 3 -> guarded(type, d);
      case 4 -> pick("first", "last") + "(" + list(type, d) + ")";
      case 5 -> list(type, d) + "[" + of(Simple.INTEGER, d) + "]";
      case 6 -> leaf(type);
      default -> composed(type, d);
    };
  }

  private String guarded(Type type, int d) {
    var use = type == Simple.INTEGER ? "steps.x.code" : "steps.x.text";
    return switch (random.nextInt(3)) {
      case 0 -> "(steps.x == null ? " + of(type, d) + " : " + use + ")";
      case 1 ->
          "(steps.x != null and " + of(Simple.BOOLEAN, d) + " ? " + use + " : " + of(type, d) + ")";
      default -> "(empty(steps.x) || steps.y.note == null ? " + of(type, d) + " : " + use + ")";
    };
  }

  private String absent(Type type) {
    if (type == Simple.INTEGER) return "steps.x.code";
    return pick("steps.x.text", "steps.y.note", "parameters.map.none", "steps.x['note']");
  }

  private String list(Type element, int d) {
    if (element == Simple.STRING && random.nextBoolean())
      return pick("parameters.list", "split(" + of(Simple.STRING, d) + ", ',')", "steps.y.list");
    return IntStream.range(0, random.nextInt(4))
        .mapToObj(_ -> of(element, d))
        .collect(Collectors.joining(", ", "[", "]"));
  }

  private String composed(Type type, int d) {
    return switch (type) {
      case Type.ListOf(var e) ->
          random.nextBoolean() ? list(e, d) : pick("unique", "sorted") + "(" + list(e, d) + ")";
      case Simple s ->
          switch (s) {
            case STRING -> text(d);
            case INTEGER -> integer(d);
            case NUMBER ->
                "("
                    + of(random.nextBoolean() ? Simple.NUMBER : Simple.INTEGER, d)
                    + " "
                    + pick("+", "-", "*", "/", "%")
                    + " "
                    + of(Simple.NUMBER, d)
                    + ")";
            case BOOLEAN -> condition(d);
            case DURATION ->
                random.nextInt(3) == 0
                    ? "(" + of(Simple.DURATION, d) + " * " + of(Simple.INTEGER, d) + ")"
                    : "("
                        + of(Simple.DURATION, d)
                        + pick(" + ", " - ")
                        + pick(of(Simple.DURATION, d), "'30s'")
                        + ")";
            case SECRET ->
                switch (random.nextInt(4)) {
                  case 0 -> "(" + of(Simple.SECRET, d) + " + " + of(Simple.STRING, d) + ")";
                  case 1 ->
                      "join([" + of(Simple.STRING, d) + ", " + of(Simple.SECRET, d) + "], '')";
                  case 2 ->
                      "replace(" + of(Simple.SECRET, d) + ", 'u', " + of(Simple.STRING, d) + ")";
                  default -> pick("upper", "lower", "trim") + "(" + of(Simple.SECRET, d) + ")";
                };
            default -> leaf(type);
          };
      default -> leaf(type);
    };
  }

  private String call(String name, Type... arguments) {
    return java.util.Arrays.stream(arguments)
        .map(a -> of(a, random.nextInt(2)))
        .collect(Collectors.joining(", ", name + "(", ")"));
  }

  private String text(int d) {
    var s = Simple.STRING;
    return switch (random.nextInt(6)) {
      case 0 -> "(" + of(s, d) + " + " + of(s, d) + ")";
      case 1 -> pick("upper", "lower", "trim") + "(" + of(s, d) + ")";
      case 2 -> call("replace", s, s, s);
      case 3 -> "join(" + list(s, d) + ", " + of(s, d) + ")";
      case 4 ->
          "extract(" + of(s, d) + ", " + regex() + ", " + pick("0", "1", "parameters.n") + ")";
      default -> of(s, d) + "";
    };
  }

  private String integer(int d) {
    var s = Simple.STRING;
    return switch (random.nextInt(7)) {
      case 0 -> "size(" + pick(of(s, d), list(s, d), "parameters.map") + ")";
      case 1 -> call(pick("major", "minor"), s);
      case 2 -> "seconds(" + of(Simple.DURATION, d) + ")";
      case 3 -> "bytes(" + of(Simple.QUANTITY, d) + ")";
      case 4 -> "-" + leaf(Simple.INTEGER);
      default ->
          "("
              + of(Simple.INTEGER, d)
              + " "
              + pick("+", "-", "*", "/", "%")
              + " "
              + of(Simple.INTEGER, d)
              + ")";
    };
  }

  private String condition(int d) {
    var s = Simple.STRING;
    var b = Simple.BOOLEAN;
    var ordered = TYPES.get(random.nextInt(6));
    return switch (random.nextInt(10)) {
      case 0 -> "(" + of(b, d) + pick(" and ", " && ", " or ", " || ") + of(b, d) + ")";
      case 1 -> pick("!", "not ") + "(" + of(b, d) + ")";
      case 2 -> "(" + of(ordered, d) + pick(" < ", " >= ", " > ", " <= ") + of(ordered, d) + ")";
      case 3 -> "(" + of(ordered, d) + pick(" == ", " != ") + of(ordered, d) + ")";
      case 4 -> "(" + of(s, d) + pick(" =~ ", " !~ ") + pick(regex(), list(s, d)) + ")";
      case 5 -> "(" + of(s, d) + pick(" =^ ", " =$ ", " !^ ", " !$ ") + of(s, d) + ")";
      case 6 -> "(" + absent(s) + pick(" == ", " != ") + "null)";
      case 7 -> "empty(" + pick(of(s, d), list(s, d), absent(s)) + ")";
      case 8 -> call(pick("startsWith", "endsWith", "contains", "atLeast", "matches"), s, s);
      default -> "contains(" + list(Simple.INTEGER, d) + ", " + of(Simple.INTEGER, d) + ")";
    };
  }

  private String regex() {
    return pick("'a+'", "'(a|b)*c'", "'[0-9]+'", "'(.*)'", "'('", "'(a*)*b'", "'x{3}'", "'.'");
  }

  private String leaf(Type type) {
    return switch (type) {
      case Type.ListOf(var e) -> list(e, 0);
      case Simple s ->
          switch (s) {
            case STRING ->
                pick(
                    "parameters.text",
                    "''",
                    "'a,b'",
                    "'15.18'",
                    "\"it's\"",
                    "'90s'",
                    "'25Gi'",
                    "steps.y.text",
                    "run.id",
                    "'\\u00e4'",
                    "'\\''",
                    "parameters.map.key");
            case INTEGER ->
                pick(
                    "parameters.n",
                    "0",
                    "1",
                    "7",
                    "9223372036854775807",
                    "steps.y.code",
                    "0x1f",
                    "4611686018427387904",
                    "run.n");
            case NUMBER -> pick("parameters.share", "0.5", "1.25", "1e300", "0.0", "3");
            case BOOLEAN -> pick("true", "false", "parameters.flag");
            case DURATION -> pick("parameters.wait", "parameters['wait']");
            case QUANTITY -> "parameters.space";
            case SECRET -> "parameters.token";
            default ->
                pick(
                    "parameters.data.a",
                    "parameters.data['b'][0]",
                    "parameters.data",
                    "steps.y",
                    "parameters.data.a.b.c",
                    "steps.x",
                    "null",
                    "parameters.list[7]");
          };
      default -> "1";
    };
  }
}
