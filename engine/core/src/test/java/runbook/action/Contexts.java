package runbook.action;

import java.io.ByteArrayOutputStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import runbook.client.LocalProcesses;
import runbook.client.SystemClock;
import runbook.world.Cluster;
import runbook.world.Local;
import runbook.world.World;

/** Contexts for actions over the real machine and, where there is one, a real cluster. */
final class Contexts {
  final Path folder;
  final Map<String, Object> facts = new ConcurrentHashMap<>();
  final List<String> said = java.util.Collections.synchronizedList(new ArrayList<>());
  final ByteArrayOutputStream output = new ByteArrayOutputStream();
  final Map<String, Place> places = new HashMap<>(Map.of("local", new Place.Here()));
  Duration limit = Duration.ofMinutes(2);
  String run = "20261123-" + Long.toString(System.nanoTime(), 36);
  String step = "step";
  String namespace = "default";
  Cluster cluster = absent(Cluster.class);
  Local local = new LocalProcesses();

  Contexts(Path folder) {
    this.folder = folder;
  }

  /** Over a real cluster; each of the pods is a place of its name. */
  static Contexts in(Lab lab, Path folder, TestPods... pods) {
    var contexts = new Contexts(folder);
    contexts.cluster = lab.world.cluster();
    contexts.namespace = lab.namespace;
    for (var pod : pods) contexts.place(pod.name());
    return contexts;
  }

  /** A pod under a place of the same name. */
  Contexts place(String name) {
    places.put(
        name, new Place.InPod(name, namespace, new Place.Pods.Named(name), Optional.empty()));
    return this;
  }

  /** The same run and step in a process that comes later. */
  Contexts again() {
    var next = new Contexts(folder);
    next.facts.putAll(facts);
    next.places.putAll(places);
    next.run = run;
    next.step = step;
    next.namespace = namespace;
    next.cluster = cluster;
    next.local = local;
    return next;
  }

  /** Of this run's step and no other's. */
  Path scratch() {
    return folder.resolve("scratch").resolve(run);
  }

  ActionContext context() {
    var world = new World(cluster, null, null, null, local, new SystemClock());
    return new ActionContext(
        world,
        namespace,
        places,
        new ActionContext.Folders(folder, folder.resolve("files"), scratch()),
        new ActionContext.Identity(run, step),
        Instant.now().plus(limit),
        new Facts() {
          @Override
          public void record(String name, Object value) {
            facts.put(name, value);
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
          public void output(byte[] bytes, int length) {
            output.write(bytes, 0, length);
          }
        });
  }

  String output() {
    return output.toString(StandardCharsets.UTF_8);
  }

  private static <T> T absent(Class<T> port) {
    return port.cast(
        Proxy.newProxyInstance(
            port.getClassLoader(),
            new Class<?>[] {port},
            (_, method, _) -> {
              throw new UnsupportedOperationException(method.getName());
            }));
  }
}
