package runbook.docs;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import runbook.diag.Golden;

/** What is committed in {@code schema/} is what the declarations say. */
final class ReferenceTest {
  private static final Path COMMITTED = Path.of("../../schema");

  @TestFactory
  Stream<DynamicTest> committed_files_are_what_is_written() {
    return Reference.files().entrySet().stream()
        .map(f ->
            DynamicTest.dynamicTest(
                f.getKey(), () -> Golden.check(COMMITTED.resolve(f.getKey()), f.getValue())));
  }
}
