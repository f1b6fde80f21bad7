/**
 * Measurements that can be repeated: each class has a {@code main} that prints figures. What was
 * measured, where and when stands in {@code engine/bench/README.md}.
 *
 * <p>Rule of the room: nothing here is asserted, and nothing uses it.
 */
package runbook.bench;
