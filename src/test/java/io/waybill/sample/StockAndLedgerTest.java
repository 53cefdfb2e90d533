package io.waybill.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.waybill.embedded.TestPostgres;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@DisplayName("The sample provider")
@Timeout(120)
class StockAndLedgerTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final TestPostgres.Database database = TestPostgres.freshDatabase();
  private final SampleProvider provider = new SampleProvider(database, "a \"shop\"");

  @BeforeEach
  void start() throws Exception {
    provider.start();
  }

  @AfterEach
  void stop() throws Exception {
    provider.close();
  }

  private static String order(String id, String customer, int quantity) {
    return """
        {"order": "%s", "customer": "%s", "item": "bolts", "quantity": %d, "amount": 12.50}
        """
        .formatted(id, customer, quantity);
  }

  @Test
  void keepsTheContract() throws Exception {
    HttpResponse<String> first =
        provider.perform("t1", "cust%3A4711=none", order("O-1", "4711", 3));
    assertThat(first.statusCode()).isEqualTo(201);
    assertThat(first.body()).isEqualTo("{\"order\":\"O-1\",\"place\":1,\"balance\":12.50}");

    HttpResponse<String> again = provider.perform("t1", "cust%3A4711=none", "other bytes");
    assertThat(again.statusCode()).isEqualTo(201);
    assertThat(again.body()).isEqualTo(first.body());
    assertThat(again.headers().firstValue("Idempotent-Replayed")).contains("true");

    HttpResponse<String> early = provider.perform("t3", "cust%3A4711=t2", order("O-3", "4711", 3));
    assertThat(early.statusCode()).isEqualTo(425);
    assertThat(json(early).path("predecessor").asText()).isEqualTo("t2");
    assertThat(json(early).path("lane").asText()).isEqualTo("cust:4711");

    HttpResponse<String> overtaken =
        provider.perform("t3", "cust%3A4711=none", order("O-3", "4711", 3));
    assertThat(overtaken.statusCode()).isEqualTo(409);
    assertThat(json(overtaken).path("last").asText()).isEqualTo("t1");

    assertThat(provider.perform("t2", "cust%3A4711=t1", order("O-2", "4711", 4)).statusCode())
        .isEqualTo(201);
    assertThat(json(provider.query("t2")).path("status").asText()).isEqualTo("performed");
    assertThat(provider.query("unknown").statusCode()).isEqualTo(404);

    assertThat(
            json(provider.post("/conflicts", "{\"transactions\": [\"t1\"]}")).path("transactions"))
        .hasToString("[\"t2\"]");
    HttpResponse<String> refused = provider.cancel("t1");
    assertThat(refused.statusCode()).isEqualTo(409);
    assertThat(json(refused).path("type").asText()).endsWith(":conflict");
    assertThat(json(refused).path("transactions")).hasToString("[\"t2\"]");

    assertThat(json(provider.cancel("t2"))).hasToString("{\"transaction\":\"t2\",\"undone\":true}");
    assertThat(json(provider.cancel("t2"))).hasToString("{\"transaction\":\"t2\",\"undone\":true}");
    assertThat(provider.query("t2").statusCode()).isEqualTo(410);
    assertThat(provider.perform("t2", "cust%3A4711=t1", order("O-2", "4711", 4)).statusCode())
        .isEqualTo(410);
    assertThat(json(provider.cancel("never")))
        .hasToString("{\"transaction\":\"never\",\"undone\":false}");
    assertThat(provider.table("stock")).contains("{\"item\":\"bolts\",\"quantity\":997}");
  }

  private static JsonNode json(HttpResponse<String> response) throws Exception {
    return JSON.readTree(response.body());
  }

  @Test
  void refusesWhatItCannotDo() throws Exception {
    assertThat(provider.perform("t1", "x=none", order("O-1", "1", 1001)).statusCode())
        .isEqualTo(422);
    assertThat(provider.perform("t1", "x=none", "{}").statusCode()).isEqualTo(422);
    assertThat(provider.perform("t1", "x=none", "<order/>").statusCode()).isEqualTo(422);
    assertThat(
            provider
                .perform("t1", "x=none", order("O-1", "1", 1).replace("12.50", "1e30"))
                .statusCode())
        .isEqualTo(422);
    assertThat(provider.perform("t1", "x", order("O-1", "1", 1)).statusCode()).isEqualTo(400);
    assertThat(provider.perform("none", "", order("O-1", "1", 1)).statusCode()).isEqualTo(400);
    assertThat(provider.post("/transactions", "{}").statusCode()).isEqualTo(400);
    assertThat(provider.post("/conflicts", "[").statusCode()).isEqualTo(400);
    assertThat(provider.post("/ledger", "").statusCode()).isEqualTo(405);
    assertThat(provider.table("bookings")).isEqualTo("[]");
    assertThat(provider.table("ledger")).isEqualTo("[]");
  }

  @Test
  void leavesNothingHalfDoneWhenItIsKilledInTheMiddle() throws Exception {
    provider.perform("t1", "c=none", order("O-1", "4711", 3));
    String ledger = provider.table("ledger");
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      // its last statement waits for this
      statement.execute("select from \"a \"\"shop\"\"\".stock for update");
      CompletableFuture<HttpResponse<String>> lost =
          provider.performAside("t2", "c=t1", order("O-2", "4711", 4));
      await().until(() -> waiting() == 1);
      provider.kill();
      assertThat(lost).failsWithin(Duration.ofSeconds(30));
      connection.commit();
    }
    provider.start();

    assertThat(provider.query("t2").statusCode()).isEqualTo(404);
    assertThat(provider.table("ledger")).isEqualTo(ledger);
    HttpResponse<String> repeated = provider.perform("t2", "c=t1", order("O-2", "4711", 4));
    assertThat(repeated.statusCode()).isEqualTo(201);
    assertThat(repeated.headers().firstValue("Idempotent-Replayed")).isEmpty();
    assertThat(provider.table("stock")).contains("{\"item\":\"bolts\",\"quantity\":993}");
  }

  @Test
  void performsEachOrderOnceAndInOrderThoughItIsKilledAgainAndAgain() throws Exception {
    int customers = 6;
    int orders = 25;
    ExecutorService senders = Executors.newFixedThreadPool(customers);
    try {
      List<Future<?>> sent = new ArrayList<>();
      for (int c = 0; c < customers; c++) {
        String customer = "c" + c;
        sent.add(senders.submit(() -> insist(customer, orders)));
      }
      for (int kill = 1; kill <= 4; kill++) {
        long enough = kill * customers * orders / 5L;
        await()
            .pollInterval(Duration.ofMillis(5))
            .atMost(Duration.ofSeconds(60))
            .until(() -> booked() >= enough);
        provider.kill();
        provider.start();
      }
      for (Future<?> one : sent) {
        one.get(60, TimeUnit.SECONDS);
      }
    } finally {
      senders.shutdownNow();
    }
    try (SampleProvider other = new SampleProvider(database, "undisturbed")) {
      other.start();
      for (int c = 0; c < customers; c++) {
        Map<String, String> last = new HashMap<>();
        for (int i = 0; i < orders; i++) {
          send(other, "c%d-%d".formatted(c, i), c * 1_000 + i, "c" + c, 1, last);
        }
      }
      for (String table : List.of("ledger", "bookings", "stock")) {
        assertThat(provider.table(table)).isEqualTo(other.table(table));
      }
    }
  }

  /** Sends the orders of a customer, each until it is answered. */
  private void insist(String customer, int orders) {
    String last = "none";
    for (int i = 0; i < orders; i++) {
      String id = customer + "-" + i;
      String predecessor = customer + "=" + last;
      String order =
          order("O-" + (Integer.parseInt(customer.substring(1)) * 1_000 + i), customer, 1);
      await()
          .pollInterval(Duration.ofMillis(20))
          .atMost(Duration.ofSeconds(60))
          .ignoreExceptions()
          .until(() -> provider.perform(id, predecessor, order).statusCode() == 201);
      last = id;
    }
  }

  private long booked() throws SQLException {
    return number("select count(*) from \"a \"\"shop\"\"\".bookings");
  }

  /** Sessions that wait for a lock. */
  private long waiting() throws SQLException {
    return number(
        """
        select count(*)
        from pg_stat_activity
        where wait_event_type = 'Lock'
          and datname = current_database()
        """);
  }

  private long number(String query) throws SQLException {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      rows.next();
      return rows.getLong(1);
    }
  }

  @Test
  void goesBackAndOnAsIfTheCorrectedOrderHadBeenSentAtOnce() throws Exception {
    Random random = new Random(7);
    List<String> customers = new ArrayList<>();
    List<Integer> quantities = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      customers.add("c" + random.nextInt(4));
      quantities.add(1 + random.nextInt(9));
    }
    Map<String, String> last = new HashMap<>();
    for (int i = 0; i < 40; i++) {
      send(provider, "r1-" + i, i, customers.get(i), quantities.get(i), last);
    }
    String customer = customers.get(10);
    List<Integer> undone = new ArrayList<>();
    for (int i = 10; i < 40; i++) {
      if (customers.get(i).equals(customer)) {
        undone.add(i);
      }
    }
    Collections.reverse(undone);
    assertThat(
            json(provider.post("/conflicts", "{\"transactions\": [\"r1-10\"]}"))
                .path("transactions"))
        .hasToString(
            undone.subList(0, undone.size() - 1).stream()
                .map(i -> "\"r1-" + i + "\"")
                .toList()
                .toString()
                .replace(" ", ""));
    for (int i : undone) {
      assertThat(provider.cancel("r1-" + i).statusCode()).isEqualTo(200);
      if (i > 25) {
        provider.kill();
        provider.start();
        assertThat(provider.cancel("r1-" + i).statusCode()).isEqualTo(200);
      }
    }
    quantities.set(10, 500);
    Collections.reverse(undone);
    last.put(
        customer,
        IntStream.range(0, 10)
            .filter(i -> customers.get(i).equals(customer))
            .mapToObj(i -> "r1-" + i)
            .reduce("none", (before, after) -> after));
    for (int i : undone) {
      send(provider, "r2-" + i, i, customer, quantities.get(i), last);
    }

    try (SampleProvider other = new SampleProvider(database, "other")) {
      other.start();
      Map<String, String> otherLast = new HashMap<>();
      for (int i = 0; i < 40; i++) {
        send(other, "r1-" + i, i, customers.get(i), quantities.get(i), otherLast);
      }
      for (String table : List.of("ledger", "bookings", "stock")) {
        assertThat(provider.table(table)).isEqualTo(other.table(table));
      }
    }
  }

  private static void send(
      SampleProvider to,
      String id,
      int number,
      String customer,
      int quantity,
      Map<String, String> last)
      throws Exception {
    HttpResponse<String> answer =
        to.perform(
            id,
            customer + "=" + last.getOrDefault(customer, "none"),
            order("O-" + number, customer, quantity));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    last.put(customer, id);
  }
}
