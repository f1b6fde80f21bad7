package runbook.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import runbook.action.Finding.Level;
import runbook.run.Inspection;

/** What the live systems said, for people: what stands in the way first. */
record Findings(PrintWriter out) {
  private static final int WIDTH = 80;
  private static final int INDENT = 10;

  /** What stands in backquotes is copied, and stays in one piece. */
  private static final Pattern WORD = Pattern.compile("[^\\s`]*`[^`]*`\\S*|\\S+");

  /**
   * @param fine whether what is as it should be is shown too
   */
  void print(Inspection inspection, boolean fine) {
    for (var level : List.of(Level.BLOCKS, Level.NOTICE, Level.FINE))
      if (fine || level != Level.FINE)
        inspection.entries().stream().filter(e -> e.finding().level() == level).forEach(this::row);
    if (!inspection.later().isEmpty() && fine)
      lines(
          "later",
          "What these steps are given only the run can tell: "
              + String.join(", ", inspection.later())
              + ".");
    out.println(summary(inspection));
  }

  /** One line; none where nothing was to be asked. */
  void printInShort(Inspection inspection, String more) {
    if (inspection.entries().isEmpty()) return;
    out.println(
        summary(inspection)
            + (inspection.count(Level.NOTICE) == 0 ? "" : " `" + more + "` shows them."));
  }

  private static String summary(Inspection i) {
    long blocks = i.count(Level.BLOCKS);
    return "Preflight: %s, %d to know, %d fine."
        .formatted(
            blocks == 0
                ? "nothing stands in the way"
                : blocks == 1 ? "1 thing stands in the way" : blocks + " things stand in the way",
            i.count(Level.NOTICE),
            i.count(Level.FINE));
  }

  private void row(Inspection.Entry entry) {
    var finding = entry.finding();
    var word =
        switch (finding.level()) {
          case FINE -> "ok";
          case NOTICE -> "note";
          case BLOCKS -> "BLOCKS";
        };
    if (finding.level() == Level.FINE) {
      lines(word, finding.asked() + ": " + finding.found());
      return;
    }
    lines(word, finding.asked() + " (" + steps(entry.steps()) + ")");
    lines("", finding.found());
    finding.remedy().ifPresent(r -> lines("", "→ " + r));
  }

  private static String steps(List<String> steps) {
    int more = steps.size() - 3;
    return more > 0
        ? String.join(", ", steps.subList(0, 3)) + " and " + more + " more"
        : String.join(", ", steps);
  }

  /** A text of which each line begins at the same column. */
  private void lines(String word, String text) {
    var lines = new ArrayList<String>();
    for (var paragraph : text.split("\n")) {
      var line = new StringBuilder();
      for (var w : WORD.matcher(paragraph).results().map(MatchResult::group).toList()) {
        if (!line.isEmpty() && line.length() + 1 + w.length() > WIDTH - INDENT) {
          lines.add(line.toString());
          line.setLength(0);
        }
        line.append(line.isEmpty() ? "" : " ").append(w);
      }
      lines.add(line.toString());
    }
    for (int i = 0; i < lines.size(); i++)
      out.printf("%-" + INDENT + "s%s%n", i == 0 ? word : "", lines.get(i));
  }
}
