/**
 * The program that stands in for services which write to PostgreSQL.
 *
 * <p>Rule: the JDK and the JDBC driver alone; it runs in a container, in a JVM of its own.
 */
package runbook.sandbox.image.client;
