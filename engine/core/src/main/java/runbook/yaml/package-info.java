/**
 * A positioned tree of a YAML text: every node and every character of a scalar knows its place; and
 * the text brought into a layout, with all its comments.
 *
 * <p>Rule of the room: the one home of snakeyaml-engine; what it complains of is said in our words.
 *
 * <p>Plain words mean what YAML 1.2's core schema says, and nothing more:
 *
 * <ul>
 *   <li>{@code true}, {@code false} (also {@code True}, {@code TRUE}, …) are booleans; {@code no},
 *       {@code yes}, {@code on}, {@code off} are texts;
 *   <li>{@code ~}, {@code null} (also {@code Null}, {@code NULL}) and nothing at all are no value;
 *   <li>{@code 12}, {@code 012} (twelve), {@code 0o14} (octal), {@code 0xC} are integers; {@code
 *       1.5}, {@code .5}, {@code 1e3} are numbers, and so is an integer of more than 64 bits;
 *   <li>everything else is a text, as is whatever is quoted: {@code 1_000}, {@code 12:30}, {@code
 *       2026-01-31}, {@code .inf}, {@code 1.2.3}.
 * </ul>
 *
 * <p>Anchors and aliases are read, as long as what the aliases of a document stand for is no more
 * than a person would write, and none contains itself. Tags are refused, and so is what YAML allows
 * and no plan needs: keys that are lists or maps, keys that come twice, more than 100 levels, files
 * of more than 16 MiB. The merge key {@code <<} is refused in a plan, and merges in a manifest.
 */
package runbook.yaml;
