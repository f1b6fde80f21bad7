package runbook.edit;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import runbook.diag.Problems;
import runbook.plan.PlanLoader;

/** The plans that a plan uses, as they are on disk. */
record UsedPlans(Path folder) {
  private static final Outline NONE =
      new Outline(Map.of(), Map.of(), Map.of(), List.of(), List.of());

  /** What the other plan declares; nothing where there is none. */
  Outline outline(String file) {
    return path(file)
        .flatMap(f -> PlanLoader.source(f, new Problems()))
        .map(s -> Outline.of(TolerantReader.read(s)))
        .orElse(NONE);
  }

  Optional<Path> path(String file) {
    try {
      return file.isBlank() ? Optional.empty() : Optional.of(folder.resolve(file).normalize());
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }
}
