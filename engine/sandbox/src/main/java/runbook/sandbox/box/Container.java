package runbook.sandbox.box;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** A running container: one process that is process 1 of its PID namespace, and what it starts. */
public final class Container implements AutoCloseable {
  /**
   * Starts its arguments as the first process of the new PID namespace, and ends as that one does.
   * unshare's own way of waiting loses the signal when that is KILL; a shell would comment on it.
   */
  private static final String AWAIT = "exec 3>&2 2>/dev/null; \"$0\" \"$@\" 2>&3 3>&-; exit $?";

  private final Pod pod;
  private final ContainerSpec spec;
  private final Path folder;
  private final Process process;
  private final long pid;

  private Container(Pod pod, ContainerSpec spec, Path folder, Process process, long pid) {
    this.pod = pod;
    this.spec = spec;
    this.folder = folder;
    this.process = process;
    this.pid = pid;
  }

  /**
   * Builds the root view and starts the command in it.
   *
   * @throws BoxException with the reason, in a container runtime's words, when the command cannot
   *     be started
   */
  static Container start(Pod pod, ContainerSpec spec) throws IOException {
    World world = pod.world();
    Path folder = world.folder().resolve("containers").resolve(world.newContainerName());
    Files.createDirectory(folder);
    try {
      prepare(world, spec, folder);
      Process process = launch(pod, spec, folder);
      return new Container(pod, spec, folder, process, awaitStart(process));
    } catch (IOException e) {
      WorldFolder.delete(folder);
      throw e;
    }
  }

  private static void prepare(World world, ContainerSpec spec, Path folder) throws IOException {
    RootView view = new RootView(folder.resolve("root"), world.hasUsers());
    List<Mount> mounts = view.build(spec.tree(), spec.readOnlyRoot());
    for (Mount mount : spec.mounts()) {
      String target = view.resolve(mount.target(), true);
      mounts.add(
          switch (mount) {
            case Mount.Bind bind -> new Mount.Bind(bind.source(), target, bind.readOnly());
            case Mount.Memory memory -> new Mount.Memory(target, memory.bytes());
          });
    }
    String lines =
        mounts.stream()
            .sorted(Comparator.comparing(m -> m.target().chars().filter(c -> c == '/').count()))
            .map(Container::line)
            .collect(Collectors.joining());
    Files.writeString(folder.resolve("mounts"), lines);
    Files.writeString(folder.resolve("hostname"), spec.hostname() + "\n");
    Files.writeString(folder.resolve("after"), spec.readOnlyRoot() ? "readonly\n" : "\n");
  }

  private static String line(Mount mount) {
    return switch (mount) {
      case Mount.Bind(Path source, String target, boolean readOnly) ->
          "bind\t%s\t%s\t%s\n".formatted(source, target, readOnly ? "ro" : "rw");
      case Mount.Memory(String target, var bytes) ->
          "tmpfs\ttmpfs\t%s\tmode=1777%s\n"
              .formatted(target, bytes.isPresent() ? ",size=" + bytes.getAsLong() : "");
    };
  }

  private static Process launch(Pod pod, ContainerSpec spec, Path folder) throws IOException {
    World world = pod.world();
    Identity identity = spec.identity();
    List<String> words = new ArrayList<>(world.enter());
    words.addAll(List.of(Tool.NSENTER.path(), "--net=/run/netns/" + pod.name(), "--"));
    words.addAll(List.of(Tool.UNSHARE.path(), "--mount", "--pid", "--uts", "--ipc", "--"));
    words.addAll(List.of(Tool.SHELL.path(), "-c", AWAIT, Tool.SHELL.path()));
    words.add(world.folder().resolve("container.sh").toString());
    words.addAll(
        List.of(
            folder.toString(),
            String.valueOf(identity.user()),
            String.valueOf(identity.group()),
            identity.groups(),
            world.hasUsers() ? "drop" : "map",
            spec.directory(),
            spec.command().getFirst()));
    ProcessBuilder builder = new ProcessBuilder();
    words.addAll(Launch.carry(spec.environment(), spec.command(), builder));
    builder.redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
    return builder.command(words).start();
  }

  private static long awaitStart(Process process) throws IOException {
    String line = readLine(process.getInputStream());
    if (line.startsWith("pid ")) {
      return Long.parseLong(line.substring("pid ".length()));
    }
    String words = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    World.waitFor(process);
    throw new BoxException(line.startsWith("! ") ? line.substring(2) : words.strip());
  }

  /** Reads up to the end of the line, and nothing beyond: what follows belongs to the command. */
  private static String readLine(InputStream in) throws IOException {
    var line = new ByteArrayOutputStream();
    for (int next = in.read(); next != '\n' && next != -1; next = in.read()) {
      line.write(next);
    }
    return line.toString(StandardCharsets.UTF_8);
  }

  public Pod pod() {
    return pod;
  }

  /** The id of its first process, as the machine counts. */
  public long pid() {
    return pid;
  }

  public InputStream stdout() {
    return process.getInputStream();
  }

  public InputStream stderr() {
    return process.getErrorStream();
  }

  /** The exit status of its first process, 128 and the signal's number where a signal ended it. */
  public CompletableFuture<Integer> exit() {
    return process.onExit().thenApply(Process::exitValue);
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** Sends a signal, named without SIG, to the first process; nothing happens when it has ended. */
  public void signal(String name) throws IOException {
    if (process.isAlive()) {
      World.waitFor(
          new ProcessBuilder(
                  Tool.SHELL.path(), "-c", "kill -s \"$0\" \"$1\"", name, String.valueOf(pid))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start());
    }
  }

  /**
   * Starts a further command in the container, with the container's environment and directory. It
   * goes on when nobody listens to it any more.
   *
   * @param terminal whether it gets a terminal, which then is both its outputs
   * @throws BoxException in a container runtime's words when there is no such program
   */
  public Execution exec(List<String> command, boolean terminal) throws IOException {
    return exec(command, spec.environment(), spec.identity(), terminal);
  }

  private Execution exec(
      List<String> command, Map<String, String> environment, Identity identity, boolean terminal)
      throws IOException {
    if (!Programs.exists(rootAsSeenHere(), environment, spec.directory(), command.getFirst())) {
      String reason =
          command.getFirst().contains("/")
              ? "stat %s: no such file or directory".formatted(command.getFirst())
              : "executable file not found in $PATH";
      throw new BoxException("exec: \"%s\": %s".formatted(command.getFirst(), reason));
    }
    ProcessBuilder builder = new ProcessBuilder();
    List<String> words = new ArrayList<>(enter(identity));
    words.addAll(
        List.of(
            "/bin/sh", "-c", "cd \"$1\" || exit 126; shift; unset OLDPWD PWD; exec \"$@\"", "sh"));
    words.add(spec.directory());
    List<String> inner = Launch.carry(environment, command, builder);
    if (terminal) {
      words.addAll(List.of("/usr/bin/script", "--quiet", "--return", "--flush", "--command"));
      words.add("exec " + Launch.quote(inner));
      words.add("/dev/null");
    } else {
      words.addAll(inner);
    }
    return new Execution(builder.command(words).start());
  }

  private Path rootAsSeenHere() {
    return Path.of("/proc", String.valueOf(pid), "root");
  }

  /** The words that start a command in the container's namespaces as {@code identity}. */
  private List<String> enter(Identity identity) throws BoxException {
    World world = pod.world();
    List<String> words = new ArrayList<>();
    if (!world.hasUsers()) {
      words.addAll(
          List.of(
              Tool.NSENTER.path(),
              "--target=" + world.pid(),
              "--user",
              "--preserve-credentials",
              "--"));
    }
    words.addAll(List.of(Tool.NSENTER.path(), "--target=" + pid));
    if (!world.hasUsers() && identity.user() != 0) {
      words.addAll(List.of("--user", "--preserve-credentials"));
    }
    words.addAll(List.of("--mount", "--net", "--pid", "--uts", "--ipc", "--"));
    if (world.hasUsers()) {
      words.addAll(
          List.of(
              "/usr/bin/setpriv",
              "--inh-caps=-all",
              "--bounding-set=-all,+chown,+dac_override,+fowner,+fsetid,+kill,+setgid,+setuid,"
                  + "+setpcap,+net_bind_service,+net_raw,+sys_chroot,+mknod,+audit_write,+setfcap",
              "--reuid=" + identity.user(),
              "--regid=" + identity.group(),
              "--groups=" + identity.groups(),
              "--"));
    }
    return words;
  }

  /** Kills all that is in the container, and removes its files. */
  @Override
  public void close() throws IOException {
    signal("KILL");
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        throw new BoxException("Process %d does not end, even when killed.".formatted(pid));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while a container was being removed", e);
    }
    WorldFolder.delete(folder);
  }
}
