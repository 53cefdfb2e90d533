package io.waybill.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.waybill.provider.Cancellation.Cancelled;
import io.waybill.provider.Performance.Overtaken;
import io.waybill.provider.Performance.Performed;
import io.waybill.provider.Performance.TooEarly;
import io.waybill.provider.Performance.Withdrawn;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@DisplayName("A provider")
@Timeout(60)
class ProviderTest {

  private final ExecutorService others = Executors.newCachedThreadPool();
  private Shop shop;

  @BeforeEach
  void open() throws SQLException {
    shop = new Shop();
  }

  @AfterEach
  void close() throws InterruptedException {
    others.shutdownNow();
    assertThat(others.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    shop.close();
  }

  @Test
  void answersARepetitionWithTheFirstAnswer() throws SQLException {
    Performance first = shop.perform("a", "cust", "none", Shop.book("cust", 5));
    String state = shop.state();
    Performance again = shop.perform("a", "cust", "none", Shop.book("cust", 7));

    assertThat(first).isInstanceOfSatisfying(Performed.class, it -> isFive(it, false));
    assertThat(again).isInstanceOfSatisfying(Performed.class, it -> isFive(it, true));
    assertThat(shop.state()).isEqualTo(state);
  }

  private static void isFive(Performed performed, boolean repeated) {
    assertThat(performed.repeated()).isEqualTo(repeated);
    assertThat(performed.answer().code()).isEqualTo(201);
    assertThat(performed.answer().contentType()).isEqualTo("application/json");
    assertThat(new String(performed.answer().body(), StandardCharsets.UTF_8))
        .isEqualTo("{\"booked\":5}");
  }

  @Test
  void performsNothingBeforeItsPredecessor() throws SQLException {
    String state = shop.state();

    assertThat(shop.perform("b", "cust", "a", Shop.book("cust", 7)))
        .isEqualTo(new TooEarly("cust", new TransactionId("a"), false));
    assertThat(shop.state()).isEqualTo(state);
    assertThat(shop.provider.find(new TransactionId("b"))).isEmpty();

    shop.perform("a", "cust", "none", Shop.book("cust", 5));
    assertThat(shop.perform("b", "cust", "a", Shop.book("cust", 7))).isInstanceOf(Performed.class);
    assertThat(shop.perform("c", "cust", "a", Shop.book("cust", 9)))
        .as("two after one predecessor")
        .isEqualTo(new Overtaken("cust", new TransactionId("a"), new TransactionId("b")));
  }

  @Test
  void performsNothingAfterAPredecessorThatIsCancelled() throws SQLException {
    shop.perform("a", "cust", "none", Shop.book("cust", 5));
    shop.cancel("a");

    assertThat(shop.perform("b", "cust", "a", Shop.book("cust", 7)))
        .isEqualTo(new TooEarly("cust", new TransactionId("a"), true));
    assertThat(shop.perform("b", "cust", "none", Shop.book("cust", 7)))
        .isInstanceOf(Performed.class);
  }

  @Test
  void performsNothingAsTheFirstOfALaneInWhichOneStands() throws SQLException {
    shop.perform("a", "cust", "none", Shop.book("cust", 5));

    assertThat(shop.perform("b", "cust", "none", Shop.book("cust", 7)))
        .isEqualTo(new Overtaken("cust", null, new TransactionId("a")));
    assertThat(shop.perform("b", "other", "none", Shop.book("other", 7)))
        .as("another lane")
        .isInstanceOf(Performed.class);
  }

  @Test
  void asksEveryLaneOfATransaction() throws SQLException {
    shop.perform("a", "x", "none", Shop.draw(1));
    List<Predecessor> both = Predecessor.read("x=a, y=b");

    assertThat(shop.provider.perform(new TransactionId("c"), both, 1, Shop.draw(1)))
        .isEqualTo(new TooEarly("y", new TransactionId("b"), false));
    shop.perform("b", "y", "none", Shop.draw(1));
    assertThat(shop.provider.perform(new TransactionId("c"), both, 1, Shop.draw(1)))
        .isInstanceOf(Performed.class);
    assertThat(shop.perform("d", "y", "c", Shop.draw(1))).isInstanceOf(Performed.class);
  }

  @Test
  void restoresTheStateBefore() throws SQLException {
    String empty = shop.state();
    shop.perform("a", "cust", "none", Shop.book("cust", 5));
    String one = shop.state();
    shop.perform("b", "cust", "a", Shop.book("cust", 7));
    String two = shop.state();
    shop.perform("c", "cust", "b", Shop.close("cust"));

    assertThat(shop.cancel("c")).isEqualTo(new Cancelled(true, false));
    assertThat(shop.state()).as("inserted again, with its number, bytes and texts").isEqualTo(two);
    assertThat(shop.cancel("b")).isEqualTo(new Cancelled(true, false));
    assertThat(shop.state()).as("updated back").isEqualTo(one);
    assertThat(shop.cancel("a")).isEqualTo(new Cancelled(true, false));
    assertThat(shop.state()).as("deleted").isEqualTo(empty);
    assertThat(shop.cancel("a")).as("again").isEqualTo(new Cancelled(true, true));
    assertThat(shop.state()).isEqualTo(empty);
  }

  @Test
  void restoresRowsWithKeysOfSeveralColumnsWhateverTheTimeZoneOfTheSession() throws SQLException {
    Row row = Shop.PARTS.row("2026-11-21T13:00:00.5+01:00", "7.50");
    shop.execute("insert into shop.parts values ('2026-11-21 12:00:00.5+00', 7.50, '{\"a\": 1}')");
    String before = shop.state();
    shop.perform(
        "a",
        execution -> {
          execution.touch(row);
          try (Statement statement = execution.connection().createStatement()) {
            statement.execute("update shop.parts set what = 'null'");
          }
          return Answer.json(200, "{}");
        });
    shop.execute("alter database %s set timezone = 'Asia/Tokyo'".formatted(databaseName()));
    shop.database.getHikariPoolMXBean().softEvictConnections();

    assertThat(shop.cancel("a")).isEqualTo(new Cancelled(true, false));
    shop.execute("set timezone = 'UTC'");
    assertThat(shop.text("select what->>'a' from shop.parts")).isEqualTo("1");
    assertThat(before).contains("7.50");
  }

  private String databaseName() throws SQLException {
    return shop.text("select current_database()");
  }

  @Test
  void bearsAColumnThatWasAddedSince() throws SQLException {
    shop.perform("a", "cust", "none", Shop.book("cust", 5));
    String one = shop.state();
    shop.perform("b", "cust", "a", Shop.book("cust", 7));
    shop.execute(
        "alter table shop.\"The \"\"first\"\" ledger\" add column colour text default 'red'");

    assertThat(shop.cancel("b")).isInstanceOf(Cancelled.class);
    assertThat(shop.state().replace("\"colour\": \"red\", ", "")).isEqualTo(one);
  }

  @Test
  void neverPerformsWhatIsCancelled() throws SQLException {
    String state = shop.state();
    shop.perform("a", "cust", "none", Shop.book("cust", 5));
    shop.cancel("a");
    assertThat(shop.cancel("late")).as("before it came").isEqualTo(new Cancelled(false, false));

    assertThat(shop.perform("a", "cust", "none", Shop.book("cust", 5))).isEqualTo(new Withdrawn());
    assertThat(shop.perform("late", "cust", "none", Shop.book("cust", 5)))
        .isEqualTo(new Withdrawn());
    assertThat(shop.cancel("late")).isEqualTo(new Cancelled(false, true));
    assertThat(shop.state()).isEqualTo(state);
  }

  @Test
  void namesWhatStandsInTheWay() throws SQLException {
    shop.perform("a", "cust", "none", Shop.book("cust", 5));
    shop.perform("b", "cust", "a", Shop.book("cust", 7));
    shop.perform("c", "other", "none", Shop.book("cust", -7));
    String state = shop.state();

    assertThat(shop.inTheWayOf("a")).containsExactly("c", "b");
    assertThat(shop.inTheWayOf("a", "b")).containsExactly("c");
    assertThat(shop.inTheWayOf("a", "b", "c", "unknown")).isEmpty();
    assertThat(shop.cancel("a"))
        .as("though the row is as it left it")
        .isInstanceOfSatisfying(
            Cancellation.Refused.class,
            refused -> {
              assertThat(refused.conflicts())
                  .extracting(Conflict::blocking)
                  .containsExactly(new TransactionId("c"), new TransactionId("b"));
              assertThat(refused.conflicts())
                  .extracting(Conflict::where)
                  .containsOnly("shop.The \"first\" ledger (customer=cust)");
            });
    assertThat(shop.state()).isEqualTo(state);
    for (String id : List.of("c", "b", "a")) {
      assertThat(shop.cancel(id)).isEqualTo(new Cancelled(true, false));
    }
  }

  @Test
  void followsConflictsFromOneToTheNext() throws SQLException {
    shop.perform("a", Shop.book("x", 1));
    shop.perform(
        "b",
        execution -> {
          Shop.book("x", 1).perform(execution);
          return Shop.book("y", 1).perform(execution);
        });
    shop.perform("c", Shop.book("y", 1));

    assertThat(shop.inTheWayOf("a")).containsExactly("b", "c");
  }

  @Test
  void tellsThatSomebodyElseHasChangedARow() throws SQLException {
    shop.perform("a", "cust", "none", Shop.book("cust", 5));
    shop.execute("update shop.\"The \"\"first\"\" ledger\" set note = 'by hand'");

    List<Conflict> conflicts =
        List.of(
            new Conflict(
                new TransactionId("a"),
                null,
                "shop.The \"first\" ledger (customer=cust)",
                "changed since, by nobody in the history"));
    assertThat(shop.provider.conflicts(List.of(new TransactionId("a")))).isEqualTo(conflicts);
    assertThat(shop.cancel("a")).isEqualTo(new Cancellation.Refused(conflicts));
  }

  @Test
  void tellsThatAConstraintIsInTheWay() throws SQLException {
    shop.perform("a", Shop.book("cust", 5));
    shop.execute("update shop.\"The \"\"first\"\" ledger\" set note = 'x'");
    shop.perform("b", Shop.close("cust"));
    shop.perform("c", Shop.book("other", 5));
    shop.execute("update shop.\"The \"\"first\"\" ledger\" set note = 'x'");

    assertThat(shop.cancel("b"))
        .isInstanceOfSatisfying(
            Cancellation.Refused.class,
            refused -> assertThat(refused.conflicts().get(0).detail()).contains("constraint"));
    assertThat(shop.provider.find(new TransactionId("b")).orElseThrow().status())
        .isEqualTo(Recorded.Status.PERFORMED);
  }

  @Test
  void givesBackWhatWasDrawnThoughOthersHaveDrawnSince() throws SQLException {
    shop.perform("a", "x", "none", Shop.draw(10));
    shop.perform("b", "y", "none", Shop.draw(20));

    assertThat(shop.inTheWayOf("a")).isEmpty();
    assertThat(shop.cancel("a")).isEqualTo(new Cancelled(true, false));
    assertThat(shop.text("select quantity from shop.stock")).isEqualTo("80");
  }

  @Test
  void doesNotMixUpANumberThatIsAddedToAndARowThatIsWritten() throws SQLException {
    Work count =
        execution -> {
          execution.touch(Shop.STOCK.row("bolts"));
          try (Statement statement = execution.connection().createStatement()) {
            statement.execute("update shop.stock set quantity = 50");
          }
          return Answer.json(200, "{}");
        };
    shop.perform("a", Shop.draw(10));
    shop.perform("b", count);
    shop.perform("c", Shop.draw(20));

    assertThat(shop.inTheWayOf("a")).containsExactly("b", "c");
    assertThat(shop.inTheWayOf("b")).containsExactly("c");
    for (String id : List.of("c", "b", "a")) {
      assertThat(shop.cancel(id)).isEqualTo(new Cancelled(true, false));
    }
    assertThat(shop.text("select quantity from shop.stock")).isEqualTo("100");
  }

  @Test
  void callsAnInverseOnce() throws SQLException {
    shop.perform("a", parcel("1"));
    shop.perform("b", parcel("gone"));

    shop.cancel("a");
    shop.cancel("a");
    assertThat(shop.sentBack).containsExactly("1");
    assertThat(shop.cancel("b"))
        .isEqualTo(
            new Cancellation.Refused(
                List.of(
                    new Conflict(
                        new TransactionId("b"), null, "inverse send back", "the parcel is gone"))));
    assertThatThrownBy(
            () ->
                shop.perform(
                    "c",
                    execution -> {
                      execution.onCancel("unknown", "");
                      return Answer.json(200, "{}");
                    }))
        .hasMessageContaining("send back");
  }

  private static Work parcel(String number) {
    return execution -> {
      execution.onCancel("send back", number);
      return Answer.json(200, "{}");
    };
  }

  @Test
  void keepsNothingOfARefusalAndTriesItAnew() throws SQLException {
    assertThat(shop.perform("a", "x", "none", Shop.draw(101)))
        .isInstanceOfSatisfying(
            Performance.Refused.class, it -> assertThat(it.answer().code()).isEqualTo(422));
    assertThat(shop.text("select quantity from shop.stock")).isEqualTo("100");
    shop.execute("update shop.stock set quantity = 200");
    assertThat(shop.perform("a", "x", "none", Shop.draw(101))).isInstanceOf(Performed.class);
  }

  @Test
  void performsOnceWhatSeveralBringAtOnce() throws Exception {
    AtomicInteger executions = new AtomicInteger();
    Work work =
        execution -> {
          execution.add(Shop.STOCK.row("bolts"), "quantity", BigDecimal.ONE);
          return Answer.json(200, String.valueOf(executions.incrementAndGet()));
        };
    List<Performance> answers = atOnce(8, () -> shop.perform("a", "cust", "none", work));

    assertThat(answers)
        .allSatisfy(
            answer ->
                assertThat(new String(((Performed) answer).answer().body(), StandardCharsets.UTF_8))
                    .isEqualTo("1"));
    assertThat(answers).filteredOn(answer -> !((Performed) answer).repeated()).hasSize(1);
    assertThat(shop.text("select quantity from shop.stock")).isEqualTo("101");
  }

  @Test
  void letsOneOfTwoAtOnceFollowAPredecessor() throws Exception {
    AtomicInteger number = new AtomicInteger();
    List<Performance> answers =
        atOnce(
            6,
            () ->
                shop.perform("t" + number.incrementAndGet(), "cust", "none", Shop.book("cust", 1)));

    assertThat(answers).filteredOn(Performed.class::isInstance).hasSize(1);
    assertThat(answers).filteredOn(Overtaken.class::isInstance).hasSize(5);
  }

  @Test
  void eitherPerformsOrForbidsWhenBothComeAtOnce() throws Exception {
    for (int round = 0; round < 20; round++) {
      String id = "t" + round;
      Future<Cancellation> cancelling = others.submit(() -> shop.cancel(id));
      Performance performed = shop.perform(id, Shop.draw(1));

      boolean undone = cancelling.get() instanceof Cancelled cancelled && cancelled.undone();
      assertThat(undone).isEqualTo(performed instanceof Performed);
      assertThat(shop.perform(id, Shop.draw(1))).isEqualTo(new Withdrawn());
    }
    assertThat(shop.text("select quantity from shop.stock")).isEqualTo("100");
  }

  private <T> List<T> atOnce(int times, Callable<T> call) throws Exception {
    CountDownLatch start = new CountDownLatch(1);
    List<Future<T>> futures = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      futures.add(
          others.submit(
              () -> {
                start.await();
                return call.call();
              }));
    }
    start.countDown();
    List<T> results = new ArrayList<>();
    for (Future<T> future : futures) {
      results.add(future.get());
    }
    return results;
  }

  @Test
  void doesNotTakeForItsOwnARowThatAnotherInsertedMeanwhile() throws Exception {
    CountDownLatch touched = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    Future<Performance> first =
        others.submit(
            () ->
                shop.perform(
                    "a",
                    execution -> {
                      execution.touch(Shop.LEDGER.row("cust"));
                      touched.countDown();
                      awaitQuietly(goOn);
                      return Shop.book("cust", 5).perform(execution);
                    }));
    touched.await();
    Future<Performance> second = others.submit(() -> shop.perform("b", Shop.book("cust", 7)));
    await().until(() -> shop.text(WAITING).equals("1"));
    goOn.countDown();

    assertThat(first.get()).isInstanceOf(Performed.class);
    assertThat(second.get()).isInstanceOf(Performed.class);
    shop.cancel("b");
    assertThat(shop.text("select balance from shop.\"The \"\"first\"\" ledger\""))
        .isEqualTo("5.00");
  }

  private static final String WAITING =
      """
      select count(*)
      from pg_locks
      where not granted
        and database = (select oid from pg_database where datname = current_database())
      """;

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void triesAgainAfterADeadlock() throws Exception {
    shop.execute("insert into shop.stock values ('nuts', 100)");
    CountDownLatch both = new CountDownLatch(2);
    Future<Performance> one =
        others.submit(() -> shop.perform("a", crosswise(both, "bolts", "nuts")));
    Future<Performance> two =
        others.submit(() -> shop.perform("b", crosswise(both, "nuts", "bolts")));

    assertThat(one.get()).isInstanceOf(Performed.class);
    assertThat(two.get()).isInstanceOf(Performed.class);
    assertThat(shop.text("select string_agg(quantity::text, ' ') from shop.stock"))
        .isEqualTo("98 98");
  }

  private static Work crosswise(CountDownLatch both, String first, String second) {
    return execution -> {
      execution.add(Shop.STOCK.row(first), "quantity", -1);
      both.countDown();
      awaitQuietly(both);
      execution.add(Shop.STOCK.row(second), "quantity", -1);
      return Answer.json(200, "{}");
    };
  }

  @Test
  void changesNothingWhenTheConnectionIsCutInTheMiddle() throws SQLException {
    String state = shop.state();
    Work cutOff =
        execution -> {
          Shop.book("cust", 5).perform(execution);
          cut(execution.connection());
          return Answer.json(200, "{}");
        };

    assertThatThrownBy(() -> shop.perform("a", "cust", "none", cutOff))
        .isInstanceOf(SQLException.class);
    assertThat(shop.state()).isEqualTo(state);
    assertThat(shop.perform("a", "cust", "none", Shop.book("cust", 5)))
        .isInstanceOfSatisfying(Performed.class, it -> assertThat(it.repeated()).isFalse());
  }

  private void cut(Connection connection) throws SQLException {
    long pid = connection.unwrap(org.postgresql.PGConnection.class).getBackendPID();
    shop.execute("select pg_terminate_backend(%d, 10000)".formatted(pid));
  }

  @Test
  void makesItsHistoryTablesWhereTheyAreMissing() throws Exception {
    shop.perform("a", Shop.draw(1));
    atOnce(
        4,
        () -> {
          HistoryTables.create(shop.database, "kept \"here\"");
          HistoryTables.create(shop.database, "another");
          return true;
        });
    assertThat(shop.provider.find(new TransactionId("a"))).isPresent();
  }
}
