/**
 * How objects are changed by a part of themselves: JSON patch (RFC 6902), merge patch (RFC 7386),
 * Kubernetes' strategic merge patch, and server-side apply with the owners of fields.
 *
 * <p>Rule of the room: from objects to objects; it knows no store and no request.
 */
package runbook.sandbox.patch;
