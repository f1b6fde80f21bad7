/**
 * The ports through which a run sees and changes the world: a Kubernetes cluster, Linode,
 * Cloudflare, web sites, this machine, the time.
 *
 * <p>Rule of the room: JDK types and records of its own in every signature; what cannot be done is
 * a {@link runbook.world.Failure} in our words that names the call. Nothing here knows of plans.
 */
package runbook.world;
