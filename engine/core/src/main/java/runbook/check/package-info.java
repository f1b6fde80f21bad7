/**
 * Holds a plan against itself, without any system: names, types, order, guards, and what the
 * actions say of their arguments.
 *
 * <p>Rule of the room: what is refused is wrong for sure; where a value is known only in the run, a
 * check says nothing. Every message has a {@link runbook.diag.Code} with a page of the reference.
 */
package runbook.check;
