package runbook.sandbox.box;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One set of namespaces that pods live in. Its first process waits on a pipe from this JVM; when
 * the JVM ends, even by SIGKILL, the pipe ends, that process too, and the kernel takes away every
 * process and mount of the world. Only files stay, which the next {@link #open} removes.
 */
public final class World implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(20);
  private static final Duration COMMAND = Duration.ofSeconds(30);

  /** CAP_NET_ADMIN and CAP_SYS_ADMIN. */
  private static final long NEEDED = 1L << 12 | 1L << 21;

  private static final String NETWORK = "10.244.0.0/16";
  private static final String GATEWAY = "10.244.0.1";

  private final WorldFolder files;
  private final boolean root;
  private final Process keeper;
  private final long pid;
  private final Relays relays = new Relays(this);
  private final Services services = new Services(this, relays);
  private final Map<String, Pod> pods = new ConcurrentHashMap<>();
  private final AtomicInteger nextAddress = new AtomicInteger(2);
  private final AtomicInteger nextName = new AtomicInteger(1);

  private World(WorldFolder files, boolean root, Process keeper, long pid) {
    this.files = files;
    this.root = root;
    this.keeper = keeper;
    this.pid = pid;
  }

  /**
   * Opens a world whose files lie in a new folder under {@code base}.
   *
   * @throws BoxException when a program is missing, or this user may not make namespaces here
   */
  public static World open(Path base) throws IOException {
    Tool.requireAll();
    boolean root = isPowerful();
    WorldFolder files = WorldFolder.create(base);
    try {
      Path script = Scripts.place("world.sh", files.path());
      Scripts.place("container.sh", files.path());
      Files.createDirectory(files.path().resolve("containers"));
      List<String> command = new ArrayList<>(List.of(Tool.UNSHARE.path()));
      if (!root) {
        command.addAll(List.of("--user", "--map-root-user"));
      }
      command.addAll(
          List.of("--mount", "--net", "--pid", "--uts", "--ipc", "--fork", "--kill-child"));
      command.addAll(
          List.of(Tool.SHELL.path(), script.toString(), files.path().toString(), GATEWAY + "/16"));
      Process keeper = new ProcessBuilder(command).start();
      try {
        return new World(files, root, keeper, awaitReady(keeper, root));
      } catch (IOException e) {
        keeper.destroyForcibly();
        throw e;
      }
    } catch (IOException e) {
      files.close();
      throw e;
    }
  }

  /**
   * Whether this process may make namespaces as it is. Root may not everywhere: within a container
   * it often lacks the capabilities, and is an ordinary user to us.
   */
  private static boolean isPowerful() throws IOException {
    if (!Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0)) {
      return false;
    }
    try (var lines = Files.lines(Path.of("/proc/self/status"))) {
      long effective =
          lines
              .filter(line -> line.startsWith("CapEff:"))
              .map(line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
              .findFirst()
              .orElse(0L);
      return (effective & NEEDED) == NEEDED;
    }
  }

  private static long awaitReady(Process keeper, boolean root) throws IOException {
    Thread watchdog = Thread.ofVirtual().start(() -> destroyUnlessInterrupted(keeper));
    BufferedReader lines = keeper.inputReader(StandardCharsets.UTF_8);
    String line = lines.readLine();
    watchdog.interrupt();
    if (line != null && line.startsWith("ready ")) {
      return Long.parseLong(line.substring("ready ".length()));
    }
    String words = new String(keeper.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    String who = root ? "root" : "this user";
    throw new BoxException(
        """
        The sandbox may not make Linux namespaces here as %s: %s. \
        Run it as root, or allow user namespaces (sysctl user.max_user_namespaces, \
        kernel.unprivileged_userns_clone, kernel.apparmor_restrict_unprivileged_userns).\
        """
            .formatted(who, words.isBlank() ? "no reason given" : words.strip()));
  }

  private static void destroyUnlessInterrupted(Process process) {
    try {
      if (!process.waitFor(START.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      // it is ready
    }
  }

  /** Where the world's files lie; everything in it goes when the world is closed. */
  public Path folder() {
    return files.path();
  }

  /** A path of the world as this JVM reaches it: what is mounted in there is seen only so. */
  public Path seen(Path inside) {
    return Path.of("/proc/" + pid + "/root" + inside.toAbsolutePath());
  }

  /** Whether other users than the one who runs the sandbox can be had in containers. */
  public boolean hasUsers() {
    return root;
  }

  /** The process id of the world's first process, as the machine counts. */
  public long pid() {
    return pid;
  }

  /** The addresses of pods, in CIDR notation. */
  public String network() {
    return NETWORK;
  }

  /** The address of the node on the pods' network. */
  public String gateway() {
    return GATEWAY;
  }

  /** Makes a pod: a network of its own with an address that the whole world can reach. */
  public Pod pod() throws IOException {
    int number = nextAddress.getAndIncrement();
    if (number > 65_000) {
      throw new BoxException(
          "A world has room for 65,000 pods in its life, and they were used up.");
    }
    Pod pod = Pod.create(this, "p" + number, "10.244.%d.%d".formatted(number >> 8, number & 255));
    pods.put(pod.address(), pod);
    return pod;
  }

  Optional<Pod> podAt(String address) {
    return Optional.ofNullable(pods.get(address));
  }

  void forget(Pod pod) {
    pods.remove(pod.address());
  }

  /** The addresses in this world that stand for pods. */
  public Services services() {
    return services;
  }

  /**
   * Connects as a node does, from outside every pod.
   *
   * @throws IOException with the reason, such as connection refused
   */
  public Link connect(String host, int port, Duration limit) throws IOException {
    return relays.connect("-", host, port, limit);
  }

  Link connect(Pod pod, int port, Duration limit) throws IOException {
    return relays.connect(pod.name(), "127.0.0.1", port, limit);
  }

  String newContainerName() {
    return "c" + nextName.getAndIncrement();
  }

  /** The words that start a command inside the world's namespaces, as its root. */
  List<String> enter() throws BoxException {
    List<String> words = new ArrayList<>(List.of(Tool.NSENTER.path(), "--target=" + pid));
    if (!root) {
      words.addAll(List.of("--user", "--preserve-credentials"));
    }
    words.addAll(List.of("--mount", "--net", "--pid", "--uts", "--ipc", "--"));
    return words;
  }

  /**
   * Runs a command inside the world's namespaces to its end and gives what it printed.
   *
   * @throws BoxException with the command's own words when it fails or takes longer than 30 s
   */
  public String run(String input, String... command) throws IOException {
    List<String> words = new ArrayList<>(enter());
    words.addAll(List.of(command));
    Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
    Thread watchdog =
        Thread.ofVirtual()
            .start(() -> {
              try {
                if (!process.waitFor(COMMAND.toMillis(), TimeUnit.MILLISECONDS)) {
                  process.destroyForcibly();
                }
              } catch (InterruptedException e) {
                process.destroyForcibly();
              }
            });
    try (var stdin = process.getOutputStream()) {
      stdin.write(input.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      // it ended before it read its input; its exit status tells more
    }
    String output;
    try (InputStream stdout = process.getInputStream()) {
      output = new String(stdout.readAllBytes(), StandardCharsets.UTF_8);
    }
    int status = waitFor(process);
    watchdog.interrupt();
    if (status != 0) {
      throw new BoxException(
          "In the sandbox's world, `%s` ended with %d: %s"
              .formatted(String.join(" ", command), status, output.strip()));
    }
    return output;
  }

  static int waitFor(Process process) throws IOException {
    try {
      return process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while a process of the sandbox ran", e);
    }
  }

  /** Runs lines of iproute2's batch language. */
  void ip(List<String> lines) throws IOException {
    run(String.join("\n", lines) + "\n", Tool.IP.path(), "-batch", "-");
  }

  /** Ends every process of the world, drops its mounts, and removes its files. */
  @Override
  public void close() throws IOException {
    keeper.getOutputStream().close();
    try {
      if (!keeper.waitFor(5, TimeUnit.SECONDS)) {
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        keeper.waitFor(5, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      keeper.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    files.close();
  }
}
