package io.waybill.process;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A destination by HTTP that shows what came, and may let its sender wait for the answer. */
final class GatedDestination implements AutoCloseable {

  /** What came with a document. */
  record Request(String body, @Nullable String traceParent, @Nullable String traceState) {}

  private final BlockingQueue<Request> requests = new LinkedBlockingQueue<>();
  private final ExecutorService workers = Executors.newCachedThreadPool();
  private final HttpServer server;
  private volatile CountDownLatch gate = new CountDownLatch(0);

  GatedDestination() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(workers);
    server.createContext("/", this::receive);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
  }

  /** From now on senders wait. */
  void shut() {
    gate = new CountDownLatch(1);
  }

  /** Everybody who waits gets an answer. */
  void open() {
    gate.countDown();
  }

  /** The request with that text in its body; the others before it are forgotten. */
  Request awaitRequest(String text) throws InterruptedException {
    while (true) {
      Request request = requests.poll(60, TimeUnit.SECONDS);
      if (request == null) {
        throw new AssertionError("no document with " + text);
      }
      if (request.body().contains(text)) {
        return request;
      }
    }
  }

  /** The next request, whatever it is. */
  Request nextRequest() throws InterruptedException {
    return awaitRequest("");
  }

  private void receive(HttpExchange exchange) throws IOException {
    try (exchange) {
      requests.add(
          new Request(
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8),
              exchange.getRequestHeaders().getFirst("traceparent"),
              exchange.getRequestHeaders().getFirst("tracestate")));
      gate.await();
      exchange.sendResponseHeaders(200, -1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    open();
    server.stop(0);
    workers.shutdownNow();
  }
}
