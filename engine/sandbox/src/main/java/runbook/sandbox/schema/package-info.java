/**
 * What Kubernetes serves: its kinds and their fields, from the documents that an API server of
 * version 1.35 publishes about itself.
 *
 * <p>Rule of the room: it reads those documents and knows nothing of requests or of stored objects.
 */
package runbook.sandbox.schema;
