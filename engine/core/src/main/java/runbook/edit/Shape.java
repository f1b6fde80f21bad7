package runbook.edit;

import java.util.List;
import java.util.Optional;
import runbook.type.Type;

/** What may stand at a place of a plan. */
sealed interface Shape {
  /**
   * A map.
   *
   * @param others what has a name of the author's choice
   */
  record Keys(List<Key> keys, Optional<Shape> others) implements Shape {}

  /** A step, whose keys depend on what it is. */
  record Step() implements Shape {}

  record Items(Shape element) implements Shape {}

  /** A value of a type. */
  record Value(Type type) implements Shape {}

  /** The name of a place. */
  record PlaceName() implements Shape {}

  /** The name of a checkpoint that was passed. */
  record CheckpointName() implements Shape {}

  /** Another plan. */
  record PlanFile() implements Shape {}

  /** Something of which nothing is known. */
  record Free() implements Shape {}

  /**
   * A word with a meaning.
   *
   * @param detail its type, in a few words
   */
  record Key(String name, String detail, String doc, Shape value) {}
}
