package runbook.type;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a value may be. */
public sealed interface Type {
  /** The simple types, and their values in Java. */
  enum Simple implements Type {
    /** {@link String}. */
    STRING,
    /** {@link Long}. */
    INTEGER,
    /** {@link java.math.BigDecimal}; an integer is one too. */
    NUMBER,
    /** {@link Boolean}. */
    BOOLEAN,
    /** {@link java.time.Duration}. */
    DURATION,
    /** {@link Quantity}. */
    QUANTITY,
    /** A file at a place: {@link FileRef}. */
    FILE,
    /**
     * A file that belongs to the plan, relative to the plan's folder: {@link java.nio.file.Path}.
     */
    PATH,
    /** {@link Secret}. */
    SECRET,
    /** A text, number, boolean or secret, written out for a process: {@link Word}. */
    WORD,
    /** Anything: data whose form nobody declared, such as a manifest's. */
    ANY
  }

  /** A list whose elements are all of one type: {@link List}. */
  record ListOf(Type element) implements Type {}

  /** Texts to values of one type, in order: {@link Map}. */
  record MapOf(Type value) implements Type {}

  /** One of these words: {@link String}. */
  record Choice(List<String> words) implements Type {}

  /**
   * Named fields: {@link Map}.
   *
   * @param name of an action whose outputs these are, or of a structured argument
   * @param output whether it is what a step gives; such a value comes from a step and nowhere else,
   *     so that a proof cannot be written by hand
   */
  record Struct(String name, boolean output, Map<String, Field> fields) implements Type {
    public Struct {
      fields = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(fields));
    }
  }

  /** A field of a structure, or a parameter of an action. */
  record Field(Type type, boolean optional, String doc) {}

  /** The name for people, with its article where it reads better. */
  default String title() {
    return switch (this) {
      case Simple s ->
          switch (s) {
            case INTEGER -> "an integer";
            case ANY -> "any value";
            case FILE -> "a file at a place";
            case WORD -> "a text, number, boolean or secret";
            default -> "a " + s.name().toLowerCase();
          };
      case ListOf(var e) -> e == Simple.ANY ? "a list" : "a list of " + plural(e);
      case MapOf(var v) -> v == Simple.ANY ? "a map" : "a map of " + plural(v);
      case Choice(var words) ->
          "one of " + words.stream().map(w -> "`" + w + "`").collect(Collectors.joining(", "));
      case Struct s -> s.output ? "what a `" + s.name + "` step gives" : "a `" + s.name + "`";
    };
  }

  private static String plural(Type t) {
    return switch (t) {
      case Simple s when s == Simple.QUANTITY -> "quantities";
      case Simple s when s == Simple.FILE -> "files";
      case Simple s when s == Simple.ANY -> "values";
      case Simple s -> s.name().toLowerCase() + "s";
      case ListOf _ -> "lists";
      case MapOf _ -> "maps";
      case Choice _ -> "words";
      case Struct s -> "`" + s.name + "`";
    };
  }

  /** Whether a value of the other type can stand where this one is wanted. */
  default boolean accepts(Type other) {
    if (this == Simple.ANY || other == Simple.ANY || equals(other)) return true;
    return switch (this) {
      case Simple s when s == Simple.NUMBER -> other == Simple.INTEGER;
      // whatever has a written form that is text
      case Simple s when s == Simple.STRING ->
          other instanceof Choice || other == Simple.FILE || other == Simple.PATH;
      case Simple s
          when s == Simple.DURATION
              || s == Simple.QUANTITY
              || s == Simple.FILE
              || s == Simple.PATH ->
          other == Simple.STRING;
      case Simple s when s == Simple.SECRET -> other == Simple.STRING;
      case Simple s when s == Simple.WORD -> other instanceof Simple || other instanceof Choice;
      case Simple _ -> false;
      case ListOf(var e) -> other instanceof ListOf(var o) && e.accepts(o);
      case MapOf(var v) ->
          other instanceof MapOf(var o) && v.accepts(o)
              || other instanceof Struct s
                  && s.fields.values().stream().allMatch(f -> v.accepts(f.type));
      case Choice(var words) ->
          other == Simple.STRING || other instanceof Choice(var o) && words.containsAll(o);
      case Struct s -> other instanceof Struct o && s.name.equals(o.name) && s.output == o.output;
    };
  }

  /** Whether a value of the type is a secret, or has one in it. */
  default boolean holdsSecret() {
    return switch (this) {
      case Simple s -> s == Simple.SECRET;
      case ListOf(var e) -> e.holdsSecret();
      case MapOf(var v) -> v.holdsSecret();
      case Choice _ -> false;
      case Struct s -> s.fields.values().stream().anyMatch(f -> f.type.holdsSecret());
    };
  }

  /** The field of a structure. */
  default Optional<Field> field(String name) {
    return this instanceof Struct s ? Optional.ofNullable(s.fields.get(name)) : Optional.empty();
  }
}
