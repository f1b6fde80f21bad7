package runbook.action;

import java.util.List;

/**
 * A typed step of a runbook: a record whose components are its parameters ({@code Optional} ones
 * may be left out), and whose {@code Done} record holds its outputs.
 *
 * @param <O> its outputs
 */
public sealed interface Action<O extends Output>
    permits Apply,
        AwaitLogs,
        Checksum,
        CloudflareRoute,
        Cp,
        DeletePvc,
        Exec,
        Http,
        LinodeClone,
        Manifest,
        Scale,
        SetImage {

  /**
   * What can be known from the live systems before anything is changed; reads only. What a
   * parameter has from another step is not known yet, and is not looked at: an optional one is left
   * out, and another's outputs are some.
   */
  List<Finding> preflight(ActionContext context);

  /**
   * Does it. May be called again after a failure or a crash with the facts recorded so far, and
   * then has to be right too.
   *
   * @throws runbook.world.Failure when it could not be done
   */
  O run(ActionContext context);

  /** An earlier process began this and never said that it ended: looks at the world and decides. */
  Recovery<O> recover(ActionContext context);

  /** Takes it back, as far as it can be. */
  Reversal undo(ActionContext context, O done);
}
