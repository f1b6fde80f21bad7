package runbook.docs;

import java.util.LinkedHashMap;
import java.util.Map;

/** The files that {@code plan schema} writes. */
public final class Reference {
  private Reference() {}

  /** Their texts by their names. */
  public static Map<String, String> files() {
    var files = new LinkedHashMap<String, String>();
    files.put("plan.schema.json", PlanSchema.json());
    files.put("actions.md", ActionReference.markdown());
    files.put("functions.md", FunctionReference.markdown());
    files.put("problems.md", ProblemReference.markdown());
    return files;
  }
}
