package runbook.check;

import runbook.action.Effect;
import runbook.action.Touches.Access;
import runbook.diag.Code;
import runbook.diag.Problems;
import runbook.expr.Value;
import runbook.plan.Step;
import runbook.type.Type;

/**
 * Nothing is destroyed without proof: what proves that it can be restored is the whole result of a
 * step that surely ran, and about the same thing.
 */
final class ProofChecker {
  private final Problems problems;

  ProofChecker(Problems problems) {
    this.problems = problems;
  }

  void check(Visit visit) {
    var type = visit.act().call().type();
    if (type.effect() != Effect.DESTROY) return;
    retried(visit.act());
    type.parameters()
        .forEach((name, field) -> {
          if (field.type() instanceof Type.Struct s && s.output())
            visit.argument(name).ifPresent(proof -> proof(visit, proof));
        });
  }

  private void retried(Step.Act act) {
    act.controls()
        .retry()
        .filter(r -> r.attempts() > 1)
        .ifPresent(retry ->
            problems.error(
                Code.RETRY_DESTROYS,
                retry.span(),
                "`" + act.call().type().name() + "` destroys something and is not tried again.",
                "When it fails, look at why; `plan resume` goes on afterwards."));
  }

  private void proof(Visit visit, Value proof) {
    var maker = visit.frame().step(proof);
    if (maker.isEmpty()) {
      problems.error(
          Code.PROOF_NOT_A_STEP,
          proof.span(),
          "The proof is the whole result of one step, and this is not.",
          "Refer to the step itself: `${steps.id}`.");
    } else if (!maker.get().runsWith(visit)) {
      problems.error(
          Code.PROOF_SKIPPABLE,
          proof.span(),
          "The proof comes from " + maker.get().title() + ", which may be skipped.",
          "Take away its `when`, or put this step under the same one.");
    } else {
      same(visit, maker.get(), proof);
    }
  }

  /** What is destroyed is what the other step read. */
  private void same(Visit visit, Visit maker, Value proof) {
    for (var destroyed : visit.touched()) {
      if (destroyed.access() != Access.DESTROY) continue;
      for (var proved : maker.touched()) {
        if (proved.thing() != destroyed.thing()
            || proved.named().symbol().isAlways(destroyed.named().symbol())) continue;
        problems.error(
            Code.PROOF_OF_ANOTHER,
            proof.span(),
            "The proof is about the "
                + proved.thing().title()
                + " `"
                + proved.named().symbol().title()
                + "`, and `"
                + destroyed.named().symbol().title()
                + "` is destroyed.",
            "Both steps have to name it in the same way.");
        return;
      }
    }
    if (!visit.namespace().isAlways(maker.namespace()))
      problems.error(
          Code.PROOF_OF_ANOTHER,
          proof.span(),
          "The proof is about another namespace than the one in which this step destroys.",
          "Give both steps the same `namespace`.");
  }
}
