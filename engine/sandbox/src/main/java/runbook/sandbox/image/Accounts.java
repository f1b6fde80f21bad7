package runbook.sandbox.image;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import runbook.sandbox.box.Identity;
import runbook.sandbox.box.Tree;

/** The users of an image, each with a group of the same name and number. */
public record Accounts(List<Account> all) {

  public record Account(String name, int id, String home, String shell) {}

  private static final Account ROOT = new Account("root", 0, "/root", "/bin/sh");
  private static final Account NOBODY = new Account("nobody", 65534, "/nonexistent", "/bin/false");

  public Accounts {
    all = List.copyOf(all);
  }

  /** Root, these, and nobody. */
  public static Accounts of(Account... further) {
    List<Account> all = new ArrayList<>(List.of(ROOT));
    all.addAll(List.of(further));
    all.add(NOBODY);
    return new Accounts(all);
  }

  /** The account files. */
  Tree tree() {
    String passwd =
        all.stream()
            .map(a -> "%s:x:%d:%d::%s:%s\n".formatted(a.name, a.id, a.id, a.home, a.shell))
            .collect(Collectors.joining());
    String group =
        all.stream().map(a -> "%s:x:%d:\n".formatted(a.name, a.id)).collect(Collectors.joining());
    return new Tree(
        List.of(
            new Tree.Text("/etc/passwd", passwd, 0644), new Tree.Text("/etc/group", group, 0644)));
  }

  /**
   * Whom the text names: a user or {@code user:group}, by name or number; empty text is root.
   *
   * @return nothing when there is no such name
   */
  public Optional<Identity> identity(String text) {
    String[] parts = text.isEmpty() ? new String[] {"0"} : text.split(":", 2);
    Optional<Integer> user = number(parts[0]);
    Optional<Integer> group =
        parts.length == 2
            ? number(parts[1])
            : user.map(u -> all.stream().anyMatch(a -> a.id == u) ? u : 0);
    return user.flatMap(u -> group.map(g -> new Identity(u, g, List.of())));
  }

  private Optional<Integer> number(String nameOrNumber) {
    if (nameOrNumber.chars().allMatch(Character::isDigit)) {
      return Optional.of(Integer.valueOf(nameOrNumber));
    }
    return all.stream().filter(a -> a.name.equals(nameOrNumber)).map(Account::id).findFirst();
  }

  /** The home of a user, {@code /} for one without an account. */
  public String home(int user) {
    return all.stream().filter(a -> a.id == user).map(Account::home).findFirst().orElse("/");
  }
}
