/**
 * Shell scripts, read as far as can be told for sure: words, commands, which variables they use and
 * set. POSIX, with what bash adds.
 *
 * <p>Rule of the room: JDK only; nothing is run, and nothing is claimed of what a script computes.
 */
package runbook.shell;
