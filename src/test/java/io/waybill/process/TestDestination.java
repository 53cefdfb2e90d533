package io.waybill.process;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.waybill.judge.Arrival;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A destination by HTTP that recognises repetitions by their {@code Idempotency-Key} and answers
 * them as the first time. What it has done is in its own log on disk before it answers, so that a
 * lost answer is only that.
 */
final class TestDestination implements AutoCloseable {

  /** What goes wrong with one request. */
  enum Fault {
    /** Nothing. */
    NONE,
    /** It takes a while. */
    SLOW,
    /** It is done after the sender has given up. */
    LATE,
    /** It is done, and the answer is a server error. */
    ERROR_AFTER_RECORDING,
    /** It is done, and the connection ends without an answer. */
    ANSWER_LOST,
    /** It is not done; the sender may come again in a second. */
    BUSY
  }

  private static final Duration SLOW = Duration.ofMillis(200);

  private final DestinationLog log;
  private final Supplier<Fault> faults;
  private final Duration late;
  private final ExecutorService workers = Executors.newFixedThreadPool(16);
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final int port;
  private @Nullable HttpServer server;

  /**
   * A destination that is up.
   *
   * @param faults asked for each request
   * @param late longer than the sender waits
   */
  TestDestination(DestinationLog log, Supplier<Fault> faults, Duration late) {
    this.log = log;
    this.faults = faults;
    this.late = late;
    HttpServer first = open(0);
    this.port = first.getAddress().getPort();
    this.server = first;
  }

  String url() {
    return "http://127.0.0.1:" + port + "/";
  }

  /** Refuses connections from now on. */
  synchronized void down() {
    HttpServer running = server;
    if (running != null) {
      running.stop(0);
      server = null;
    }
  }

  /** Accepts connections again. */
  synchronized void up() {
    if (server == null) {
      server = open(port);
    }
  }

  private HttpServer open(int at) {
    try {
      HttpServer opened =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), at), 0);
      opened.setExecutor(workers);
      opened.createContext("/", this::receive);
      opened.start();
      return opened;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void receive(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    String postingId = exchange.getRequestHeaders().getFirst("Idempotency-Key");
    if (postingId == null) {
      answer(exchange, 400, "no Idempotency-Key");
      return;
    }
    switch (faults.get()) {
      case NONE -> perform(exchange, postingId, body);
      case SLOW -> later(exchange, postingId, body, SLOW);
      case LATE -> later(exchange, postingId, body, late);
      case ERROR_AFTER_RECORDING -> {
        log.record(postingId, body);
        answer(exchange, 500, "an error after all was done");
      }
      case ANSWER_LOST -> {
        log.record(postingId, body);
        exchange.close();
      }
      case BUSY -> {
        exchange.getResponseHeaders().set("Retry-After", "1");
        answer(exchange, 503, "busy");
      }
    }
  }

  private void later(HttpExchange exchange, String postingId, byte[] body, Duration delay) {
    timer.schedule(
        () -> perform(exchange, postingId, body), delay.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** The answer is made of the posting id alone, and so the same every time. */
  private void perform(HttpExchange exchange, String postingId, byte[] body) {
    Arrival arrival = log.record(postingId, body);
    if (arrival.repetition()) {
      exchange.getResponseHeaders().set("Idempotent-Replayed", "true");
    }
    answer(exchange, 200, "done: " + postingId);
  }

  private static void answer(HttpExchange exchange, int code, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    try (exchange) {
      exchange.sendResponseHeaders(code, bytes.length);
      exchange.getResponseBody().write(bytes);
    } catch (IOException e) {
      // whoever asked is gone: killed, or tired of waiting
    }
  }

  @Override
  public void close() {
    down();
    timer.shutdownNow();
    workers.shutdownNow();
  }
}
