package runbook.action;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import runbook.world.Cluster;

final class KubectlCluster {
  static Cluster make() {
    return (Cluster)
        Proxy.newProxyInstance(
            Cluster.class.getClassLoader(),
            new Class<?>[] {Cluster.class},
            (_, m, a) ->
                switch (m.getName()) {
                  case "pod" -> pod((String) a[0], (String) a[1]);
                  case "exec" ->
                      exec(
                          (Cluster.Target) a[0],
                          cast(a[1]),
                          cast(a[2]),
                          (OutputStream) a[3],
                          (OutputStream) a[4],
                          (Duration) a[5]);
                  case "logs" -> {
                    logs(
                        (Cluster.Target) a[0],
                        cast(a[1]),
                        (Boolean) a[2],
                        (Duration) a[3],
                        (Cluster.LogReader) a[4]);
                    yield null;
                  }
                  default -> throw new UnsupportedOperationException(m.getName());
                });
  }

  @SuppressWarnings("unchecked")
  static <T> T cast(Object o) {
    return (T) o;
  }

  static Optional<Cluster.Pod> pod(String ns, String name) throws Exception {
    var p =
        new ProcessBuilder(
                "kubectl", "get", "pod", "-n", ns, name, "--ignore-not-found", "-o", "json")
            .start();
    var json = new ObjectMapper().readTree(p.getInputStream().readAllBytes());
    if (json == null || json.isMissingNode() || json.isEmpty()) return Optional.empty();
    var list = new ArrayList<Cluster.Container>();
    for (JsonNode c : json.at("/status/containerStatuses")) {
      var s = c.get("state");
      list.add(
          new Cluster.Container(
              c.get("name").asText(),
              c.get("image").asText(),
              "",
              c.path("containerID").asText(),
              c.get("restartCount").asInt(),
              s.has("running") ? "running" : s.toString(),
              c.get("ready").asBoolean()));
    }
    return Optional.of(
        new Cluster.Pod(
            ns,
            name,
            json.at("/metadata/uid").asText(),
            json.at("/status/phase").asText(),
            json.at("/metadata").has("deletionTimestamp"),
            Optional.empty(),
            Optional.empty(),
            Instant.now(),
            list,
            List.of()));
  }

  static Cluster.Ended exec(
      Cluster.Target t,
      List<String> command,
      Optional<InputStream> in,
      OutputStream out,
      OutputStream err,
      Duration limit)
      throws Exception {
    var c = new ArrayList<>(List.of("kubectl", "exec"));
    if (in.isPresent()) c.add("-i");
    c.addAll(List.of("-n", t.namespace(), t.pod(), "-c", t.container(), "--"));
    c.addAll(command);
    var p = new ProcessBuilder(c).start();
    var w =
        Thread.ofVirtual()
            .start(() -> {
              try (var o = p.getOutputStream()) {
                if (in.isPresent()) in.get().transferTo(o);
              } catch (Exception e) {
              }
            });
    var e =
        Thread.ofVirtual()
            .start(() -> {
              try {
                p.getErrorStream().transferTo(err);
              } catch (Exception x) {
              }
            });
    var o =
        Thread.ofVirtual()
            .start(() -> {
              try {
                p.getInputStream().transferTo(out);
              } catch (Exception x) {
                throw new RuntimeException(x);
              }
            });
    try {
      if (!p.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        p.destroyForcibly();
        return new Cluster.Ended.Unknown("limit");
      }
      o.join();
      e.join();
    } catch (InterruptedException x) {
      p.destroyForcibly();
      Thread.currentThread().interrupt();
      return new Cluster.Ended.Unknown("interrupted");
    }
    return p.exitValue() == 137
        ? new Cluster.Ended.Unknown("killed")
        : new Cluster.Ended.Exited(p.exitValue());
  }

  static void logs(
      Cluster.Target t,
      Optional<Instant> since,
      boolean previous,
      Duration limit,
      Cluster.LogReader reader)
      throws Exception {
    var c =
        new ArrayList<>(
            List.of(
                "kubectl",
                "logs",
                "--timestamps",
                "-n",
                t.namespace(),
                t.pod(),
                "-c",
                t.container()));
    if (previous) c.add("-p");
    else c.add("-f");
    since.ifPresent(
        s -> c.add("--since-time=" + s.truncatedTo(java.time.temporal.ChronoUnit.SECONDS)));
    var p = new ProcessBuilder(c).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    var killer =
        Thread.ofVirtual()
            .start(() -> {
              try {
                Thread.sleep(limit);
                p.destroyForcibly();
              } catch (InterruptedException e) {
              }
            });
    try (var r = p.inputReader()) {
      for (String l; (l = r.readLine()) != null; ) {
        var i = l.indexOf(' ');
        if (!reader.line(new Cluster.LogLine(Instant.parse(l.substring(0, i)), l.substring(i + 1))))
          break;
      }
    } finally {
      killer.interrupt();
      p.destroyForcibly();
    }
  }
}
