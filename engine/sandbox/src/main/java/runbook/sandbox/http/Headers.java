package runbook.sandbox.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Header fields in their order; names in any case. */
public final class Headers {
  private record Field(String name, String value) {}

  private final List<Field> fields = new ArrayList<>();

  public void add(String name, String value) {
    fields.add(new Field(name, value));
  }

  /** In place of all of that name. */
  public void set(String name, String value) {
    fields.removeIf(f -> f.name.equalsIgnoreCase(name));
    add(name, value);
  }

  public Optional<String> first(String name) {
    return all(name).findFirst();
  }

  public Stream<String> all(String name) {
    return fields.stream().filter(f -> f.name.equalsIgnoreCase(name)).map(Field::value);
  }

  /** The elements of a list that may be spread over several fields: {@code a, b}. */
  public Stream<String> list(String name) {
    return all(name).flatMap(v -> Stream.of(v.split(","))).map(String::strip);
  }

  /** Whether an element of the list is that word, in any case. */
  public boolean has(String name, String word) {
    return list(name).anyMatch(w -> w.equalsIgnoreCase(word));
  }

  void write(StringBuilder out) {
    for (var f : fields)
      out.append(f.name).append(": ").append(f.value.replaceAll("[\r\n]", " ")).append("\r\n");
  }

  @Override
  public String toString() {
    return fields.toString().toLowerCase(Locale.ROOT);
  }
}
