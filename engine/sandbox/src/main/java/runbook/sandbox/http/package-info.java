/**
 * An HTTP/1.1 server with WebSockets, on the JDK alone: one virtual thread a connection, bodies as
 * streams, TLS where it is asked for. It listens on loopback only.
 *
 * <p>Rule of the room: it knows the protocol (RFC 9110, 9112, 6455) and nothing of what is served.
 */
package runbook.sandbox.http;
