/**
 * The cluster's objects: what etcd and the generic part of an API server do. Versions, watches,
 * deletion with finalizers and grace, identities.
 *
 * <p>Rule of the room: one lock, one order of changes. What goes in and out is a copy that nobody
 * changes. It knows no kind but for how it is deleted and whether it counts generations.
 */
package runbook.sandbox.store;
