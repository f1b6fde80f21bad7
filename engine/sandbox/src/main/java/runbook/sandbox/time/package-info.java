/**
 * The sandbox's clock. Everything in the sandbox that waits or tells the time asks it, so that a
 * world can run faster than the real one and its wall clock can jump.
 *
 * <p>Rule of the room: two notions are kept apart as an operating system keeps them. {@link
 * runbook.sandbox.time.SandboxClock#instant} is what the wall clock says; it can jump. {@link
 * runbook.sandbox.time.SandboxClock#elapsed} is how much time has passed; it never goes back, and
 * waits are measured by it. Nothing else is known here.
 */
package runbook.sandbox.time;
