package runbook.action;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import runbook.world.Cluster;
import runbook.world.Cluster.Ended;
import runbook.world.Failure;

/**
 * Short commands at a place, alike on this machine and in a container. Values travel as arguments,
 * never inside the text of a script; the scripts need a busybox shell and no more.
 */
public final class Shell {
  /** Which shell reads a script. */
  public enum Kind {
    sh,
    bash
  }

  /** More than a short command says is cut off. */
  private static final int KEPT = 1 << 20;

  private static final Duration SHORT = Duration.ofSeconds(30);

  private final ActionContext context;
  private final Optional<Cluster.Target> container;

  private Shell(ActionContext context, Optional<Cluster.Target> container) {
    this.context = context;
    this.container = container;
  }

  /** At the place of that name; waits until its pod runs. */
  static Shell at(ActionContext context, String place) {
    return switch (context.place(place)) {
      case Place.Here _ -> here(context);
      case Place.InPod in -> in(context, PodFinder.find(context, in).target());
    };
  }

  static Shell here(ActionContext context) {
    return new Shell(context, Optional.empty());
  }

  static Shell in(ActionContext context, Cluster.Target container) {
    return new Shell(context, Optional.of(container));
  }

  /** The container that it runs in; empty on this machine. */
  Optional<Cluster.Target> container() {
    return container;
  }

  /** Where it is, for messages: {@code this machine}, or which container. */
  String where() {
    return container.map(Cluster.Target::toString).orElse("this machine");
  }

  /**
   * What a short command said.
   *
   * @param out at most its first 1 MiB, and so {@code err}
   */
  record Answer(Ended ended, String out, String err) {
    boolean exited(int code) {
      return ended instanceof Ended.Exited(int c) && c == code;
    }
  }

  /** Runs a short script once. */
  Answer run(String script, String... arguments) {
    var out = new Start();
    var err = new Start();
    var ended = stream(script, List.of(arguments), Optional.empty(), out, err, shortLimit());
    return new Answer(ended, out.text(), err.text());
  }

  /**
   * What a short script answers, without the last line breaks; asked again while the connection
   * fails, so that asking twice has to be harmless.
   *
   * @throws Failure when it ends with another code than 0
   */
  String ask(String script, String... arguments) {
    return patiently(() -> {
      var answer = run(script, arguments);
      return switch (answer.ended()) {
        case Ended.Exited(int code) when code == 0 -> answer.out().stripTrailing();
        case Ended.Exited(int code) ->
            throw Failure.failed(
                    "A short command at " + where() + " ended with exit code " + code + ".")
                .withDetail(answer.err().strip());
        case Ended.Unknown(String why) -> throw Failure.unreachable(why, null);
      };
    });
  }

  /** Tries again what could not be reached, with pauses, until the step's time is up. */
  <T> T patiently(java.util.function.Supplier<T> attempt) {
    for (long pause = 500; ; pause = Math.min(pause * 2, 8000)) {
      try {
        return attempt.get();
      } catch (Failure f) {
        if (f.kind() != Failure.Kind.UNREACHABLE) throw f;
        stopIfAsked();
        context.progress().say(f.getMessage() + " Trying again.");
        try {
          context.pause(Duration.ofMillis(pause));
        } catch (Failure late) {
          throw late.kind() == Failure.Kind.TIMEOUT ? late.withDetail(f.getMessage()) : late;
        }
      }
    }
  }

  /**
   * Runs a script once, its output as it comes.
   *
   * @param limit after which the connection is cut and the end unknown
   */
  Ended stream(
      String script,
      List<String> arguments,
      Optional<InputStream> in,
      OutputStream out,
      OutputStream err,
      Duration limit) {
    var command = new ArrayList<>(List.of("sh", "-c", script, "plan"));
    command.addAll(arguments);
    var gates = List.of(new Gate(out), new Gate(err));
    try {
      var ended = exec(command, in, gates.get(0), gates.get(1), limit);
      if (!(ended instanceof Ended.Exited)) stopIfAsked();
      return ended;
    } finally {
      gates.forEach(Gate::close);
    }
  }

  private Ended exec(
      List<String> command,
      Optional<InputStream> in,
      OutputStream out,
      OutputStream err,
      Duration limit) {
    var world = context.world();
    return container
        .map(c -> world.cluster().exec(c, command, in, out, err, limit))
        .orElseGet(() -> world.local().run(command, folder(), Map.of(), in, out, err, limit));
  }

  /** A {@link Failure} when the operator asked to stop. */
  static void stopIfAsked() {
    if (Thread.currentThread().isInterrupted())
      throw Failure.stopped("The operator asked to stop.");
  }

  /** The tools of the list that the place does not have. */
  List<String> missing(String... tools) {
    var answer = ask("for t; do command -v \"$t\" >/dev/null 2>&1 || echo \"$t\"; done", tools);
    return answer.lines().toList();
  }

  private Path folder() {
    return context.folders().plan();
  }

  private Duration shortLimit() {
    var left = context.remaining();
    return left.compareTo(SHORT) < 0 ? left : SHORT;
  }

  /** The resources of these names, one after the other, without their comments. */
  static String script(String... names) {
    var text = new StringBuilder();
    for (var name : names) {
      try (var in = Shell.class.getResourceAsStream(name)) {
        if (in == null) throw new IllegalStateException("There is no resource " + name + ".");
        var lines = new String(in.readAllBytes(), StandardCharsets.UTF_8).lines();
        text.append(
            lines
                .map(String::strip)
                .filter(l -> !l.isEmpty() && !l.startsWith("#"))
                .collect(Collectors.joining("\n", "", "\n")));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return text.toString();
  }

  /** A word that a shell reads as exactly this text. */
  static String quote(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }

  /**
   * Lets nothing through once it is closed: a broken connection may still have something to say.
   */
  private static final class Gate extends OutputStream {
    private final OutputStream to;
    private boolean closed;

    Gate(OutputStream to) {
      this.to = to;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
      if (!closed) to.write(bytes, offset, length);
    }

    @Override
    public synchronized void close() {
      closed = true;
    }
  }

  /** Keeps the beginning of what is written. */
  private static final class Start extends OutputStream {
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();

    @Override
    public synchronized void write(int b) {
      if (kept.size() < KEPT) kept.write(b);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) {
      kept.write(bytes, offset, Math.min(length, KEPT - kept.size()));
    }

    synchronized String text() {
      return kept.toString(StandardCharsets.UTF_8);
    }
  }
}
