package runbook.world;

import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Processes on this machine. Files need no port: an action reads and writes them with the JDK. */
public interface Local {

  /** Runs a command to its end; killed when the limit passes, and then the end is unknown. */
  Cluster.Ended run(
      List<String> command,
      Path folder,
      Map<String, String> environment,
      Optional<InputStream> in,
      OutputStream out,
      OutputStream err,
      Duration limit);
}
