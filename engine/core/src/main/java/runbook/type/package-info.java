/**
 * The types of the language and their values: what a parameter, an argument or an output may be.
 *
 * <p>Rule of the room: JDK only; values are immutable and know how they are written, since the
 * journal holds them in the form in which a plan would have them.
 */
package runbook.type;
