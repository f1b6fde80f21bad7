package runbook.sandbox.node;

/** Something that a container or its volumes need is not there; it may come. */
final class Fault extends Exception {
  private static final long serialVersionUID = 1;
  private final String reason;

  /**
   * @param reason as a container's waiting state has it
   */
  Fault(String reason, String message) {
    super(message);
    this.reason = reason;
  }

  static Fault config(String message) {
    return new Fault("CreateContainerConfigError", message);
  }

  String reason() {
    return reason;
  }
}
