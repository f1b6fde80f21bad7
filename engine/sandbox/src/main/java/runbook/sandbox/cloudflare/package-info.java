/**
 * Cloudflare: zones, Workers scripts and the routes that lead to them, and the API v4 over it.
 *
 * <p>Written from the official description of the API, the documentation of routes ({@code
 * developers.cloudflare.com/workers/configuration/routing/routes}) and the facts E of the project's
 * domain notes. {@link runbook.sandbox.cloudflare.Cloudflare} is the state, which the edge reads;
 * {@link runbook.sandbox.cloudflare.CloudflareApi} is what clients see of it.
 *
 * <p>Rule of the room: it knows which script answers for a URL and runs none.
 */
package runbook.sandbox.cloudflare;
