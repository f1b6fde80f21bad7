package runbook.diag;

import java.util.Locale;

/**
 * Every kind of problem that a plan can have, by its stable name; {@code plan validate} prints it
 * behind the message, and a page of the reference explains it. The names never change, since people
 * look them up and tools filter by them.
 */
public enum Code {
  ARGUMENT_COUNT,
  BRANCH_CONFLICT,
  CHANGE_STANDS,
  DESTROYED_USED,
  DUPLICATE_ITEM,
  DUPLICATE_KEY,
  DUPLICATE_STEP,
  EXPRESSION_FORBIDDEN,
  EXPRESSION_HERE,
  EXPRESSION_SYNTAX,
  FILE_ENCODING,
  FILE_MISSING,
  FILE_SIZE,
  FILE_TOO_EARLY,
  FILE_UNREADABLE,
  GUARD_EMPTY,
  GUARD_NOT_PASSED,
  INVALID_ARGUMENT,
  INVALID_NAME,
  INVALID_UNDO,
  MAY_BE_ABSENT,
  MISSING_KEY,
  MISSING_PARAMETER,
  OTHER_BRANCH,
  PLACE_GONE,
  PLACE_KIND,
  PLAN_TOO_LARGE,
  PROOF_NOT_A_STEP,
  PROOF_OF_ANOTHER,
  PROOF_SKIPPABLE,
  RETRY_DESTROYS,
  SCRIPT_ENV,
  SCRIPT_EXPRESSION,
  SCRIPT_PIPE,
  SCRIPT_SECRET,
  SCRIPT_VARIABLE,
  SECRET_EXPOSED,
  SECRET_IN_PLAN,
  STEP_KIND,
  TIMEOUT_TOO_SHORT,
  TOO_EARLY,
  UNGUARDED,
  UNKNOWN_ACTION,
  UNKNOWN_FUNCTION,
  UNKNOWN_GUARD,
  UNKNOWN_KEY,
  UNKNOWN_NAME,
  UNKNOWN_OUTPUT,
  UNKNOWN_PARAMETER,
  UNKNOWN_PLACE,
  UNKNOWN_STEP,
  UNKNOWN_TYPE,
  UNUSED_PARAMETER,
  USE_CONNECTIONS,
  USE_CYCLE,
  WRONG_TYPE,
  YAML_ALIAS,
  YAML_CHARACTER,
  YAML_DEPTH,
  YAML_DOCUMENTS,
  YAML_EMPTY,
  YAML_KEY,
  YAML_MERGE,
  YAML_SYNTAX,
  YAML_TAG;

  /** Whether it is a warning, with which a plan can be executed, and not an error. */
  public boolean isWarning() {
    return this == SCRIPT_PIPE || this == UNUSED_PARAMETER;
  }

  /** As it is printed: {@code unknown-key}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
