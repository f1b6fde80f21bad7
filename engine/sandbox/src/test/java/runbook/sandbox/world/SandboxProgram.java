package runbook.sandbox.world;

import java.nio.file.Path;

/**
 * A JVM of its own that keeps a world up, to be killed: {@code SandboxProgram WORLD} prints the
 * world's folder when all is there and a volume of 300 MB is being cloned.
 */
final class SandboxProgram {
  private SandboxProgram() {}

  public static void main(String[] arguments) throws Exception {
    var sandbox = Sandbox.start(WorldReader.read(Path.of(arguments[0])), _ -> {});
    var volumes = sandbox.volumes();
    long source = volumes.list().getFirst().id();
    var file = volumes.folders().of(source).resolve("much");
    try (var out = java.nio.file.Files.newOutputStream(file)) {
      for (int i = 0; i < 300; i++) out.write(new byte[1 << 20]);
    }
    for (int i = 0; i < 20; i++) volumes.cloneOf(source, "clone-" + i);
    System.out.println(Path.of(sandbox.environment().get("KUBECONFIG")).getParent());
    Thread.sleep(600_000);
  }
}
