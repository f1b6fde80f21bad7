package runbook.sandbox.linode;

import java.util.Collection;
import java.util.regex.Pattern;

/** The rule for labels of volumes: 1 to 32 characters, of which the first is a letter. */
final class Labels {
  private static final Pattern RULE = Pattern.compile("[a-zA-Z]((?!--|__)[a-zA-Z0-9_-])+");
  private static final int LONGEST = 32;

  private Labels() {}

  static void check(String label) {
    if (label.isEmpty() || label.length() > LONGEST)
      throw Refusal.field("label", "Length must be 1-32 characters");
    if (!RULE.matcher(label).matches())
      throw Refusal.field(
          "label",
          "Must begin with a letter and may only contain letters, numbers, dashes and underscores, but not -- or __");
  }

  /** The rules, and that none of the others has it. */
  static void check(String label, Collection<Volume> others) {
    check(label);
    if (others.stream().anyMatch(v -> v.label().equals(label)))
      throw Refusal.field("label", "Label must be unique among your Volumes");
  }
}
