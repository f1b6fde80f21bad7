package runbook.sandbox.world;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

/**
 * How a file of data is loaded. All go over the socket, where the image trusts everybody: a dump
 * may change the password of the user who loads it.
 */
enum DumpFormat {
  /** For psql; its first error is the last. */
  SCRIPT("exec psql -X -q -v ON_ERROR_STOP=1 -U \"$1\" -d \"$2\" >/dev/null"),

  /** Of pg_dumpall: what is there already, such as the user who loads it, is no error (F5). */
  CLUSTER("exec psql -X -q -v VERBOSITY=terse -U \"$1\" -d postgres >/dev/null"),

  /** Of pg_dump, for pg_restore: custom or tar. */
  ARCHIVE(
      """
      psql -X -q -t -A -U "$1" -d postgres -c 'select datname from pg_database' | grep -qxF -- "$2" \\
        || createdb -U "$1" -- "$2"
      exec pg_restore --exit-on-error -U "$1" -d "$2"
      """);

  /** What a program did. */
  record Said(int code, String errors) {}

  private static final int LOOK = 4096;
  private static final int SHOWN = 5;

  private static final Predicate<String> HARMLESS =
      Pattern.compile(
              "(role|database) \".*\" already exists"
                  + "|current user cannot be dropped"
                  + "|cannot drop the currently open database")
          .asPredicate();

  private final String script;

  DumpFormat(String script) {
    this.script = script;
  }

  /** The file's content, unpacked. */
  static InputStream open(Path file) throws IOException {
    var in = Files.newInputStream(file);
    return new BufferedInputStream(
        file.toString().endsWith(".gz") ? new GZIPInputStream(in) : in, 1 << 16);
  }

  /**
   * By what its content begins with; nothing is taken from it.
   *
   * @param in as {@link #open} gave it
   */
  static DumpFormat of(InputStream in) throws IOException {
    in.mark(LOOK);
    var begin = new String(in.readNBytes(LOOK), StandardCharsets.ISO_8859_1);
    in.reset();
    if (begin.startsWith("PGDMP") || begin.startsWith("toc.dat")) return ARCHIVE;
    return begin.contains("-- PostgreSQL database cluster dump") ? CLUSTER : SCRIPT;
  }

  List<String> command(String user, String database) {
    return List.of("sh", "-c", script, "load", user, database);
  }

  /** What went wrong, in its own words; empty when all is loaded. */
  Optional<String> wrong(Said said) {
    if (said.code != 0) return Optional.of("exit code %d%n%s".formatted(said.code, said.errors));
    if (this != CLUSTER) return Optional.empty();
    var wrong =
        said.errors
            .lines()
            .filter(l -> l.contains("ERROR:") || l.contains("FATAL:"))
            .filter(HARMLESS.negate())
            .toList();
    if (wrong.isEmpty()) return Optional.empty();
    var more = wrong.size() > SHOWN ? "\n(and %d more)".formatted(wrong.size() - SHOWN) : "";
    return Optional.of(String.join("\n", wrong.stream().limit(SHOWN).toList()) + more);
  }
}
