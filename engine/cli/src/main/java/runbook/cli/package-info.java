/**
 * The {@code plan} command.
 *
 * <p>Rule of the room: the only place that wires the rooms together, and the only one that reads
 * the environment, prints and exits. Results go to standard output, talk to standard error.
 */
package runbook.cli;
