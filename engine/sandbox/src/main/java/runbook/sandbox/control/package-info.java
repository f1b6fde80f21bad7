/**
 * The controllers: they bring the cluster to what its objects say, one step at a time, as the
 * scheduler, the controller manager and the CSI sidecars of a real cluster do.
 *
 * <p>Rule of the room: each looks at the store and acts by it; none talks to another, and none
 * keeps what it could not find out again. What it says in conditions and events are a real
 * cluster's words.
 */
package runbook.sandbox.control;
