/**
 * The action types: one file each, which declares parameters and outputs as records, and knows how
 * to look before, to run, to recover and to undo.
 *
 * <p>Rule of the room: an action sees plain values and the {@link runbook.world ports}; it never
 * evaluates, never reads the journal, never prints. What it must not forget it {@linkplain
 * runbook.action.Facts records} before the effect. To add one: its file, one word in {@code
 * permits} of {@link runbook.action.Action}, its test, its example.
 */
package runbook.action;
