/**
 * The edge: what visitors of a zone's hosts get. Where a route leads to a script, the script's
 * answer; elsewhere that of the origin, which whoever starts the edge has to know.
 *
 * <p>Rule of the room: HTTP in and out; nothing of Kubernetes.
 */
package runbook.sandbox.edge;
