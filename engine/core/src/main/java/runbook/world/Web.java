package runbook.world;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Web sites, as a visitor sees them. */
public interface Web {

  /**
   * @param body its beginning, 64 KiB at most
   */
  record Answer(int status, Map<String, List<String>> headers, String body) {}

  /**
   * One request; redirects are not followed. A {@link Failure} of kind {@code UNREACHABLE} if no
   * answer came.
   */
  Answer request(String method, String url, Map<String, String> headers, Duration limit);
}
