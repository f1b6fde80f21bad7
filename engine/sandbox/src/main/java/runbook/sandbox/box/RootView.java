package runbook.sandbox.box;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * A container's root on disk: its own writable folders, with this machine's {@code /usr} and what
 * belongs to it laid over read-only. {@code /usr/local} is the container's own.
 */
final class RootView {
  private static final int MOST_LINKS = 40;

  /** What programs under {@code /usr} expect of {@code /etc}, beside what an image brings. */
  private static final List<String> OF_THE_MACHINE =
      List.of(
          "/etc/alternatives",
          "/etc/ld.so.cache",
          "/etc/ld.so.conf",
          "/etc/ld.so.conf.d",
          "/etc/ssl",
          "/etc/ca-certificates",
          "/etc/perl",
          "/etc/services",
          "/etc/protocols");

  private static final Tree FOLDERS =
      new Tree(
          List.of(
              folder("/dev", 0755),
              folder("/etc", 0755),
              folder("/home", 0755),
              folder("/media", 0755),
              folder("/mnt", 0755),
              folder("/opt", 0755),
              folder("/proc", 0555),
              folder("/root", 0700),
              folder("/run", 0755),
              folder("/srv", 0755),
              folder("/sys", 0555),
              folder("/tmp", 01777),
              folder("/usr", 0755),
              folder("/usr/local", 0755),
              folder("/usr/local/bin", 0755),
              folder("/var", 0755),
              folder("/var/cache", 0755),
              folder("/var/lib", 0755),
              folder("/var/log", 0755),
              folder("/var/tmp", 01777),
              new Tree.Link("/var/run", "/run"),
              new Tree.Link("/var/lock", "/run")));

  private final Path root;
  private final boolean users;

  RootView(Path root, boolean users) {
    this.root = root;
    this.users = users;
  }

  private static Tree.Folder folder(String path, int mode) {
    return new Tree.Folder(path, mode, 0);
  }

  /**
   * Writes the tree and gives the mounts that make it complete; {@code readOnly} concerns those.
   */
  List<Mount> build(Tree tree, boolean readOnly) throws IOException {
    Files.createDirectory(root);
    Path local = root.resolveSibling("local");
    Files.createDirectory(local);
    for (Tree.Entry entry : FOLDERS.and(tree).entries()) {
      write(entry);
    }
    List<Mount> mounts = new ArrayList<>();
    mounts.add(new Mount.Bind(Path.of("/usr"), "/usr", true));
    if (Files.isDirectory(Path.of("/usr/local"))) {
      mounts.add(new Mount.Bind(local, "/usr/local", readOnly));
    }
    for (String top : List.of("bin", "sbin", "lib", "lib32", "lib64", "libx32")) {
      Path here = Path.of("/", top);
      if (Files.isSymbolicLink(here)) {
        Files.createSymbolicLink(root.resolve(top), Files.readSymbolicLink(here));
      } else if (Files.isDirectory(here)) {
        mounts.add(new Mount.Bind(here, "/" + top, true));
      }
    }
    for (String path : OF_THE_MACHINE) {
      Path here = Path.of(path);
      if (Files.isReadable(here) && !Files.exists(root.resolve(path.substring(1)))) {
        mounts.add(new Mount.Bind(here, path, true));
      }
    }
    return mounts;
  }

  /** The place on disk of a path in the container; {@code /usr/local} lies beside the root. */
  private Path place(String path) {
    String below = path.substring(1);
    return below.startsWith("usr/local")
        ? root.resolveSibling("local" + below.substring("usr/local".length()))
        : root.resolve(below);
  }

  private void write(Tree.Entry entry) throws IOException {
    Path place = place(resolve(entry.path(), false));
    Files.createDirectories(place.getParent());
    switch (entry) {
      case Tree.Folder folder -> {
        Files.createDirectories(place);
        setMode(place, folder.mode());
        own(place, folder.user());
      }
      case Tree.Text text -> {
        Files.writeString(place, text.content());
        setMode(place, text.mode());
      }
      case Tree.Link link -> {
        Files.deleteIfExists(place);
        Files.createSymbolicLink(place, Path.of(link.target()));
      }
    }
  }

  private void own(Path place, int user) throws IOException {
    if (users && user != 0) {
      Files.setAttribute(place, "unix:uid", user);
      Files.setAttribute(place, "unix:gid", user);
    }
  }

  private static void setMode(Path place, int mode) throws IOException {
    Files.setAttribute(place, "unix:mode", mode);
  }

  /**
   * The path with every link on its way resolved as the container sees it, so that nothing is
   * written or mounted outside its root; a link at its end only with {@code last}.
   */
  String resolve(String path, boolean last) throws IOException {
    Deque<String> todo = new ArrayDeque<>(Arrays.asList(path.split("/")));
    Deque<String> done = new ArrayDeque<>();
    int links = 0;
    while (!todo.isEmpty()) {
      String name = todo.pop();
      switch (name) {
        case "", "." -> {}
        case ".." -> done.pollLast();
        default -> {
          done.addLast(name);
          Path place = place("/" + String.join("/", done));
          if ((last || !todo.isEmpty()) && Files.isSymbolicLink(place)) {
            if (++links > MOST_LINKS) {
              throw new BoxException("Too many symbolic links in `%s`.".formatted(path));
            }
            done.removeLast();
            String target = Files.readSymbolicLink(place).toString();
            if (target.startsWith("/")) {
              done.clear();
            }
            List<String> words = Arrays.asList(target.split("/"));
            words.reversed().forEach(todo::push);
          }
        }
      }
    }
    return "/" + String.join("/", done);
  }
}
