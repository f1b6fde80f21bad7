/**
 * The ports of {@link runbook.world} over HTTP and processes.
 *
 * <p>Rule of the room: the one home of fabric8, OkHttp and Retrofit. A read is repeated after a
 * passing fault; a change is sent again only where it certainly was not carried out, or where
 * carrying it out twice is harmless. What fails is said in our words and names the call; a token is
 * never part of it.
 */
package runbook.client;
