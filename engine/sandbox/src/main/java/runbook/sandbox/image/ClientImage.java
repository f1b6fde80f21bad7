package runbook.sandbox.image;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import runbook.sandbox.box.Mount;
import runbook.sandbox.box.Tree;
import runbook.sandbox.image.client.Client;

/** The stand-in for a service that keeps its data in PostgreSQL; see {@link Client}. */
final class ClientImage {
  /** Several of them share a small machine, so each is made to be small and to start fast. */
  private static final String START =
      """
      #!/bin/sh
      # stands for whatever a manifest calls; the words that follow are not ours
      exec /opt/java/bin/java -Xshare:auto -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:-UsePerfData \\
        -Xms8m -Xmx48m -Xss256k -XX:ReservedCodeCacheSize=16m -XX:CICompilerCount=1 \\
        -cp %s %s
      """;

  private ClientImage() {}

  static Image of() {
    Path classes = location(Client.class);
    Path driver = location(org.postgresql.Driver.class);
    String classPath = "/opt/client/%s:/opt/client/%s".formatted(name(classes), name(driver));
    Tree files =
        new Tree(
            List.of(
                new Tree.Text(
                    "/usr/local/bin/client",
                    START.formatted(classPath, Client.class.getName()),
                    0755),
                // what the manifest of pinnwand calls
                new Tree.Link("/venv/bin/python3", "/usr/local/bin/client")));
    List<Mount> mounts =
        List.of(
            new Mount.Bind(Path.of(System.getProperty("java.home")), "/opt/java", true),
            new Mount.Bind(classes, "/opt/client/" + name(classes), true),
            new Mount.Bind(driver, "/opt/client/" + name(driver), true));
    return Image.shell(Accounts.of())
        .with(files, mounts, Map.of())
        .starting(List.of("/usr/local/bin/client"), List.of(), "TERM")
        .as("", Optional.empty(), "/", List.of());
  }

  private static Path location(Class<?> type) {
    return Path.of(URI.create(type.getProtectionDomain().getCodeSource().getLocation().toString()));
  }

  private static String name(Path path) {
    return path.getFileName().toString();
  }
}
