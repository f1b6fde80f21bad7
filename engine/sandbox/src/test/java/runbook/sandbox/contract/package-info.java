/**
 * Contracts: what plans rely on in a cloud's API, as tests that any implementation has to pass. The
 * sandbox passes them always, the test cluster's laboratory where {@code PLAN_TEST_CLUSTER} is set;
 * the two are written by different hands from the same descriptions.
 *
 * <p>Where the sandbox assumes something that the laboratory cannot show or does otherwise, these
 * are all such assumptions:
 *
 * <ol>
 *   <li>A pod that is going is told again to go, with less grace: the sandbox's kubelet ends it
 *       then, as Kubernetes documents it. The laboratory's keeps to the grace of the first time
 *       (seen with containerd: a pod of 600 seconds was still there 100 seconds after a second
 *       deletion with 1).
 * </ol>
 *
 * <p>Rule of the room: an ordinary HTTP client is all that a case may use.
 */
package runbook.sandbox.contract;
