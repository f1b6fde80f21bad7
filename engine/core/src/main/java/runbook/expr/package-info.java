/**
 * Expressions in {@code ${…}}: found in texts, checked against static types, evaluated.
 *
 * <p>Rule of the room: the one home of JEXL. Only what {@link runbook.expr.TypeChecker} knows is in
 * the language: everything else that JEXL can do (methods, assignment, loops, lambdas, {@code new},
 * templates, pragmas) is refused where the plan is read. Nothing here reads the clock, files or the
 * environment.
 */
package runbook.expr;
