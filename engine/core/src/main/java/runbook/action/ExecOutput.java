package runbook.action;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import runbook.action.Exec.Allowance;

/**
 * What becomes of a command's output, in constant memory: it is handed to the operator, its end is
 * kept, and each line is held against the patterns.
 */
final class ExecOutput {
  /** Of each stream. */
  static final int KEPT = 64 << 10;

  /** What a line has beyond this is not looked at. */
  private static final int LINE = 64 << 10;

  /** How many offending lines are named. */
  private static final int NAMED = 20;

  private final Progress progress;
  private final List<Pattern> failOn;
  private final Map<Pattern, Allowed> allowed = new LinkedHashMap<>();
  private final List<String> offending = new ArrayList<>();
  private long offences;
  private final Stream out = new Stream();
  private final Stream err = new Stream();

  ExecOutput(Progress progress, List<String> failOn, List<Allowance> allow) {
    this.progress = progress;
    this.failOn = failOn.stream().map(Pattern::compile).toList();
    for (var a : allow) allowed.put(Pattern.compile(a.pattern()), new Allowed(a));
  }

  private static final class Allowed {
    final Allowance allowance;
    long seen;

    Allowed(Allowance allowance) {
      this.allowance = allowance;
    }
  }

  OutputStream out() {
    return out;
  }

  OutputStream err() {
    return err;
  }

  /** The last 64 KiB of output, without the last line break. */
  synchronized String stdout() {
    return out.text();
  }

  synchronized String stderr() {
    return err.text();
  }

  /** The last lines of error output, or of output if there is none. */
  synchronized String lastLines(int count) {
    var text = err.text().isBlank() ? out.text() : err.text();
    var lines = text.lines().toList();
    return String.join("\n", lines.subList(Math.max(0, lines.size() - count), lines.size()));
  }

  /** After the end: looks at last lines without a line break. */
  synchronized void finish() {
    out.endLine();
    err.endLine();
  }

  /** How many lines were found by {@code failOn} and are beyond what is allowed. */
  synchronized long offences() {
    return offences;
  }

  /** The first of them. */
  synchronized List<String> offending() {
    return List.copyOf(offending);
  }

  /** One sentence for each allowance that came fewer times than it says. */
  synchronized List<String> unused() {
    return allowed.values().stream()
        .filter(a -> a.seen < a.allowance.count())
        .map(a ->
            "The line allowed by `"
                + a.allowance.pattern()
                + "` came "
                + times(a.seen)
                + ", not "
                + times(a.allowance.count())
                + ".")
        .toList();
  }

  private static String times(long count) {
    return count == 0 ? "never" : count == 1 ? "once" : count + " times";
  }

  private void check(String line) {
    if (failOn.stream().noneMatch(p -> p.matcher(line).find())) return;
    for (var entry : allowed.entrySet()) {
      var a = entry.getValue();
      if (a.seen < a.allowance.count() && entry.getKey().matcher(line).find()) {
        a.seen++;
        return;
      }
    }
    offences++;
    var shown = line.length() > 500 ? line.substring(0, 500) + " …" : line;
    if (offending.size() < NAMED) offending.add(shown);
    if (offences == 1) progress.say("A line that means failure: " + shown);
  }

  /** One of the two streams. */
  private final class Stream extends OutputStream {
    private final byte[] ring = new byte[KEPT];
    private long written;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    @Override
    public void write(int b) {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      synchronized (ExecOutput.this) {
        var piece =
            offset == 0 ? bytes : java.util.Arrays.copyOfRange(bytes, offset, offset + length);
        progress.output(piece, length);
        for (int i = 0; i < length; i++) {
          ring[(int) (written++ % KEPT)] = piece[i];
          if (failOn.isEmpty()) continue;
          if (piece[i] == '\n') endLine();
          else if (line.size() < LINE) line.write(piece[i]);
        }
      }
    }

    void endLine() {
      if (line.size() > 0) check(line.toString(StandardCharsets.UTF_8).stripTrailing());
      line.reset();
    }

    String text() {
      var length = (int) Math.min(written, KEPT);
      var kept = new byte[length];
      for (int i = 0; i < length; i++) kept[i] = ring[(int) ((written - length + i) % KEPT)];
      // a character of which the beginning is lost
      var start = 0;
      while (written > KEPT && start < 4 && start < length && (kept[start] & 0xC0) == 0x80) start++;
      var end = length;
      if (end > start && kept[end - 1] == '\n') end--;
      if (end > start && kept[end - 1] == '\r') end--;
      return new String(kept, start, end - start, StandardCharsets.UTF_8);
    }
  }
}
