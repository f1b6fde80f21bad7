package runbook.sandbox.box;

import java.util.ArrayList;
import java.util.List;

/** Files of a container's root view, written anew for each container and gone with it. */
public record Tree(List<Entry> entries) {

  /** One file, folder or link; {@code path} is absolute in the container. */
  public sealed interface Entry {
    String path();
  }

  /** A folder with the mode's lowest twelve bits; {@code user} owns it where there are users. */
  public record Folder(String path, int mode, int user) implements Entry {}

  public record Text(String path, String content, int mode) implements Entry {}

  /** A symbolic link to {@code target}, which is not resolved. */
  public record Link(String path, String target) implements Entry {}

  public Tree {
    entries = List.copyOf(entries);
  }

  /** These entries and then the other's, which win where both name a path. */
  public Tree and(Tree other) {
    List<Entry> all = new ArrayList<>(entries);
    all.addAll(other.entries);
    return new Tree(all);
  }
}
