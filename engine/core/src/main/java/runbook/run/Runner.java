package runbook.run;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import runbook.plan.Plan;
import runbook.type.Conversion;
import runbook.type.Secret;
import runbook.world.Failure;
import runbook.world.World;

/** Begins runs, and goes on with them. */
public final class Runner {
  private static final long JOURNAL_VERSION = 1;

  private Runner() {}

  /**
   * What the plan says about how systems are reached: by system and key, evaluated. Secrets are
   * {@link Secret}s.
   */
  public record Settings(Map<String, Map<String, Object>> bySystem) {
    public Optional<Object> get(String system, String key) {
      return Optional.ofNullable(bySystem.getOrDefault(system, Map.of()).get(key));
    }
  }

  /** The world, and the namespace of the cluster's objects. */
  public record Connected(World world, String namespace) {}

  /** Makes the world from the settings. */
  public interface Connector {
    Connected connect(Settings settings);
  }

  /** A begun run. */
  public record Run(
      RunFolder folder, Event.Outcome outcome, Optional<String> step, Optional<Failure> failure) {}

  /** Begins a run under {@code home}. */
  public static Run begin(
      Plan plan,
      Path planFile,
      Map<String, Object> parameters,
      Connector connector,
      Path home,
      Watcher watcher,
      Optional<String> until)
      throws IOException {
    var connected = connector.connect(settings(plan, parameters));
    var now = connected.world().clock().now();
    var folder = RunFolder.create(home, plan.name(), now);
    folder.keep(plan);
    try (var journal = Journal.create(folder.journal())) {
      var session =
          session(
              plan, parameters, connected, folder, journal, new Ledger(List.of()), watcher, until);
      session.record(
          new Event.Began(
              now,
              JOURNAL_VERSION,
              folder.id(),
              plan.name(),
              planFile.toAbsolutePath().normalize().toString(),
              sha256(plan),
              operator(),
              written(parameters)));
      return carryOut(session, now, parameters);
    }
  }

  /**
   * Goes on with a run.
   *
   * @param parameters as the first process had them; secrets read anew
   */
  public static Run resume(
      Plan plan,
      RunFolder folder,
      Map<String, Object> parameters,
      Connector connector,
      Watcher watcher,
      Optional<String> until)
      throws IOException {
    var contents = Journal.read(folder.journal());
    var connected = connector.connect(settings(plan, parameters));
    try (var journal = Journal.reopen(folder.journal())) {
      var session =
          session(
              plan,
              parameters,
              connected,
              folder,
              journal,
              new Ledger(contents.events()),
              watcher,
              until);
      var first = began(contents.events(), folder);
      session.record(new Event.Resumed(session.now(), first.sha256(), operator()));
      return carryOut(session, first.at(), parameters);
    }
  }

  /** The first line of a journal. */
  public static Event.Began began(List<Event> events, RunFolder folder) {
    if (!events.isEmpty() && events.getFirst() instanceof Event.Began b) return b;
    throw Failure.refused(
        "The journal of `" + folder.id() + "` has no beginning.",
        "This run did nothing; begin a new one with `plan execute`.");
  }

  private static Run carryOut(Session session, Instant began, Map<String, Object> parameters) {
    for (var name : session.secrets().everyday())
      session
          .watcher()
          .said(
              name,
              "This secret is short or a word of the plan: a command that prints it shows it.");
    try {
      new Interpreter(session, new Names(parameters, session.folder().id(), began.toString()))
          .run();
      return ended(session, Event.Outcome.DONE, Optional.empty(), Optional.empty());
    } catch (StepFailed e) {
      return ended(session, Event.Outcome.FAILED, Optional.of(e.step()), Optional.of(e.failure()));
    } catch (RunStopped e) {
      return ended(
          session,
          Event.Outcome.STOPPED,
          Optional.of(e.step()),
          Optional.of(Failure.stopped(e.getMessage())));
    }
  }

  private static Run ended(
      Session session, Event.Outcome outcome, Optional<String> step, Optional<Failure> failure) {
    session.record(new Event.Ended(session.now(), outcome, step, failure.map(Failure::getMessage)));
    return new Run(session.folder(), outcome, step, failure);
  }

  private static Session session(
      Plan plan,
      Map<String, Object> parameters,
      Connected connected,
      RunFolder folder,
      Journal journal,
      Ledger ledger,
      Watcher watcher,
      Optional<String> until) {
    return new Session(
        plan,
        connected.world(),
        connected.namespace(),
        Places.of(plan, parameters, connected.namespace()),
        folder,
        journal,
        ledger,
        watcher,
        new Secrets(plan, parameters),
        until);
  }

  static Settings settings(Plan plan, Map<String, Object> parameters) {
    var out = new LinkedHashMap<String, Map<String, Object>>();
    plan.connections()
        .settings()
        .forEach((system, values) ->
            out.put(
                system, Places.evaluate(values, Plan.Connections.KNOWN.get(system), parameters)));
    return new Settings(out);
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> written(Map<String, Object> parameters) {
    return (Map<String, Object>) Conversion.written(parameters);
  }

  /** SHA-256, in hexadecimal, of a plan's text; with used plans, of all their digests together. */
  public static String sha256(Plan plan) {
    var digests = plan.all().stream().map(p -> sha256(p.source().text())).toList();
    return digests.size() == 1 ? digests.getFirst() : sha256(String.join("\n", digests));
  }

  static String sha256(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String operator() {
    var host = new ArrayList<String>();
    try {
      host.add(InetAddress.getLocalHost().getHostName());
    } catch (UnknownHostException e) {
      host.add("localhost");
    }
    return System.getProperty("user.name", "somebody") + "@" + host.getFirst();
  }
}
