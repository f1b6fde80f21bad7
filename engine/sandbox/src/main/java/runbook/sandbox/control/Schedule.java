package runbook.sandbox.control;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.BitSet;
import java.util.Map;
import java.util.Optional;

/** Minutes by five fields, as cron has them: {@code 0 15 * * 1-5}. */
record Schedule(BitSet minutes, BitSet hours, BitSet days, BitSet months, BitSet weekdays) {
  private static final Map<String, String> NAMES =
      Map.of(
          "@yearly", "0 0 1 1 *",
          "@annually", "0 0 1 1 *",
          "@monthly", "0 0 1 * *",
          "@weekly", "0 0 * * 0",
          "@daily", "0 0 * * *",
          "@midnight", "0 0 * * *",
          "@hourly", "0 * * * *");

  /** Further back nobody looks: what was missed longer ago is not made up for. */
  private static final Duration BACK = Duration.ofDays(8);

  /** Empty for what is no schedule. */
  static Optional<Schedule> parse(String text) {
    var fields = NAMES.getOrDefault(text.strip(), text.strip()).split("\\s+");
    if (fields.length != 5) return Optional.empty();
    try {
      return Optional.of(
          new Schedule(
              set(fields[0], 0, 59),
              set(fields[1], 0, 23),
              set(fields[2], 1, 31),
              set(fields[3], 1, 12),
              set(fields[4].replace("7", "0"), 0, 6)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static BitSet set(String field, int least, int most) {
    var set = new BitSet();
    for (var part : field.split(",")) {
      var step = part.split("/", 2);
      var range = step[0].split("-", 2);
      int from = step[0].equals("*") ? least : Integer.parseInt(range[0]);
      int to =
          range.length > 1
              ? Integer.parseInt(range[1])
              : step[0].equals("*") || step.length > 1 ? most : from;
      int by = step.length > 1 ? Integer.parseInt(step[1]) : 1;
      if (from < least || to > most || from > to || by < 1)
        throw new IllegalArgumentException(field);
      for (int i = from; i <= to; i += by) set.set(i);
    }
    return set;
  }

  /** The last time behind one moment, up to another. */
  Optional<Instant> latest(Instant since, Instant until, ZoneId zone) {
    var time = until.atZone(zone).truncatedTo(ChronoUnit.MINUTES);
    var first = until.minus(BACK);
    for (;
        time.toInstant().isAfter(since) && time.toInstant().isAfter(first);
        time = time.minusMinutes(1)) if (has(time)) return Optional.of(time.toInstant());
    return Optional.empty();
  }

  private boolean has(ZonedDateTime t) {
    boolean day = days.get(t.getDayOfMonth());
    boolean weekday = weekdays.get(t.getDayOfWeek().getValue() % 7);
    // two restrictions of the day are alternatives, as cron has it
    boolean either = days.cardinality() < 31 && weekdays.cardinality() < 7;
    return minutes.get(t.getMinute())
        && hours.get(t.getHour())
        && months.get(t.getMonthValue())
        && (either ? day || weekday : day && weekday);
  }
}
