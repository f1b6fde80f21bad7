package runbook.action;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import runbook.world.Cluster;
import runbook.world.Cluster.Ended;
import runbook.world.Failure;

/**
 * A detached command in a container. One exec starts it and stays some seconds for its output and
 * end; further ones stay for what comes then, until it has ended or the step's time is up.
 */
final class DetachedInPod implements Detached {
  private static final String FIND = Shell.script("find.sh");
  private static final String LOOK = FIND + Shell.script("look.sh");
  private static final String POLL = FIND + Shell.script("poll.sh");
  private static final String LAUNCH = FIND + Shell.script("launch.sh", "poll.sh");

  /** Short enough for proxies that cut silent connections after a minute. */
  private static final int STAY = 25;

  /** How often something is refused that a container's restart may explain. */
  private static final int TRIES = 10;

  private final ActionContext context;
  private final Cluster.Target target;
  private final String identity;
  private final Shell shell;
  private final String name;

  /**
   * @param identity of the container in which it is, or shall be, started
   */
  DetachedInPod(ActionContext context, Cluster.Target target, String identity, int attempt) {
    this.context = context;
    this.target = target;
    this.identity = identity;
    this.shell = Shell.in(context, target);
    this.name = context.identity().slug() + "/" + attempt;
  }

  @Override
  public State look() {
    return shell.patiently(() ->
        lost()
            .<State>map(l -> l)
            .orElseGet(() -> {
              var none = OutputStream.nullOutputStream();
              var frames = new Frames(none, none);
              var ended = exec(LOOK, frames, Optional.empty(), List.of(name));
              return frames.state().orElseThrow(() -> unreachable(ended));
            }));
  }

  @Override
  public State await(Job job, OutputStream out, OutputStream err) {
    var begun = context.world().clock().now();
    var frames = new Frames(out, err);
    var started = false;
    for (int failures = 0; ; ) {
      var seconds = Math.clamp(context.remaining().toSeconds(), 1, STAY);
      frames.reset();
      Ended ended;
      try {
        var lost = lost();
        if (lost.isPresent()) return lost.get();
        ended = started ? poll(frames, seconds) : launch(job, frames, seconds);
      } catch (Failure f) {
        if (f.kind() == Failure.Kind.STOPPED || f.kind() == Failure.Kind.TIMEOUT) throw f;
        // a container that is going refuses an exec in many ways: who it is decides
        if (f.kind() != Failure.Kind.UNREACHABLE && ++failures > TRIES) throw f;
        ended = new Ended.Unknown(f.getMessage());
      }
      var state = frames.state();
      started |= frames.started();
      if (frames.refusal().isPresent()) throw frames.refusal().get();
      if (state.isPresent()) {
        failures = 0;
        switch (state.get()) {
          case State.Ended e -> {
            return frames.fresh() ? precise(e, begun) : e;
          }
          case State.Lost l -> {
            return l;
          }
          case State.Absent _ -> {
            if (started) return gone();
          }
          case State.Running _ -> {}
        }
      } else if (ended instanceof Ended.Exited(int code)
          && (code == 126 || code == 127 || ++failures > TRIES)) {
        throw Failure.failed(
                "The shell in " + target + " ended with exit code " + code + " and said nothing.")
            .withDetail(frames.complaint());
      } else {
        Shell.stopIfAsked();
        if (ended instanceof Ended.Unknown(var why)) context.progress().say(why + " Trying again.");
        context.pause(Duration.ofMillis(failures < 3 ? 300 : 1000));
      }
    }
  }

  /** A container may be another one some time before the cluster says so. */
  private State gone() {
    for (int i = 0; i < 5; i++) {
      var lost = lost();
      if (lost.isPresent()) return lost.get();
      context.pause(Duration.ofSeconds(1));
    }
    return new State.Lost("Its folder in the container is gone.");
  }

  /** Whole seconds are poor for a short command that we have watched from its start. */
  private State precise(State.Ended ended, Instant begun) {
    var watched = Duration.between(begun, context.world().clock().now());
    var least = ended.took().minusSeconds(1);
    return watched.compareTo(least) > 0 && watched.compareTo(ended.took().plusSeconds(2)) < 0
        ? new State.Ended(ended.code(), watched)
        : ended;
  }

  private Ended launch(Job job, Frames frames, long seconds) {
    var variables = job.variables();
    var script = job.script();
    var wrapper = WRAPPER.getBytes(StandardCharsets.UTF_8);
    var all = new ByteArrayOutputStream();
    all.writeBytes(variables);
    all.writeBytes(wrapper);
    all.writeBytes(script);
    return exec(
        LAUNCH,
        frames,
        Optional.of(new ByteArrayInputStream(all.toByteArray())),
        List.of(
            name,
            Long.toString(frames.outs()),
            Long.toString(frames.errs()),
            Long.toString(seconds),
            Integer.toString(variables.length),
            Integer.toString(script.length),
            job.shell().name(),
            Integer.toString(wrapper.length)));
  }

  private Ended poll(Frames frames, long seconds) {
    var arguments =
        List.of(
            name,
            Long.toString(frames.outs()),
            Long.toString(frames.errs()),
            Long.toString(seconds));
    return exec(POLL, frames, Optional.empty(), arguments);
  }

  private Ended exec(
      String script, Frames frames, Optional<InputStream> in, List<String> arguments) {
    var limit = Duration.ofSeconds(STAY + 10);
    return shell.stream(script, arguments, in, frames, frames.complaints(), limit);
  }

  private Failure unreachable(Ended ended) {
    return Failure.unreachable(
        ended instanceof Ended.Unknown(var why) ? why : "No answer came from " + target + ".",
        null);
  }

  /** Whether the container in which it was started is no more. */
  private Optional<State.Lost> lost() {
    var pod = context.world().cluster().pod(target.namespace(), target.pod());
    if (pod.isEmpty())
      return Optional.of(new State.Lost("The pod `" + target.pod() + "` is gone."));
    var now =
        pod.get()
            .container(target.container())
            .map(c -> PodFinder.identity(pod.get(), c))
            .orElse("");
    if (now.equals(identity)) return Optional.empty();
    var replaced = !identity.startsWith(pod.get().uid() + " ");
    return Optional.of(
        new State.Lost(
            replaced
                ? "The pod `" + target.pod() + "` was replaced by another of its name."
                : "The container `"
                    + target.container()
                    + "` of pod `"
                    + target.pod()
                    + "` restarted."));
  }

  @Override
  public State cancel() {
    var script = FIND + Shell.script("cancel.sh");
    var out = new ByteArrayOutputStream();
    try {
      var seconds = Long.toString(GRACE.toSeconds() - 5);
      shell.stream(
          script,
          List.of(name, seconds),
          Optional.empty(),
          out,
          OutputStream.nullOutputStream(),
          GRACE);
    } catch (Failure f) {
      return new State.Running();
    }
    var answer = out.toString(StandardCharsets.UTF_8).strip();
    return answer.matches("\\d+")
        ? new State.Ended(Integer.parseInt(answer), Duration.ZERO)
        : new State.Running();
  }

  @Override
  public void remove() {
    try {
      shell.run(FIND + Shell.script("remove.sh"), name);
    } catch (Failure f) {
      context
          .progress()
          .say("What is left in `.plan/" + name + "` in " + target + " can be deleted by hand.");
    }
  }
}
