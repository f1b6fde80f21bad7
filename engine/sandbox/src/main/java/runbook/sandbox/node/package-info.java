/**
 * The node: what a kubelet and its container runtime do. It watches the pods that are bound to it,
 * runs them in boxes, and tells how they are.
 *
 * <p>Each pod has a worker, one thread that takes news in their order and then does whatever the
 * pod needs next; nothing else touches the pod's containers. Waits are news that a timer sends.
 *
 * <p>Rule: knows the store's pods, volumes and services, and boxes; no controller's business. What
 * it writes of a pod is its status, and its end.
 */
package runbook.sandbox.node;
