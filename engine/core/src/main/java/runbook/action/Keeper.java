package runbook.action;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One shell of this program's that starts its commands, in a session of its own: a fork each, where
 * the JVM would start three programs. It ends with this program; what it started goes on.
 */
final class Keeper {
  private static Keeper current;

  private final Process shell;
  private final OutputStream script;
  private final Map<Long, CompletableFuture<Void>> running = new ConcurrentHashMap<>();
  private long next;

  private Keeper(String setsid) throws IOException {
    shell = new ProcessBuilder(setsid, "sh").redirectError(Redirect.DISCARD).start();
    script = shell.getOutputStream();
    Thread.ofVirtual().name("keeper").start(this::listen);
    // 4 is where ends are told, also by those whose output is elsewhere
    write(
        "exec 4>&1 >/dev/null\nplan_session="
            + Shell.quote(setsid)
            + "\nplan_wrapper() {\n"
            + Detached.WRAPPER
            + "}\n");
  }

  /**
   * Starts a wrapper by the keeper of this program, which is begun where there is none that lives.
   *
   * @param setsid the program that gives a command a session of its own
   * @param directory where the command runs
   * @param folder what the wrapper keeps its files in
   * @return done when the wrapper has ended, however it did
   */
  static synchronized CompletableFuture<Void> start(
      String setsid, Path directory, Path folder, Detached.Job job) throws IOException {
    if (current != null && current.shell.isAlive()) {
      try {
        return current.start(directory, folder, job);
      } catch (IOException e) {
        // it was just killed
        current.shell.destroyForcibly();
      }
    }
    current = new Keeper(setsid);
    return current.start(directory, folder, job);
  }

  private void write(String text) throws IOException {
    script.write(text.getBytes(StandardCharsets.UTF_8));
    script.flush();
  }

  private synchronized CompletableFuture<Void> start(Path directory, Path folder, Detached.Job job)
      throws IOException {
    long id = next++;
    var ended = new CompletableFuture<Void>();
    running.put(id, ended);
    // a child of ours until it is waited for, or it would stay a zombie
    ended.whenComplete((_, _) -> reap(id));
    var text = new ByteArrayOutputStream();
    text.writeBytes(
        ("(trap 'echo " + id + " >&4' EXIT\nread -r plan_self </proc/self/stat\n")
            .getBytes(StandardCharsets.UTF_8));
    text.writeBytes(job.variables());
    text.writeBytes(
        "cd %s && plan_wrapper %s '' %s\n) </dev/null >/dev/null 2>&1 & plan_job_%d=$!\n"
            .formatted(
                Shell.quote(directory.toString()),
                Shell.quote(folder.toString()),
                job.shell().name(),
                id)
            .getBytes(StandardCharsets.UTF_8));
    script.write(text.toByteArray());
    script.flush();
    return ended;
  }

  private synchronized void reap(long id) {
    try {
      write("wait $plan_job_%1$d; unset plan_job_%1$d\n".formatted(id));
    } catch (IOException e) {
      // it is gone, and its children have another parent
    }
  }

  private void listen() {
    try (BufferedReader lines = shell.inputReader(StandardCharsets.UTF_8)) {
      for (String line; (line = lines.readLine()) != null; ) {
        var ended = running.remove(Long.parseLong(line));
        if (ended != null) ended.complete(null);
      }
    } catch (IOException | NumberFormatException e) {
      // it is of no use any more; those who wait look for themselves
      shell.destroy();
    }
    running.values().forEach(f -> f.complete(null));
  }
}
