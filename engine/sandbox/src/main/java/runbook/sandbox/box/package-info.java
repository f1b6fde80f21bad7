/**
 * Boxes: worlds, pods and containers made of Linux namespaces, as root or as an ordinary user.
 *
 * <p>A {@link runbook.sandbox.box.World} is one set of namespaces whose first process ends when
 * this JVM does, however it ends; the kernel then ends every process in it and drops its mounts.
 * Pods are network namespaces in it, containers are mount, PID, UTS and IPC namespaces with a root
 * view of their own.
 *
 * <p>Rule: the JDK, util-linux and iproute2 alone; nothing of Kubernetes, images or databases.
 */
package runbook.sandbox.box;
