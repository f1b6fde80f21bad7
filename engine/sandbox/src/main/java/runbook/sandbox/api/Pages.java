package runbook.sandbox.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import runbook.sandbox.http.Request;
import runbook.sandbox.store.Listing;
import runbook.sandbox.store.StatusException;

/** Lists in parts. All parts of a list show the moment of its first. */
final class Pages {
  /** So many lists can be read on at a time; older ones are too long ago. */
  private static final int KEPT = 200;

  private static final Pattern MARK = Pattern.compile("([-0-9a-f]{36}):([0-9]{1,9})");

  /**
   * A part.
   *
   * @param next the mark of the part behind it
   * @param left how many objects are behind it
   */
  record Page(List<ObjectNode> items, long version, Optional<String> next, int left) {}

  private final Map<String, Listing> lists =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Listing> eldest) {
          return size() > KEPT;
        }
      };

  /**
   * The part that a request asks for.
   *
   * @param now makes the list as it is now
   */
  Page page(Supplier<Listing> now, Request request) {
    int limit = request.parameter("limit").map(Pages::number).orElse(0);
    var mark = request.parameter("continue").filter(c -> !c.isEmpty()).map(Pages::read);
    if (mark.isPresent())
      return part(mark.get().group(1), Integer.parseInt(mark.get().group(2)), limit);
    var all = now.get();
    if (limit == 0 || all.items().size() <= limit)
      return new Page(all.items(), all.version(), Optional.empty(), 0);
    var id = UUID.randomUUID().toString();
    synchronized (this) {
      lists.put(id, all);
    }
    return part(id, 0, limit);
  }

  private synchronized Page part(String id, int from, int limit) {
    var all = lists.get(id);
    if (all == null)
      throw StatusException.plain(
          410,
          "Expired",
          "The provided continue parameter is too old to display a consistent list result. You"
              + " must start a new list without the continue parameter.");
    int size = all.items().size();
    int end = limit == 0 ? size : Math.min(size, from + limit);
    var items = all.items().subList(Math.min(from, end), end);
    var next =
        end == size
            ? Optional.<String>empty()
            : Optional.of(
                Base64.getUrlEncoder()
                    .encodeToString((id + ":" + end).getBytes(StandardCharsets.UTF_8)));
    return new Page(items, all.version(), next, size - end);
  }

  private static int number(String text) {
    if (!text.matches("[0-9]{1,9}"))
      throw StatusException.badRequest(
          "strconv.ParseInt: parsing \"" + text + "\": invalid syntax");
    return Integer.parseInt(text);
  }

  private static Matcher read(String mark) {
    try {
      var text = new String(Base64.getUrlDecoder().decode(mark), StandardCharsets.UTF_8);
      var parts = MARK.matcher(text);
      if (parts.matches()) return parts;
    } catch (IllegalArgumentException e) {
      // it is none of ours
    }
    throw StatusException.badRequest("continue key is not valid: " + mark);
  }
}
