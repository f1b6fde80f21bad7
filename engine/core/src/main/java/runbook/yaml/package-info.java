/**
 * A positioned tree of a YAML text: every node and every character of a scalar knows its place.
 *
 * <p>Rule of the room: the one home of snakeyaml-engine; what it complains of is said in our words.
 * Literals follow YAML 1.2's core schema: {@code no} is a text, {@code 012} is twelve.
 */
package runbook.yaml;
