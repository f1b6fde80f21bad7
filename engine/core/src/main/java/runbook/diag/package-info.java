/**
 * What is wrong, where, and what to do: sources, spans, diagnostics and how they are shown.
 *
 * <p>Rule of the room: JDK only, and no word of any library. How a message is written:
 *
 * <ul>
 *   <li>one sentence with a full stop, in the user's words; code in backticks;
 *   <li>what is wrong first, then the remedy as a hint ("Did you mean …?", "Expected one of ….");
 *   <li>no unbounded values: what is quoted from a file is cut;
 *   <li>never a stack trace for a user's mistake, always one for ours.
 * </ul>
 */
package runbook.diag;
