/**
 * JSON and YAML as Jackson's trees.
 *
 * <p>Rule of the room: the one home of Jackson's mapper and of the YAML library; it knows nothing
 * of what the trees mean.
 */
package runbook.sandbox.json;
