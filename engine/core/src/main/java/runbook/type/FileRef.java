package runbook.type;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A file at a place: {@code database:/var/tmp/backup.sql.gz}. A relative path at {@code local} lies
 * in the run's own folder, so that no run overwrites another's files.
 *
 * @param place name of a place; {@link #LOCAL} always exists
 * @param path as that place writes it
 */
public record FileRef(String place, String path) {
  public static final String LOCAL = "local";
  private static final Pattern FORM = Pattern.compile("([a-z][A-Za-z0-9]*):(.+)", Pattern.DOTALL);

  public static Optional<FileRef> parse(String text) {
    var m = FORM.matcher(text);
    return m.matches() ? Optional.of(new FileRef(m.group(1), m.group(2))) : Optional.empty();
  }

  @Override
  public String toString() {
    return place + ":" + path;
  }
}
