package runbook.sandbox.image.client;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.Properties;

/**
 * Once a second inserts a row and counts the rows, through one long-lived connection that it opens
 * again when it breaks, and answers every HTTP request on {@code PORT} (8000): 200 while the
 * database answers, 503 otherwise, with what it knows as JSON.
 *
 * <p>Environment: {@code DATABASE_URL} ({@code postgres://USER:PASSWORD@HOST[:PORT]/DATABASE};
 * without it the client idles and answers 200), {@code APP_NAME}, {@code PORT}, {@code INTERVAL} in
 * seconds.
 */
public final class Client {
  private static final Duration FRESH = Duration.ofSeconds(5);
  private static final String TABLE =
      "create table if not exists hits (id bigserial primary key,"
          + " at timestamptz not null default now(), app text not null)";
  private static final String COUNT =
      "select count(*), current_setting('server_version') from hits";

  /** What the health page tells. */
  private record Status(
      long writes, long rows, String server, Optional<Instant> good, String error) {}

  private final String app;
  private final String url;
  private volatile Status status = new Status(0, 0, "", Optional.empty(), "");
  private Optional<Connection> connection = Optional.empty();

  private Client(String app, String url) {
    this.app = app;
    this.url = url;
  }

  public static void main(String[] arguments) throws Exception {
    // names of Services change while it runs
    java.security.Security.setProperty("networkaddress.cache.ttl", "1");
    java.security.Security.setProperty("networkaddress.cache.negative.ttl", "0");
    var environment = System.getenv();
    String app = environment.getOrDefault("APP_NAME", InetAddress.getLocalHost().getHostName());
    var client = new Client(app, environment.getOrDefault("DATABASE_URL", ""));
    int port = Integer.parseInt(environment.getOrDefault("PORT", "8000"));
    HttpServer server = HttpServer.create(new InetSocketAddress(port), 0);
    server.createContext("/", client::answer);
    server.start();
    if (client.url.isEmpty()) {
      log("no DATABASE_URL: idle");
    } else {
      String seconds = environment.getOrDefault("INTERVAL", "1").replaceFirst("s$", "");
      client.run(Duration.ofMillis((long) (Double.parseDouble(seconds) * 1000)));
    }
  }

  private void run(Duration interval) throws InterruptedException {
    while (true) {
      try {
        Status now = write();
        status = now;
        if (now.writes % 10 == 1) {
          log("ok, %d rows on %s".formatted(now.rows, now.server));
        }
      } catch (SQLException | RuntimeException e) {
        String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        Status last = status;
        status = new Status(last.writes, last.rows, last.server, last.good, reason);
        log("ERROR " + reason);
        disconnect();
      }
      Thread.sleep(interval.toMillis());
    }
  }

  private Status write() throws SQLException {
    if (connection.isEmpty()) {
      connection = Optional.of(connect());
    }
    Connection database = connection.get();
    try (var insert = database.prepareStatement("insert into hits (app) values (?)");
        var count = database.prepareStatement(COUNT)) {
      insert.setString(1, app);
      insert.executeUpdate();
      try (var rows = count.executeQuery()) {
        rows.next();
        return new Status(
            status.writes + 1, rows.getLong(1), rows.getString(2), Optional.of(Instant.now()), "");
      }
    }
  }

  private Connection connect() throws SQLException {
    URI uri = URI.create(url);
    String[] who = Optional.ofNullable(uri.getRawUserInfo()).orElse("").split(":", 2);
    var properties = new Properties();
    properties.setProperty("user", URLDecoder.decode(who[0], StandardCharsets.UTF_8));
    properties.setProperty(
        "password", who.length < 2 ? "" : URLDecoder.decode(who[1], StandardCharsets.UTF_8));
    properties.setProperty("connectTimeout", "3");
    properties.setProperty("loginTimeout", "3");
    properties.setProperty("socketTimeout", "3");
    properties.setProperty("sslmode", "disable");
    properties.setProperty("ApplicationName", app);
    int port = uri.getPort() < 0 ? 5432 : uri.getPort();
    String jdbc = "jdbc:postgresql://%s:%d%s".formatted(uri.getHost(), port, uri.getPath());
    Connection database = new org.postgresql.Driver().connect(jdbc, properties);
    try (var statement = database.createStatement()) {
      statement.execute(TABLE);
    } catch (SQLException e) {
      database.close();
      throw e;
    }
    return database;
  }

  private void disconnect() {
    connection.ifPresent(database -> {
      try {
        database.close();
      } catch (SQLException e) {
        // it was broken before
      }
    });
    connection = Optional.empty();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      Status now = status;
      boolean fresh =
          url.isEmpty() || now.good.filter(g -> g.plus(FRESH).isAfter(Instant.now())).isPresent();
      byte[] body = json(now).getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(fresh && now.error.isEmpty() ? 200 : 503, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private String json(Status now) {
    return "{\"app\":%s,\"writes\":%d,\"rows\":%d,\"server\":%s%s,\"error\":%s}\n"
        .formatted(
            quote(app),
            now.writes,
            now.rows,
            quote(now.server),
            now.good.map(g -> ",\"lastGood\":" + quote(g.toString())).orElse(""),
            quote(now.error));
  }

  private static String quote(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    text.chars()
        .forEach(c ->
            quoted.append(
                c == '"' || c == '\\'
                    ? "\\" + (char) c
                    : c < ' ' ? "\\u%04x".formatted(c) : String.valueOf((char) c)));
    return quoted.append('"').toString();
  }

  private static void log(String line) {
    System.out.println(Instant.now().truncatedTo(ChronoUnit.SECONDS) + " " + line);
  }
}
