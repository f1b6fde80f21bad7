package runbook.sandbox.node;

/** Whether the machine of a node is on. */
final class Power {
  private boolean on = true;
  private long failures;

  synchronized void turnOff() {
    on = false;
    failures++;
  }

  synchronized void turnOn() {
    on = true;
    notifyAll();
  }

  synchronized boolean isOn() {
    return on;
  }

  /** How often it went off so far. */
  synchronized long failures() {
    return failures;
  }

  /** Waits until it is on. */
  synchronized void await() throws InterruptedException {
    while (!on) {
      wait();
    }
  }
}
