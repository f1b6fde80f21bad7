/**
 * Whole worlds: a cluster with its pods, storage, Cloudflare zone and data, from a file that says
 * what is in it, and gone without a trace when it is closed.
 *
 * <p>Rule of the room: it puts the other rooms together and decides nothing that one of them could.
 */
package runbook.sandbox.world;
