package runbook.action;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import runbook.world.Clock;
import runbook.world.Failure;
import runbook.world.World;

/** One step's context, whose facts and progress a test can see; facts outlive a "crash". */
final class Trial {
  /** The machine's own time. */
  static final Clock CLOCK =
      new Clock() {
        @Override
        public Instant now() {
          return Instant.now();
        }

        @Override
        public void sleep(Duration duration) {
          try {
            Thread.sleep(duration);
          } catch (InterruptedException e) {
            throw Failure.stopped("The test was interrupted.");
          }
        }
      };

  /** For actions that need nothing but files and the time. */
  static final World NOTHING = new World(null, null, null, null, null, CLOCK);

  final Map<String, Object> facts = new HashMap<>();
  final List<String> said = new ArrayList<>();
  private final World world;
  private final Path folder;
  private final String namespace;

  Trial(World world, Path folder, String namespace) {
    this.world = world;
    this.folder = folder;
    this.namespace = namespace;
  }

  static Trial files(Path folder) {
    return new Trial(NOTHING, folder, "default");
  }

  ActionContext context() {
    return context(Duration.ofMinutes(3));
  }

  ActionContext context(Duration limit) {
    return new ActionContext(
        world,
        namespace,
        Map.of("local", new Place.Here()),
        new ActionContext.Folders(folder, folder, folder),
        new ActionContext.Identity("20260101-000000-test", "step"),
        Instant.now().plus(limit),
        new Facts() {
          @Override
          public void record(String name, Object value) {
            facts.put(name, runbook.type.Conversion.written(value));
          }

          @Override
          public Optional<Object> recall(String name) {
            return Optional.ofNullable(facts.get(name));
          }
        },
        new Progress() {
          @Override
          public void say(String line) {
            said.add(line);
          }

          @Override
          public void bytes(long done, long total) {}

          @Override
          public void output(byte[] bytes, int length) {}
        });
  }
}
