package runbook.sandbox.node;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** What a worker is told. */
sealed interface News {
  /** The pod as the store has it now. */
  record Changed(ObjectNode pod) implements News {}

  /** The store has it no longer: somebody did not want to wait for its end. */
  record Gone() implements News {}

  record Ended(Run run, int start, int status) implements News {}

  record Answered(Run run, int start, Probe probe, Probe.Answer answer) implements News {}

  /** Services are others than before. */
  record Renamed() implements News {}

  /** The time has come that a container's start was put off to. */
  record Due(Run run) implements News {}

  /** Something may be tried again. */
  record Tick() implements News {}

  /** A while went by, after which a kubelet looks at all its pods again. */
  record Resync() implements News {}

  /** The node stops; its processes end with its world. */
  record Stop() implements News {}
}
