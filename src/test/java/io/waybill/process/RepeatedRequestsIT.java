package io.waybill.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Senders repeat every request at random: at once, while it is pending, after it is done, on the
 * same connection and on others, after its reply was released, and after the broker was killed.
 * Each effect of a destination has an answer of its own, so that a second effect, or another's
 * answer, would be seen.
 */
@DisplayName("Requests that are repeated at random")
class RepeatedRequestsIT {

  /** 4,000 of them make 20,000 requests and more. */
  private static final int WORKS = Integer.getInteger("waybill.repeated-works", 80);

  private static final int SENDERS = 8;
  private static final int KILLS = 2;
  private static final Duration PATIENCE = Duration.ofSeconds(180);

  private static final String OPERATIONS =
      """
      waybill.operations:
        Book: { id: { json: /id }, post: erp, reply: { release: required }, keep-headers: [ ETag ] }
        Note: { id: { json: /id }, post: ledger, reply: { release: encouraged, keep: 1h } }
      """;

  private static final String SEQUENCING =
      """
      waybill.sequencing:
        groups:
          customer:
            lock-name-space: cust
            operations:
              Book: { key: { json: /lane } }
              Note: { key: { json: /lane } }
      """;

  private static final String DESTINATIONS =
      """
      waybill.destinations:
        erp:
          delivery: deduplicating
          remembers: { time: 30d }
          in-flight: 16
          timeout: 2s
          retry: { first: 100ms, factor: 2, most: 1s }
        ledger: { delivery: transactional, retry: { first: 100ms, factor: 2, most: 1s } }
      """;

  private static final String LEDGER =
      """
      - route:
          id: ledger-table
          from:
            uri: timer:ledger-table?repeatCount=1&delay=0
            steps:
              - to: "sql:create table if not exists note (n bigint generated always as identity, id text)"
      - route:
          id: ledger
          from:
            uri: waybill:post:ledger
            steps:
              - to: "sql:insert into note (id) values (:#${header.CamelWaybillMessageId})?noop=true"
              - to: "sql:select max(n) as n from note where id = :#${header.CamelWaybillMessageId}"
              - setBody: { simple: "note ${body[0][n]}" }
              - setHeader: { name: Content-Type, constant: text/plain }
      """;

  private final long seed = Long.getLong("waybill.seed", System.nanoTime());
  private final AtomicInteger done = new AtomicInteger();
  private final LongAdder requests = new LongAdder();
  private final LongAdder repeated = new LongAdder();
  private final Map<String, LongAdder> codes = new ConcurrentHashMap<>();
  private final ConcurrentLinkedQueue<String> findings = new ConcurrentLinkedQueue<>();

  /** What a sender was given: code, type, header and bytes. */
  private record Given(int code, String type, String etag, String body) {}

  /** What was given for each piece of work, first to last. */
  private final Map<String, Given> given = new ConcurrentHashMap<>();

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder;

  @Test
  @Timeout(1200)
  @DisplayName("have one effect and one reply each")
  void haveOneEffectAndOneReply() throws Exception {
    System.out.println("RepeatedRequestsIT: -Dwaybill.seed=" + seed);
    try (Erp erp = new Erp();
        BrokerProcess broker = new BrokerProcess(home(erp))) {
      broker.start();
      broker.awaitReady();
      ExecutorService senders = Executors.newFixedThreadPool(SENDERS);
      try {
        List<Future<?>> running = new ArrayList<>();
        for (int i = 0; i < SENDERS; i++) {
          Sender sender = new Sender(broker, i);
          running.add(senders.submit(sender));
        }
        killNowAndThen(broker, running);
        for (Future<?> sender : running) {
          sender.get();
        }
      } finally {
        senders.shutdownNow();
      }
      judge(broker, erp);
    }
  }

  private Path home(Erp erp) {
    Path home = Home.in(folder.resolve("home"), erp.url());
    for (String left : List.of("intake", "erp", "crm", "drop")) {
      home.resolve("routes/" + left + ".camel.yaml").toFile().delete();
    }
    Home.write(home, "config/operations.yaml", OPERATIONS);
    Home.write(home, "config/sequencing.yaml", SEQUENCING);
    Home.write(home, "config/destinations.yaml", DESTINATIONS);
    Home.write(home, "routes/erp.camel.yaml", ERP.formatted(erp.url()));
    Home.write(home, "routes/ledger.camel.yaml", LEDGER);
    return home;
  }

  private static final String ERP =
      """
      - route:
          id: erp
          from:
            uri: waybill:post:erp
            steps:
              - to:
                  uri: "%s"
                  parameters: { httpMethod: POST, bridgeEndpoint: true, responseTimeout: 2000 }
      """;

  private void killNowAndThen(BrokerProcess broker, List<Future<?>> running) throws Exception {
    for (int kill = 1; kill <= KILLS; kill++) {
      int moment = WORKS * kill / (KILLS + 1);
      await("the work to go on")
          .atMost(PATIENCE.plusSeconds(WORKS / 10))
          .pollInterval(Duration.ofMillis(5))
          .until(
              () -> {
                for (Future<?> sender : running) {
                  if (sender.isDone()) {
                    sender.get();
                  }
                }
                return done.get() >= moment;
              });
      broker.kill();
      broker.start();
      broker.awaitReady();
    }
  }

  private void judge(BrokerProcess broker, Erp erp) throws SQLException {
    Map<String, Long> effects = new HashMap<>(erp.effects());
    try (Connection connection = broker.database().getConnection();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery("select id, count(*), max(n) from note group by id")) {
      while (row.next()) {
        effects.merge(row.getString(1), row.getLong(2), Long::sum);
        Given note = given.get(row.getString(1));
        if (note == null || !note.body().equals("note " + row.getLong(3))) {
          findings.add(row.getString(1) + " was given " + note + ", not note " + row.getLong(3));
        }
      }
    }
    System.out.printf(
        "RepeatedRequestsIT: %d works, %d requests, %d identical replies again, answers %s%n",
        WORKS, requests.sum(), repeated.sum(), codes);
    assertThat(findings).as("findings with -Dwaybill.seed=%d", seed).isEmpty();
    assertThat(effects).as("effects").hasSize(WORKS);
    assertThat(effects.values()).as("effects of each").containsOnly(1L);
    assertThat(given).as("replies").hasSize(WORKS);
    assertThat(repeated.sum()).isGreaterThan(WORKS);
    assertThat(codes.keySet()).contains("200", "201", "202", "204", "409", "410");
  }

  /** Does its share of the work, each piece until it has the reply, and then some. */
  private final class Sender implements Runnable {

    private final BrokerProcess broker;
    private final int number;
    private final Random random;
    private HttpClient http = HttpClient.newHttpClient();

    Sender(BrokerProcess broker, int number) {
      this.broker = broker;
      this.number = number;
      this.random = new Random(seed + number);
    }

    @Override
    public void run() {
      for (int i = number; i < WORKS; i += SENDERS) {
        work((i % 2 == 0 ? "Book" : "Note"), "w" + i);
        done.incrementAndGet();
      }
    }

    private void work(String operation, String id) {
      String path = "/api/v1/messages/" + operation;
      String body = "{\"id\": \"%s\", \"lane\": \"%s\"}".formatted(id, random.nextInt(40));
      if (random.nextInt(3) == 0) {
        // two at once: one of them is the first
        CompletableFuture<?> other =
            http.sendAsync(post(path, body, random.nextInt(3)), BodyHandlers.ofString())
                .handle((answer, failure) -> answer == null ? null : take(id, answer));
        requests.increment();
        given(id, post(path, body, random.nextInt(3)));
        other.join();
      }
      String seq = "";
      while (!given.containsKey(id)) {
        HttpResponse<String> answer =
            given(
                id,
                seq.isEmpty() || random.nextBoolean()
                    ? post(path, body, random.nextInt(3))
                    : get(seq + "/reply"));
        if (answer != null) {
          seq = answer.headers().firstValue("Location").orElse(seq);
        }
      }
      for (int again = 1 + random.nextInt(3); again > 0; again--) {
        if (random.nextInt(4) == 0) {
          http = HttpClient.newHttpClient();
        }
        HttpResponse<String> answer = sure(id, post(path, body, random.nextInt(2)));
        seq = answer.headers().firstValue("Location").orElse(seq);
        if (answer.headers().firstValue("Idempotent-Replayed").isEmpty()) {
          findings.add(id + " was not said to be repeated: " + answer.statusCode());
        }
      }
      if (random.nextBoolean()) {
        release(id, seq, post(path, body, random.nextInt(2)));
      }
    }

    private void release(String id, String address, HttpRequest again) {
      HttpRequest release = to(address + "/reply").DELETE().build();
      for (HttpRequest request : List.of(release, release, again, get(address + "/reply"))) {
        int code = sure(id, request).statusCode();
        if (code != (request == release ? 204 : 410)) {
          findings.add(id + " was released, and " + request + " answered " + code);
        }
      }
    }

    /** Until it is answered: the broker may be down. */
    private HttpResponse<String> sure(String id, HttpRequest request) {
      while (true) {
        HttpResponse<String> answer = given(id, request);
        if (answer != null && answer.statusCode() != 503) {
          return answer;
        }
      }
    }

    private @Nullable HttpResponse<String> given(String id, HttpRequest request) {
      requests.increment();
      try {
        return take(id, http.send(request, BodyHandlers.ofString()));
      } catch (IOException e) {
        await("the broker to be back").atMost(PATIENCE).until(broker::ready);
        return null;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }

    /** Replies of both destinations have a type that nothing else has. */
    private HttpResponse<String> take(String id, HttpResponse<String> answer) {
      codes
          .computeIfAbsent(String.valueOf(answer.statusCode()), code -> new LongAdder())
          .increment();
      String type = answer.headers().firstValue("Content-Type").orElse("");
      if (type.startsWith("text/plain")) {
        boolean fetched = answer.headers().firstValue("Waybill-Reply-Code").isPresent();
        Given now =
            new Given(
                fetched
                    ? Integer.parseInt(answer.headers().firstValue("Waybill-Reply-Code").get())
                    : answer.statusCode(),
                type,
                fetched ? "" : answer.headers().firstValue("ETag").orElse(""),
                answer.body());
        Given first = given.putIfAbsent(id, now);
        if (first != null) {
          repeated.increment();
          if (!first.body().equals(now.body())
              || first.code() != now.code()
              || (!fetched && !first.etag().isEmpty() && !first.etag().equals(now.etag()))) {
            findings.add(id + " was given " + first + " and then " + now);
          }
        }
      } else if (answer.statusCode() == 200
          || answer.statusCode() >= 500 && answer.statusCode() != 503) {
        findings.add(id + " was answered " + answer.statusCode() + " " + answer.body());
      }
      return answer;
    }

    private HttpRequest post(String path, String body, int wait) {
      HttpRequest.Builder request =
          to(path).header("Content-Type", "application/json").POST(BodyPublishers.ofString(body));
      return (wait == 0 ? request : request.header("Prefer", "wait=" + wait)).build();
    }

    private HttpRequest get(String path) {
      return to(path).GET().build();
    }

    private HttpRequest.Builder to(String path) {
      String user = "admin:" + broker.password();
      return HttpRequest.newBuilder(
              URI.create("http://127.0.0.1:%d%s".formatted(broker.httpPort(), path)))
          .timeout(Duration.ofSeconds(30))
          .header(
              "Authorization",
              "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8)));
    }
  }

  /** Answers a repetition with its first answer, and loses some answers. */
  private static final class Erp implements AutoCloseable {

    private final Map<String, String> answers = new ConcurrentHashMap<>();
    private final Map<String, Long> effects = new ConcurrentHashMap<>();
    private final AtomicInteger effect = new AtomicInteger();
    private final ExecutorService workers = Executors.newFixedThreadPool(16);
    private final HttpServer server;

    Erp() throws IOException {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.setExecutor(workers);
      server.createContext("/", this::receive);
      server.start();
    }

    String url() {
      return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
    }

    Map<String, Long> effects() {
      return effects;
    }

    private void receive(HttpExchange exchange) throws IOException {
      try (exchange) {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String id = body.replaceFirst(".*\"id\": \"([^\"]*)\".*", "$1");
        String posting = String.valueOf(exchange.getRequestHeaders().getFirst("Idempotency-Key"));
        AtomicBoolean first = new AtomicBoolean();
        String answer =
            answers.computeIfAbsent(
                posting,
                key -> {
                  first.set(true);
                  effects.merge(id, 1L, Long::sum);
                  return "booking " + effect.incrementAndGet();
                });
        if (first.get() && effect.get() % 29 == 0) {
          return; // done, and the answer is lost
        }
        exchange.getResponseHeaders().set("Content-Type", "text/plain");
        exchange.getResponseHeaders().set("ETag", "\"" + answer + "\"");
        byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(201, bytes.length);
        exchange.getResponseBody().write(bytes);
      }
    }

    @Override
    public void close() {
      server.stop(0);
      workers.shutdownNow();
    }
  }
}
