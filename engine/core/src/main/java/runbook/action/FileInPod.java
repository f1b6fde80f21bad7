package runbook.action;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import runbook.action.Checksum.Algorithm;
import runbook.type.FileRef;
import runbook.world.Cluster.Ended;
import runbook.world.Failure;

/** A file in a container, handled by a busybox shell there. */
final class FileInPod implements FileEnd {
  private static final String STAT = Shell.script("stat.sh");
  private static final String DIGEST = Shell.script("digest.sh");
  private static final String PIECES = Shell.script("pieces.sh");
  private static final String READ = Shell.script("read.sh");
  private static final String WRITE = Shell.script("write.sh");
  private static final String PART = Shell.script("part.sh");

  /** More than a piece takes on the slowest line that makes sense. */
  private static final Duration FOR_A_PIECE = Duration.ofMinutes(5);

  private final ActionContext context;
  private final Shell shell;
  private final FileRef ref;
  private final String path;

  FileInPod(ActionContext context, Shell shell, FileRef ref, String path) {
    this.context = context;
    this.shell = shell;
    this.ref = ref;
    // so that no command takes it for an option
    this.path = path.startsWith("/") ? path : "./" + path;
  }

  /** A {@link Failure} that names what the container does not have. */
  void need(String... tools) {
    var missing = shell.missing(tools);
    if (!missing.isEmpty())
      throw Failure.refused(
          "There is no " + names(missing) + " in " + shell.where() + ".",
          "Use a container whose image has the usual small tools (busybox or coreutils).");
  }

  private static String names(List<String> tools) {
    return tools.stream().map(t -> "`" + t + "`").collect(Collectors.joining(" and no "));
  }

  @Override
  public Optional<Stat> stat() {
    var words = shell.ask(STAT, path).split(" ", 3);
    return switch (words[0]) {
      case "absent" -> Optional.empty();
      case "file" ->
          Optional.of(new Stat(Long.parseLong(words[1]), words.length > 2 ? words[2] : ""));
      case "folder" -> throw Failure.failed("`" + ref + "` is a folder.");
      default -> throw Failure.failed("`" + ref + "` cannot be read there.");
    };
  }

  @Override
  public String digest(Algorithm algorithm) {
    var lines = ask(DIGEST, context::remaining, algorithm + "sum", path);
    return hash(lines.isEmpty() ? "" : lines.getFirst())
        .orElseThrow(() -> Failure.failed("The digest of `" + ref + "` could not be computed."));
  }

  @Override
  public List<String> hashes(int pieces) {
    var lines = ask(PIECES, context::remaining, path, Integer.toString(PIECE >> 20), "" + pieces);
    return lines.stream().flatMap(l -> hash(l).stream()).toList();
  }

  /** The lines that a script says which may take long and may be run again. */
  private List<String> ask(
      String script, java.util.function.Supplier<Duration> limit, String... arguments) {
    return shell.patiently(() -> {
      var out = new ByteArrayOutputStream();
      var err = new ByteArrayOutputStream();
      var ended = shell.stream(script, List.of(arguments), Optional.empty(), out, err, limit.get());
      return switch (ended) {
        case Ended.Unknown(var why) -> throw Failure.unreachable(why, null);
        case Ended.Exited(int code) when code != 0 ->
            throw Failure.failed("`" + ref + "` could not be read to its end.")
                .withDetail(text(err).replaceFirst("^\\.+", "").strip());
        case Ended.Exited _ when text(out).isEmpty() ->
            throw Failure.unreachable("No answer came from " + shell.where() + ".", null);
        case Ended.Exited _ -> text(out).lines().toList();
      };
    });
  }

  private static String text(ByteArrayOutputStream bytes) {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  /** The digest in what a digest command says of its standard input. */
  private static Optional<String> hash(String line) {
    var word = line.strip().split("\\s", 2)[0];
    return word.matches("[0-9a-f]{32,128}") ? Optional.of(word) : Optional.empty();
  }

  @Override
  public String read(int piece, byte[] into, int length) {
    return shell.patiently(() -> {
      var out = new Filling(into, length);
      var err = new ByteArrayOutputStream();
      var ended =
          exec(
              READ,
              List.of(path, mebibytes(piece), Integer.toString(PIECE >> 20)),
              Optional.empty(),
              out,
              err);
      return hash(text(err))
          .orElseThrow(() -> broken(ended, "`" + ref + "` could not be read.", text(err)));
    });
  }

  @Override
  public Written write(int piece, byte[] from, int length) {
    return shell.patiently(() -> {
      var out = new ByteArrayOutputStream();
      var err = new ByteArrayOutputStream();
      var ended =
          exec(
              WRITE,
              List.of(path, mebibytes(piece), Integer.toString(length)),
              Optional.of(new ByteArrayInputStream(from, 0, length)),
              out,
              err);
      var complaint =
          text(err)
              .lines()
              .filter(l -> !l.contains(" records ") && !l.contains(" copied"))
              .collect(Collectors.joining("\n"));
      return hash(text(out))
          .map(h -> new Written(h, complaint))
          .orElseThrow(() -> broken(ended, "`" + ref + "` could not be written.", complaint));
    });
  }

  private static String mebibytes(int piece) {
    return Long.toString((long) piece * (PIECE >> 20));
  }

  private Ended exec(
      String script,
      List<String> arguments,
      Optional<InputStream> in,
      OutputStream out,
      OutputStream err) {
    var left = context.remaining();
    return shell.stream(
        script, arguments, in, out, err, left.compareTo(FOR_A_PIECE) < 0 ? left : FOR_A_PIECE);
  }

  private Failure broken(Ended ended, String message, String detail) {
    return ended instanceof Ended.Exited(int code) && code != 0
        ? Failure.failed(message).withDetail(detail)
        : Failure.unreachable(
            ended instanceof Ended.Unknown(var why) ? why : "The connection lost some bytes.",
            null);
  }

  @Override
  public FileEnd part() {
    return new FileInPod(context, shell, ref, path + ".plan-part");
  }

  @Override
  public void prepare(long size) {
    var folder = path.substring(0, Math.max(1, path.lastIndexOf('/')));
    shell.ask(PART, path, folder, Long.toString(size));
  }

  @Override
  public void rename(FileEnd target) {
    shell.ask("[ ! -e \"$1\" ] || mv -f \"$1\" \"$2\"", path, ((FileInPod) target).path);
  }

  @Override
  public void delete() {
    shell.ask("rm -f \"$1\"", path);
  }

  /** Takes as many bytes as a piece has; more cannot be right, and the digest will tell. */
  private static final class Filling extends OutputStream {
    private final byte[] into;
    private final int length;
    private int at;

    Filling(byte[] into, int length) {
      this.into = into;
      this.length = length;
    }

    @Override
    public synchronized void write(int b) {
      if (at < length) into[at++] = (byte) b;
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int count) {
      var n = Math.min(count, length - at);
      System.arraycopy(bytes, offset, into, at, n);
      at += n;
    }
  }
}
