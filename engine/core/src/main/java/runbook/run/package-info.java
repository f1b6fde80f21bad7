/**
 * Carries a plan out: the interpreter, its journal, and what both leave in the run's folder.
 *
 * <p>Rule of the room: what comes next depends on the plan, the parameters and the journal alone.
 * An effect is journalled, and forced to disk, before it begins and after it ended. Time limits,
 * retries and reporting wrap an action; they are no branches of the interpreter.
 */
package runbook.run;
