/**
 * Linode: block storage whose volumes are folders, and the API v4 over it.
 *
 * <p>{@link runbook.sandbox.linode.Volumes} is the storage; the controllers and the node use it
 * directly, as Linode's own driver would. {@link runbook.sandbox.linode.LinodeApi} is what clients
 * see of it. It is written from the official description (Linode API 4.189, October 2024) and the
 * facts D of the project's domain notes; where both are silent the code says what it assumes.
 *
 * <p>Rule of the room: nothing of Kubernetes; it waits by the sandbox's clock only.
 */
package runbook.sandbox.linode;
