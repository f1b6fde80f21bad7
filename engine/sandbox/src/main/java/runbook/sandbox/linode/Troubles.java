package runbook.sandbox.linode;

import java.util.OptionalLong;

/** What goes wrong in the storage, until it is put right again. */
public final class Troubles {
  private final Runnable onChange;
  private boolean clonesStay;
  private boolean attachmentsStay;
  private boolean copiesFail;
  private OptionalLong cloneSize = OptionalLong.empty();

  Troubles(Runnable onChange) {
    this.onChange = onChange;
  }

  /** Whether clones stay {@code creating}; those that waited go on when it ends. */
  public void clonesStay(boolean yes) {
    synchronized (this) {
      clonesStay = yes;
    }
    onChange.run();
  }

  /** Whether no volume is detached; those that waited go on when it ends. */
  public void attachmentsStay(boolean yes) {
    synchronized (this) {
      attachmentsStay = yes;
    }
    onChange.run();
  }

  /** Whether copying fails: a clone disappears, and its event says {@code failed}. */
  public synchronized void copiesFail(boolean yes) {
    copiesFail = yes;
  }

  /** In GiB, what clones have instead of the size of their source. */
  public synchronized void cloneSize(OptionalLong gib) {
    cloneSize = gib;
  }

  /** All is well again. */
  public void end() {
    copiesFail(false);
    cloneSize(OptionalLong.empty());
    clonesStay(false);
    attachmentsStay(false);
  }

  synchronized boolean clonesStay() {
    return clonesStay;
  }

  synchronized boolean attachmentsStay() {
    return attachmentsStay;
  }

  synchronized boolean copiesFail() {
    return copiesFail;
  }

  synchronized OptionalLong cloneSize() {
    return cloneSize;
  }
}
