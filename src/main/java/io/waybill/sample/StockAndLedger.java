package io.waybill.sample;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.zaxxer.hikari.HikariDataSource;
import io.waybill.provider.Answer;
import io.waybill.provider.HistoryTables;
import io.waybill.provider.Provider;
import io.waybill.sample.Desk.Reply;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A small shop's stock and ledger, by HTTP, with tables and history in a schema of its own. */
public final class StockAndLedger implements AutoCloseable {

  private static final int WORKERS = 16;
  private static final long PATIENCE_MILLIS = 5_000;
  private static final int MOST_BYTES = 1_000_000;

  /** Answers one kind of request. */
  @FunctionalInterface
  private interface Handler {
    Reply answer(HttpExchange exchange, byte[] body) throws SQLException;
  }

  private final HikariDataSource database = new HikariDataSource();
  private final ExecutorService workers = Executors.newFixedThreadPool(WORKERS);
  private final HttpServer server;

  /**
   * Starts it on loopback and answers from then on.
   *
   * @param port 0 takes a free one
   * @param inStock how many of each item there are at the very first start
   */
  public StockAndLedger(
      String url, String user, String password, String schema, int port, long inStock)
      throws SQLException, IOException {
    database.setJdbcUrl(url);
    database.setUsername(user);
    database.setPassword(password);
    database.setMaximumPoolSize(WORKERS);
    database.setMinimumIdle(1);
    database.setConnectionTimeout(PATIENCE_MILLIS);
    database.setPoolName("sample-provider");
    Books books = new Books(schema);
    // the body of an answer would wait 40 ms for the acknowledgement of its headers
    System.setProperty("sun.net.httpserver.nodelay", "true");
    try {
      HistoryTables.create(database, schema);
      books.open(database, inStock);
      this.server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    } catch (SQLException | IOException | RuntimeException e) {
      stop();
      throw e;
    }
    Desk desk = new Desk(new Provider(database, schema, Map.of()), books);
    serve("/transactions", "POST, GET", (exchange, body) -> transactions(desk, exchange, body));
    serve("/cancellations", "POST", (exchange, body) -> Reply.of(desk.cancel(headers(exchange))));
    serve("/conflicts", "POST", (exchange, body) -> Reply.of(desk.conflicts(body)));
    for (String table : new String[] {"stock", "ledger", "bookings"}) {
      serve(
          "/" + table,
          "GET",
          (exchange, body) ->
              Reply.of(new Answer(200, "application/json", books.shown(database, table))));
    }
    server.setExecutor(workers);
    server.start();
  }

  /** Where it answers. */
  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private static Reply transactions(Desk desk, HttpExchange exchange, byte[] body)
      throws SQLException {
    return exchange.getRequestMethod().equals("POST")
        ? desk.perform(headers(exchange), body)
        : Reply.of(desk.find(headers(exchange)));
  }

  private static Headers headers(HttpExchange exchange) {
    return name -> {
      // lists may come in several headers
      var values = exchange.getRequestHeaders().get(name);
      return values == null ? null : String.join(",", values);
    };
  }

  private void serve(String path, String methods, Handler handler) {
    server.createContext(
        path,
        exchange -> {
          try (exchange) {
            answer(exchange, path, methods, handler);
          }
        });
  }

  private static void answer(HttpExchange exchange, String path, String methods, Handler handler)
      throws IOException {
    if (!exchange.getRequestURI().getPath().equals(path)) {
      send(exchange, Problem.of(404, "no-such-path", "there is nothing here").answer());
      return;
    }
    if (!methods.contains(exchange.getRequestMethod())) {
      exchange.getResponseHeaders().set("Allow", methods);
      send(exchange, Problem.of(405, "method", "write " + methods).answer());
      return;
    }
    byte[] body = exchange.getRequestBody().readNBytes(MOST_BYTES + 1);
    if (body.length > MOST_BYTES) {
      send(
          exchange,
          Problem.of(413, "too-large", "at most %d bytes".formatted(MOST_BYTES)).answer());
      return;
    }
    try {
      Reply reply = handler.answer(exchange, body);
      if (reply.replayed()) {
        exchange.getResponseHeaders().set("Idempotent-Replayed", "true");
      }
      send(exchange, reply.answer());
    } catch (IllegalArgumentException e) {
      send(exchange, Problem.of(400, "malformed", String.valueOf(e.getMessage())).answer());
    } catch (SQLException e) {
      failed(exchange, e);
    }
  }

  private static void failed(HttpExchange exchange, SQLException e) throws IOException {
    String state = String.valueOf(e.getSQLState());
    if (state.startsWith("22") || state.startsWith("23")) {
      String detail = "the database does not take it: " + e.getMessage();
      send(exchange, Problem.of(422, "refused", detail).answer());
    } else {
      // committed or not: a repetition finds out
      exchange.getResponseHeaders().set("Retry-After", "1");
      send(exchange, Problem.of(503, "database", "the database did not answer").answer());
    }
  }

  private static void send(HttpExchange exchange, Answer answer) throws IOException {
    if (answer.contentType() != null) {
      exchange.getResponseHeaders().set("Content-Type", answer.contentType());
    }
    byte[] body = answer.body();
    exchange.sendResponseHeaders(answer.code(), body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
  }

  private void stop() {
    workers.shutdownNow();
    database.close();
  }

  @Override
  public void close() {
    server.stop(0);
    stop();
  }
}
