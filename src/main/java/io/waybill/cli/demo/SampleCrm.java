package io.waybill.cli.demo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * The CRM: takes customers by HTTP, recognises a repetition by its {@code Idempotency-Key}, and
 * keeps what it got in the order in which it came. It is a little slow, as such systems are, so
 * that one can see documents wait.
 */
public final class SampleCrm implements AutoCloseable {

  private static final int USUAL_PORT = 8090;
  private static final long SLOWNESS_MILLIS = 250;

  private final HttpServer server;
  private final ExecutorService workers =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "sample-crm");
            thread.setDaemon(true);
            return thread;
          });
  private final Set<String> known = new HashSet<>();
  private final List<byte[]> received = new ArrayList<>();

  /** Starts it on its usual port, or where that is taken on a free one. */
  public SampleCrm() throws IOException {
    this.server = open();
    server.setExecutor(workers);
    server.createContext("/customers", this::receive);
    server.start();
  }

  private static HttpServer open() throws IOException {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    try {
      return HttpServer.create(new InetSocketAddress(loopback, USUAL_PORT), 0);
    } catch (IOException taken) {
      return HttpServer.create(new InetSocketAddress(loopback, 0), 0);
    }
  }

  /** Where it takes customers. */
  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/customers";
  }

  /** The bodies it got, repetitions left out. */
  synchronized List<byte[]> received() {
    return List.copyOf(received);
  }

  private void receive(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    String key = exchange.getRequestHeaders().getFirst("Idempotency-Key");
    if (key == null) {
      answer(exchange, 400, "no Idempotency-Key");
      return;
    }
    try {
      TimeUnit.MILLISECONDS.sleep(SLOWNESS_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      exchange.close();
      return;
    }
    keep(key, body);
    answer(exchange, 200, "done");
  }

  private synchronized void keep(String key, byte[] body) {
    if (known.add(key)) {
      received.add(body);
    }
  }

  private static void answer(HttpExchange exchange, int code, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    try (exchange) {
      exchange.sendResponseHeaders(code, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    workers.shutdownNow();
  }
}
