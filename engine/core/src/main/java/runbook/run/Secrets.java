package runbook.run;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import runbook.plan.Plan;
import runbook.type.Conversion;
import runbook.type.Secret;
import runbook.world.Failure;

/**
 * Finds secrets in what comes back from the world, and puts their names in their place. The types
 * keep a secret out of every argument and message; but a command may print what it was given.
 */
final class Secrets {
  /** A shorter one comes about by chance, and hiding it would garble outputs that steps need. */
  private static final int SHORTEST = 6;

  private final String known;

  // branches learn while others hide
  private volatile List<Secret> hidden = List.of();
  private volatile List<Secret> everyday = List.of();

  Secrets(Plan plan, Map<String, Object> parameters) {
    known = plan.source().text() + "\n" + Conversion.written(parameters);
    learn(parameters);
  }

  /** Hides the secrets of a value too: what an expression makes of a secret is another one. */
  synchronized void learn(Object value) {
    switch (value) {
      case Secret s -> add(s);
      case List<?> list -> list.forEach(this::learn);
      case Map<?, ?> map -> map.values().forEach(this::learn);
      default -> {}
    }
  }

  private void add(Secret secret) {
    if (secret.reveal().isEmpty() || hidden.contains(secret) || everyday.contains(secret)) return;
    boolean common = secret.reveal().length() < SHORTEST || known.contains(secret.reveal());
    if (common) everyday = with(everyday, secret);
    else hidden = with(hidden, secret);
  }

  /** One that contains another goes first. */
  private static List<Secret> with(List<Secret> secrets, Secret secret) {
    var all = new ArrayList<>(secrets);
    all.add(secret);
    all.sort(Comparator.comparingInt((Secret s) -> s.reveal().length()).reversed());
    return List.copyOf(all);
  }

  /** Names of those that are too short, or words of the plan, and cannot be hidden. */
  List<String> everyday() {
    return everyday.stream().map(Secret::name).toList();
  }

  String hide(String text) {
    for (var s : hidden)
      if (text.contains(s.reveal())) text = text.replace(s.reveal(), s.toString());
    return text;
  }

  /** Plain data with all its texts. */
  Object hide(Object value) {
    if (hidden.isEmpty()) return value;
    return switch (value) {
      case String text -> hide(text);
      case List<?> list -> list.stream().map(this::hide).toList();
      case Map<?, ?> map -> {
        var out = new LinkedHashMap<Object, Object>();
        map.forEach((k, v) -> out.put(hide(k), hide(v)));
        yield out;
      }
      default -> value;
    };
  }

  Failure hide(Failure f) {
    if (hidden.isEmpty()) return f;
    return new Failure(
        f.kind(),
        hide(String.valueOf(f.getMessage())),
        f.detail().map(this::hide),
        f.remedy().map(this::hide),
        f);
  }

  /** A stream of bytes on its way into a file; a secret may come in two pieces. */
  final class Filter {
    private String pending = "";

    /** What can be written by now. */
    byte[] pass(byte[] bytes, int length) {
      // one character for each byte, so that nothing is lost that is no UTF-8
      var text = pending + new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
      for (var s : hidden) text = text.replace(bytesOf(s.reveal()), bytesOf(s.toString()));
      int kept = beginning(text);
      pending = text.substring(text.length() - kept);
      return text.substring(0, text.length() - kept).getBytes(StandardCharsets.ISO_8859_1);
    }

    byte[] rest() {
      var rest = pending.getBytes(StandardCharsets.ISO_8859_1);
      pending = "";
      return rest;
    }

    /** How many characters at the end may be the beginning of a secret. */
    private int beginning(String text) {
      int most = 0;
      for (var s : hidden) {
        var secret = bytesOf(s.reveal());
        for (int n = Math.min(secret.length() - 1, text.length()); n > most; n--)
          if (text.endsWith(secret.substring(0, n))) most = n;
      }
      return most;
    }
  }

  private static String bytesOf(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  /** Nothing to hide: no copying of bytes. */
  Optional<Filter> filter() {
    // of an everyday one something may be made that is not
    return hidden.isEmpty() && everyday.isEmpty() ? Optional.empty() : Optional.of(new Filter());
  }
}
