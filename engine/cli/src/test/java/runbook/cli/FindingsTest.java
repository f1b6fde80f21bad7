package runbook.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import runbook.action.Finding;
import runbook.run.Inspection;
import runbook.run.Inspection.Entry;

/** How a preflight reads: what stands in the way first, and commands in one piece. */
final class FindingsTest {
  private static final Inspection SOME =
      new Inspection(
          List.of(
              new Entry(List.of("a"), Finding.fine("deployment `site`", "2 → 0")),
              new Entry(
                  List.of("a", "b", "c", "d", "e"),
                  Finding.notice(
                      "Place `worker`",
                      "No pod of place `worker` runs.",
                      "Unless an earlier step starts it, look at it with `kubectl get pods -n default`.")),
              new Entry(
                  List.of("removeClaim"),
                  Finding.blocks(
                      "volume `pvc-1`",
                      "The reclaim policy of volume `pvc-1` is Delete: deleting the claim would destroy it.",
                      "Change it with `kubectl patch pv pvc-1 -p '{\"spec\":{\"persistentVolumeReclaimPolicy\":\"Retain\"}}'`."))),
          List.of("restart", "open"));

  private final StringWriter text = new StringWriter();
  private final PrintWriter out = new PrintWriter(text);

  @Test
  void everythingForWhoAsks() {
    new Findings(out).print(SOME, true);
    out.flush();
    assertThat(text)
        .hasToString(
            """
            BLOCKS    volume `pvc-1` (removeClaim)
                      The reclaim policy of volume `pvc-1` is Delete: deleting the claim
                      would destroy it.
                      → Change it with
                      `kubectl patch pv pvc-1 -p '{"spec":{"persistentVolumeReclaimPolicy":"Retain"}}'`.
            note      Place `worker` (a, b, c and 2 more)
                      No pod of place `worker` runs.
                      → Unless an earlier step starts it, look at it with
                      `kubectl get pods -n default`.
            ok        deployment `site`: 2 → 0
            later     What these steps are given only the run can tell: restart, open.
            Preflight: 1 thing stands in the way, 1 to know, 1 fine.
            """);
  }

  @Test
  void oneLineBeforeARun() {
    new Findings(out).printInShort(SOME, "plan preflight x.yaml");
    out.flush();
    assertThat(text)
        .hasToString(
            "Preflight: 1 thing stands in the way, 1 to know, 1 fine. `plan preflight x.yaml` shows them.\n");
  }

  @Test
  void nothingWhereNothingWasToBeAsked() {
    new Findings(out).printInShort(new Inspection(List.of(), List.of()), "plan preflight x.yaml");
    out.flush();
    assertThat(text).hasToString("");
  }
}
