package runbook.type;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/** Durations as plans write them: {@code 500ms}, {@code 90s}, {@code 1h30m}, {@code 2d}. */
public final class Durations {
  private static final Pattern FORM =
      Pattern.compile(
          "(?:(\\d{1,9})d)?(?:(\\d{1,9})h)?(?:(\\d{1,9})m(?!s))?(?:(\\d{1,9})s)?(?:(\\d{1,9})ms)?");

  private Durations() {}

  public static Optional<Duration> parse(String text) {
    var m = FORM.matcher(text);
    if (text.isEmpty() || !m.matches()) return Optional.empty();
    return Optional.of(
        Duration.ofDays(number(m.group(1)))
            .plusHours(number(m.group(2)))
            .plusMinutes(number(m.group(3)))
            .plusSeconds(number(m.group(4)))
            .plusMillis(number(m.group(5))));
  }

  private static long number(String digits) {
    return digits == null ? 0 : Long.parseLong(digits);
  }

  /** As a plan would have it; exact to the millisecond. */
  public static String format(Duration d) {
    if (d.isNegative()) return "-" + format(d.negated());
    var out = new StringBuilder();
    if (d.toDays() > 0) out.append(d.toDays()).append('d');
    if (d.toHoursPart() > 0) out.append(d.toHoursPart()).append('h');
    if (d.toMinutesPart() > 0) out.append(d.toMinutesPart()).append('m');
    if (d.toSecondsPart() > 0) out.append(d.toSecondsPart()).append('s');
    if (d.toMillisPart() > 0) out.append(d.toMillisPart()).append("ms");
    return out.isEmpty() ? "0s" : out.toString();
  }

  /** For people: two parts at most, tenths of a second below ten seconds. */
  public static String human(Duration d) {
    long ms = d.toMillis();
    if (ms < 1000) return ms + " ms";
    if (ms < 10_000) return ms / 1000 + "." + ms / 100 % 10 + " s";
    if (ms < 60_000) return ms / 1000 + " s";
    if (ms < 3_600_000) return d.toMinutes() + " min " + d.toSecondsPart() + " s";
    return d.toHours() + " h " + d.toMinutesPart() + " min";
  }
}
