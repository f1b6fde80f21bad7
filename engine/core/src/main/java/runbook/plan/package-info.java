/**
 * The plan as it is carried out, and the way from a YAML tree to it.
 *
 * <p>Rule of the room: loading never throws for what a user wrote, always reads to the end, and
 * gives all problems. Every part carries its span.
 */
package runbook.plan;
