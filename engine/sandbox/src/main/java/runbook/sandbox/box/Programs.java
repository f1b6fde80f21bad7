package runbook.sandbox.box;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Looks programs up in a root view from outside, where links that start with / lead elsewhere. */
final class Programs {
  private static final int MOST_LINKS = 40;

  private Programs() {}

  static boolean exists(
      Path root, Map<String, String> environment, String directory, String program)
      throws IOException {
    List<String> candidates =
        program.contains("/")
            ? List.of(program.startsWith("/") ? program : directory + "/" + program)
            : Arrays.stream(
                    environment
                        .getOrDefault("PATH", "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin")
                        .split(":"))
                .map(folder -> folder + "/" + program)
                .toList();
    for (String candidate : candidates) {
      if (isFile(root, candidate)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isFile(Path root, String path) throws IOException {
    Path current = root;
    var todo = new java.util.ArrayDeque<>(Arrays.asList(path.split("/")));
    for (int links = 0; !todo.isEmpty() && links < MOST_LINKS; ) {
      String name = todo.pop();
      if (name.isEmpty() || name.equals(".")) {
        continue;
      }
      if (name.equals("..")) {
        current = current.equals(root) ? root : current.getParent();
        continue;
      }
      Path next = current.resolve(name);
      if (Files.isSymbolicLink(next)) {
        links++;
        String target = Files.readSymbolicLink(next).toString();
        current = target.startsWith("/") ? root : current;
        Arrays.asList(target.split("/")).reversed().forEach(todo::push);
      } else {
        current = next;
      }
    }
    return Files.isRegularFile(current, LinkOption.NOFOLLOW_LINKS);
  }
}
