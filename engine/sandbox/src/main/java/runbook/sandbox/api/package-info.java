/**
 * The Kubernetes API over HTTPS: requests on one side, the store and the node on the other.
 *
 * <p>Rule of the room: it keeps no state of the cluster; what a request changes is in the store
 * before it is answered. It answers as an API server of version 1.35 does, errors included.
 */
package runbook.sandbox.api;
