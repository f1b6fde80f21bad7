/**
 * Contracts: what plans rely on in a cloud's API, as tests that any implementation has to pass. The
 * sandbox passes them always, the test cluster's laboratory where {@code PLAN_TEST_CLUSTER} is set;
 * the two are written by different hands from the same descriptions.
 *
 * <p>Rule of the room: an ordinary HTTP client is all that a case may use.
 */
package runbook.sandbox.contract;
