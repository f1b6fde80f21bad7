package runbook.action;

/**
 * Marks the record of an action's outputs; a parameter of such a type takes a step's result and
 * nothing else.
 */
public interface Output {}
