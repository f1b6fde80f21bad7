package runbook.yaml;

/** Something of YAML that no plan needs, and that is left as it stands. */
final class UnforeseenLayout extends RuntimeException {
  private static final long serialVersionUID = 1;

  UnforeseenLayout() {
    super("a layout that is left as it is", null, false, false);
  }
}
