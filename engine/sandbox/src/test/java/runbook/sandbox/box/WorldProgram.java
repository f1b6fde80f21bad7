package runbook.sandbox.box;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A JVM of its own that opens a world: {@code WorldProgram FOLDER check} tries what an ordinary
 * user can have and prints "fine"; {@code WorldProgram FOLDER hold} prints the ids of its processes
 * and waits to be killed.
 */
final class WorldProgram {
  private WorldProgram() {}

  public static void main(String[] arguments) throws Exception {
    Path base = Path.of(arguments[0]);
    if (arguments[1].equals("hold")) {
      World world = World.open(base);
      Container container = world.pod().start(Boxes.shell("while :; do sleep 0.1; done"));
      Boxes.exec(container, "sh", "-c", "setsid sleep 300 >/dev/null 2>&1 </dev/null & :");
      System.out.println(world.pid() + " " + container.pid());
      Thread.sleep(600_000);
    }
    try (World world = World.open(base);
        Pod pod = world.pod()) {
      check(world, pod);
    }
    System.out.println("fine");
  }

  private static void check(World world, Pod pod) throws Exception {
    expect("users", String.valueOf(world.hasUsers()), "false");
    expect("root", Boxes.run(pod, Boxes.shell("id -u; echo $$")).out(), "0\n1\n");
    Identity app = new Identity(999, 999, List.of());
    try (Container container =
        pod.start(
            Boxes.shell(
                app,
                false,
                "id -u; echo x >/home/app/f; exec 2>&1; echo >/usr/f; while :; do sleep 0.1; done"))) {
      expect("user", new String(container.stdout().readNBytes(4)), "999\n");
      expect("exec", Boxes.exec(container, "sh", "-c", "id -u; cat /home/app/f").out(), "999\nx\n");
      container.signal("KILL");
      expect("exit", container.exit().get(10, TimeUnit.SECONDS).toString(), "137");
    }
    expect("read-only", Boxes.run(pod, Boxes.shell(app, true, "echo >/f && echo bad")).out(), "");
    expect(
        "mounts",
        Boxes.run(pod, Boxes.shell("mount -o remount,bind,rw /usr && echo bad")).out(),
        "");
    expect(
        "loopback",
        Boxes.run(pod, Boxes.shell("ip -o -4 address show")).out().lines().count() + "",
        "2");
  }

  private static void expect(String what, String actual, String expected) {
    if (!actual.equals(expected)) {
      throw new AssertionError("%s: expected %s, got %s".formatted(what, expected, actual));
    }
  }
}
