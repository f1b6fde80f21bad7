package runbook.action;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static runbook.action.Deadlines.until;
import static runbook.action.ExecTest.exec;
import static runbook.action.ExecTest.script;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import runbook.action.Deadlines.Beside;
import runbook.type.Word;
import runbook.world.Failure;

/** Commands that one shell starts do not meet each other, nor that shell. */
class KeeperTest {
  @TempDir Path folder;
  Contexts contexts;

  @BeforeEach
  void context() {
    contexts = new Contexts(folder);
  }

  Failure failure(Exec exec) {
    return catchThrowableOfType(Failure.class, () -> exec.run(contexts.context()));
  }

  @Test
  void namesOfTheEnvironmentDoNotMeetThoseOfTheWrapper() throws Exception {
    var env = new LinkedHashMap<String, Word>();
    for (var name : List.of("D", "child", "stop", "rc", "r", "kids", "kid", "IFS", "ENV"))
      env.put(name, new Word("x y", false));
    var done =
        exec(Optional.empty(), "echo $D $child $rc $kids", env, List.of(), List.of())
            .run(contexts.context());
    assertThat(done.stdout()).isEqualTo("x y x y x y x y");
  }

  @Test
  void aCommandThatSignalsItsGroupMeetsNobodyElse() throws Exception {
    var other = new Contexts(Files.createDirectory(folder.resolve("other")));
    var beside =
        Beside.start(() ->
            assertThat(script("sleep 1; echo on").run(other.context()).stdout()).isEqualTo("on"));
    until("it begins", () -> Files.exists(other.scratch().resolve("1/pid")));
    assertThat(failure(script("kill -9 0"))).hasMessageContaining("137");
    contexts = new Contexts(Files.createDirectory(folder.resolve("third")));
    assertThat(script("echo still").run(contexts.context()).stdout()).isEqualTo("still");
    beside.join();
  }

  @Test
  void onlyTheThreeUsualStreamsAreOpen() {
    var done = script("ls /proc/self/fd | grep -v '^[0-2]$' | wc -l").run(contexts.context());
    // ls has one open itself, to read that folder
    assertThat(done.stdout().strip()).isEqualTo("1");
  }

  @Test
  void aKeeperThatWasKilledIsReplaced() throws Exception {
    for (int i = 0; i < 20; i++) {
      contexts = new Contexts(Files.createDirectory(folder.resolve("n" + i)));
      var parent = script("cut -d' ' -f4 /proc/$PPID/stat").run(contexts.context()).stdout();
      ProcessHandle.of(Long.parseLong(parent)).ifPresent(ProcessHandle::destroyForcibly);
    }
    contexts = new Contexts(Files.createDirectory(folder.resolve("last")));
    assertThat(script("echo on").run(contexts.context()).stdout()).isEqualTo("on");
  }

  @Test
  void whatAKilledKeeperStartedComesToItsEnd() {
    var script = "kill -9 $(cut -d' ' -f4 /proc/$PPID/stat); sleep 0.5; echo on";
    assertThat(script(script).run(contexts.context()).stdout()).isEqualTo("on");
  }

  @Test
  void noZombiesAreLeft() throws Exception {
    for (int i = 0; i < 20; i++) {
      contexts = new Contexts(Files.createDirectory(folder.resolve("n" + i)));
      script("true").run(contexts.context());
    }
    until(
        "they are waited for",
        () -> ProcessHandle.current().descendants().noneMatch(p -> state(p.pid()).equals("Z")));
  }

  private static String state(long pid) {
    try {
      return Files.readString(Path.of("/proc/" + pid + "/stat"))
          .replaceFirst(".*\\) (.).*\n", "$1");
    } catch (java.io.IOException gone) {
      return "";
    }
  }
}
