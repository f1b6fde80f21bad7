package runbook.action;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import runbook.type.Conversion;
import runbook.type.FileRef;
import runbook.type.Quantity;
import runbook.type.Secret;
import runbook.type.Type;
import runbook.type.Type.Simple;
import runbook.type.Word;

/** Between Java records and the language's types and values. */
final class Records {
  private static final Map<Class<?>, Type> SIMPLE =
      Map.ofEntries(
          Map.entry(String.class, Simple.STRING),
          Map.entry(long.class, Simple.INTEGER),
          Map.entry(Long.class, Simple.INTEGER),
          Map.entry(BigDecimal.class, Simple.NUMBER),
          Map.entry(boolean.class, Simple.BOOLEAN),
          Map.entry(Boolean.class, Simple.BOOLEAN),
          Map.entry(Duration.class, Simple.DURATION),
          Map.entry(Quantity.class, Simple.QUANTITY),
          Map.entry(FileRef.class, Simple.FILE),
          Map.entry(Path.class, Simple.PATH),
          Map.entry(Secret.class, Simple.SECRET),
          Map.entry(Word.class, Simple.WORD),
          Map.entry(Object.class, Simple.ANY));

  /** A component; the type is that within an {@link Optional}. */
  private record Part(String name, boolean optional, java.lang.reflect.Type type) {
    static Part of(RecordComponent c) {
      boolean optional = c.getType() == Optional.class;
      var type =
          optional
              ? ((ParameterizedType) c.getGenericType()).getActualTypeArguments()[0]
              : c.getGenericType();
      return new Part(c.getName(), optional, type);
    }
  }

  /** What is asked of a record's class again and again; the JDK makes it anew each time. */
  private record Shape(List<Part> parts, Constructor<?> constructor) {}

  private static final ClassValue<Shape> SHAPES =
      new ClassValue<>() {
        @Override
        protected Shape computeValue(Class<?> type) {
          var components = type.getRecordComponents();
          try {
            return new Shape(
                Stream.of(components).map(Part::of).toList(),
                type.getDeclaredConstructor(
                    Stream.of(components).map(RecordComponent::getType).toArray(Class[]::new)));
          } catch (NoSuchMethodException e) {
            throw new IllegalStateException(e);
          }
        }
      };

  private Records() {}

  /** The record's components as fields, in order. */
  static Type.Struct struct(Class<? extends Record> type, RecordComponent... components) {
    var fields = new LinkedHashMap<String, Type.Field>();
    for (var c : components) {
      var doc = c.getAnnotation(Doc.class);
      if (doc == null)
        throw new IllegalStateException(type.getName() + "." + c.getName() + " has no @Doc");
      fields.put(
          c.getName(),
          new Type.Field(typeOf(c.getGenericType()), c.getType() == Optional.class, doc.value()));
    }
    boolean output = Output.class.isAssignableFrom(type);
    return new Type.Struct(
        ActionType.nameOf(output ? type.getEnclosingClass() : type), output, fields);
  }

  private static Type typeOf(java.lang.reflect.Type java) {
    if (java instanceof ParameterizedType p) {
      var arguments = p.getActualTypeArguments();
      if (p.getRawType() == Optional.class) return typeOf(arguments[0]);
      if (p.getRawType() == List.class) return new Type.ListOf(typeOf(arguments[0]));
      if (p.getRawType() == Map.class) return new Type.MapOf(typeOf(arguments[1]));
    }
    if (java instanceof Class<?> c) {
      if (SIMPLE.containsKey(c)) return SIMPLE.get(c);
      if (c.isEnum())
        return new Type.Choice(
            Stream.of(c.getEnumConstants()).map(e -> ((Enum<?>) e).name()).toList());
      if (c.isRecord()) return struct(c.asSubclass(Record.class), c.getRecordComponents());
    }
    throw new IllegalStateException("no type of the language is " + java);
  }

  /** The record with these values, which have its components' types; what is absent is empty. */
  static Record construct(Class<? extends Record> type, Map<String, Object> values) {
    var shape = SHAPES.get(type);
    var arguments = new Object[shape.parts.size()];
    for (int i = 0; i < arguments.length; i++) {
      var part = shape.parts.get(i);
      arguments[i] = argument(part, values.get(part.name));
    }
    try {
      return (Record) shape.constructor.newInstance(arguments);
    } catch (InvocationTargetException e) {
      throw ActionType.unwrap(e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Object argument(Part part, Object value) {
    if (part.optional) return Optional.ofNullable(value).map(v -> java(part.type, v));
    if (value == null) throw new IllegalArgumentException("`" + part.name + "` is missing.");
    return java(part.type, value);
  }

  private static Object java(java.lang.reflect.Type wanted, Object value) {
    if (wanted instanceof ParameterizedType p && value instanceof List<?> list) {
      return list.stream().map(v -> java(p.getActualTypeArguments()[0], v)).toList();
    }
    if (wanted instanceof ParameterizedType p && value instanceof Map<?, ?> map) {
      var out = new LinkedHashMap<Object, Object>();
      map.forEach((k, v) -> out.put(k, java(p.getActualTypeArguments()[1], v)));
      return java.util.Collections.unmodifiableMap(out);
    }
    if (wanted instanceof Class<?> c && c.isEnum()) {
      return Stream.of(c.getEnumConstants())
          .filter(e -> ((Enum<?>) e).name().equals(value))
          .findFirst()
          .orElseThrow();
    }
    if (wanted instanceof Class<?> c && c.isRecord() && value instanceof Map<?, ?> map) {
      var fields = new LinkedHashMap<String, Object>();
      map.forEach((k, v) -> fields.put(String.valueOf(k), v));
      return construct(c.asSubclass(Record.class), fields);
    }
    return Conversion.convert(typeOf(wanted), value);
  }

  /** The record's values as plain ones; what is empty is left out. */
  static Map<String, Object> plain(Record record) {
    var out = new LinkedHashMap<String, Object>();
    for (var c : record.getClass().getRecordComponents()) {
      try {
        plainValue(c.getAccessor().invoke(record)).ifPresent(v -> out.put(c.getName(), v));
      } catch (InvocationTargetException e) {
        throw ActionType.unwrap(e);
      } catch (IllegalAccessException e) {
        throw new IllegalStateException(e);
      }
    }
    return out;
  }

  private static Optional<Object> plainValue(Object value) {
    return switch (value) {
      case null -> Optional.empty();
      case Optional<?> o -> o.flatMap(Records::plainValue);
      case List<?> list -> {
        var out = new ArrayList<Object>();
        for (var v : list) plainValue(v).ifPresent(out::add);
        yield Optional.of(out);
      }
      case Map<?, ?> map -> {
        var out = new LinkedHashMap<String, Object>();
        map.forEach((k, v) -> plainValue(v).ifPresent(p -> out.put(String.valueOf(k), p)));
        yield Optional.of(out);
      }
      case Record r when SIMPLE.containsKey(r.getClass()) -> Optional.of(r);
      case Record r -> Optional.of(plain(r));
      default -> Optional.of(Conversion.written(value));
    };
  }
}
