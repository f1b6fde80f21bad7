/**
 * Faults on demand: one small API, for tests in Java ({@link runbook.sandbox.fault.Faults}) and for
 * the command line over HTTP on loopback ({@link runbook.sandbox.fault.FaultApi}).
 *
 * <p>A <b>fault</b> concerns requests of clients, and is put between them and a server:
 *
 * <pre>{@code
 * curl $SANDBOX_URL/faults -d '{"api": "linode", "method": "POST", "path": "/clone$", "count": 1, "reset": "after"}'
 * curl $SANDBOX_URL/faults -d '{"path": "/volumes", "count": 3, "status": 429, "headers": {"Retry-After": "2"}, "body": "…"}'
 * curl $SANDBOX_URL/faults -d '{"path": "/exec", "cut": 100000, "close": true}'
 * curl $SANDBOX_URL/faults; curl -X DELETE $SANDBOX_URL/faults; curl $SANDBOX_URL/requests
 * }</pre>
 *
 * <p>Which requests: {@code api} (kubernetes, linode, cloudflare, edge), {@code method}, {@code
 * path} (a regular expression, found anywhere in the path with its query), {@code skip} (so many
 * are let through first), {@code count} (so many are hit, then it is over; 0: all). What happens is
 * one of:
 *
 * <ul>
 *   <li>{@code status}, with {@code headers} and {@code body}: this is answered, nothing is done
 *   <li>{@code reset}: {@code before} or {@code after} the work is done the connection is reset
 *   <li>{@code delay}: so long nothing happens, such as {@code 5s}; then all is well
 *   <li>{@code stall}: {@code true}, no answer; a number, the answer's stream stands still at this
 *       byte; until the fault is removed or the client goes
 *   <li>{@code slow}: so many bytes a second
 *   <li>{@code cut}: the stream ends before this byte, by a reset, or with {@code close} as if all
 *       were well: a WebSocket is closed, without a status of the command (DOMAIN A1); with {@code
 *       kill} the command is killed too, otherwise it goes on (DOMAIN A6)
 *   <li>{@code idle}: after so long without a byte in any direction the connection is reset, and a
 *       command goes on
 *   <li>{@code flip}: one bit of the byte at this offset is another one
 * </ul>
 *
 * The streams that {@code stall}, {@code slow}, {@code cut} and {@code flip} concern are the bodies
 * of answers (logs among them), or of a command that is executed: {@code stream} is {@code stdout}
 * unless it says {@code stdin} or {@code stderr}. Offsets count from 0 within the content, whatever
 * the frames around it.
 *
 * <p>A <b>trouble</b> concerns the world itself. Others register what they can do to it; it begins
 * with {@code curl $SANDBOX_URL/troubles/NAME -d '{…}'} and ends with {@code DELETE}; {@code GET
 * $SANDBOX_URL/troubles} tells which there are and what they take.
 *
 * <p>Rule of the room: it knows requests and streams, and nothing of what is served.
 */
package runbook.sandbox.fault;
