package io.waybill.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.waybill.embedded.TestPostgres;
import io.waybill.engine.Holding;
import io.waybill.journal.JdbcJournal;
import io.waybill.journal.JournalSchema;
import io.waybill.message.Outcome;
import io.waybill.message.Payload;
import io.waybill.message.PostedAs;
import io.waybill.message.Submission;
import io.waybill.spec.Specification;
import io.waybill.spec.load.ConfigFolder;
import io.waybill.spec.read.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Orders, changes and cancellations that wait for each other, by a specification as people write
 * it, through the real broker, reader and journal on PostgreSQL, over restarts.
 */
@Timeout(120)
class RequirementsOnPostgresTest {

  private static final String OPERATIONS =
      """
      waybill.operations:
        Customer: { id: { json: /id }, post: erp }
        Order:
          values: { customer: { json: /customer } }
          id: { json: /id }
          requires:
            - posted: { operation: Customer, key: { value: customer } }
          post: erp
        Change:
          id: { json: /id }
          requires:
            - posted: { operation: Order, key: { json: /order } }
          post: erp
        Cancel:
          id: { json: /id }
          requires:
            - posted: { operation: Order, key: { json: /order } }
          after: [ Change ]
          post: erp
        Hasty:
          id: { json: /id }
          requires:
            - posted: { operation: Order, key: { json: /order }, within: 50ms, then: fail }
          post: erp
        Release:
          id: { json: /id }
          requires:
            - field: { json: /approvedBy }
          post: erp
        Approval:
          id: { json: /id }
          announces: { operation: Release, key: { json: /release }, field: /approvedBy }
          post: erp
      """;

  private static final String SEQUENCING =
      """
      waybill.sequencing:
        groups:
          customer:
            lock-name-space: cust
            operations: { Customer: { key: { json: /id } } }
          order:
            lock-name-space: order
            operations:
              Order: { key: { json: /id } }
              Change: { key: { json: /order } }
              Cancel: { key: { json: /order } }
              Hasty: { key: { json: /order } }
          release:
            lock-name-space: release
            operations: { Release: { key: { json: /id } } }
        unsequenced: [ Approval ]
      """;

  @TempDir Path folder;
  private final TestPostgres.Database database = TestPostgres.freshDatabase();
  private final List<String> posted = Collections.synchronizedList(new ArrayList<>());
  private final AtomicReference<@Nullable Throwable> fatal = new AtomicReference<>();
  private Holding holding = Holding.of(1_000, 1);
  private @Nullable JdbcJournal journal;
  private @Nullable Broker broker;

  @BeforeEach
  void start() {
    new JournalSchema(database.dataSource()).migrate();
    start(OPERATIONS);
  }

  private void start(String operations) {
    Specification specification =
        new ConfigFolder(folder)
            .with("destinations.yaml", "waybill.destinations.erp: { delivery: deduplicating }\n")
            .with("operations.yaml", operations)
            .with("sequencing.yaml", SEQUENCING)
            .load();
    BrokerSettings settings =
        new BrokerSettings(
            "node",
            1024,
            20_000,
            128L << 20,
            100_000,
            holding,
            1L << 20,
            Duration.ofMillis(100),
            Duration.ofSeconds(5));
    journal = new JdbcJournal(database.dataSource());
    broker =
        new Broker(
            journal,
            specification,
            new Reader(specification, 1_000)::read,
            Clock.systemUTC(),
            settings,
            Watch.NOBODY,
            fatal::set);
    broker.start();
    await().until(() -> broker().trouble() == null);
  }

  private Broker broker() {
    Broker running = broker;
    if (running == null) {
      throw new IllegalStateException("no broker is running");
    }
    return running;
  }

  @AfterEach
  void stop() {
    broker().close();
    if (journal != null) {
      journal.close();
    }
    assertThat(fatal.get()).isNull();
  }

  private void restart() {
    stop();
    start(OPERATIONS);
  }

  /** The destination takes messages from now on. */
  private void open() {
    broker()
        .open(
            "erp",
            (posting, answer) -> {
              posted.add(posting.row().received().messageId());
              answer.accept(new Outcome.Posted(null));
              return false;
            });
  }

  private CompletableFuture<Receipt> send(String operation, String json) {
    byte[] body = json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    return broker()
        .submit(
            new Submission(
                new Payload(body, null, Map.of()),
                "acme",
                "test",
                operation,
                Set.of(),
                null,
                Map.of(),
                null));
  }

  private long sent(String operation, String json) {
    return send(operation, json).join().message().seq();
  }

  private String column(String column, long seq) {
    return text("select %s from waybill.messages where seq = %d".formatted(column, seq));
  }

  private String text(String sql) {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      result.next();
      return String.valueOf(result.getString(1));
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  private void awaitPosted(String... ids) {
    await().untilAsserted(() -> assertThat(posted).containsExactly(ids));
  }

  @Test
  void cancellationChangeAndOrderLeaveAsOrderChangeAndCancellation() {
    open();
    long cancellation = sent("Cancel", "{'id': 'x', 'order': 1}");
    sent("Change", "{'id': 'c', 'order': 1}");
    assertThat(column("status || ' ' || reason || ' ' || reason_detail", cancellation))
        .isEqualTo("submitted prerequisite waits for Order key=1");
    restart();
    open();
    sent("Order", "{'id': 1, 'customer': 4711}");
    assertThat(posted).isEmpty();
    restart();
    open();
    sent("Customer", "{'id': 4711}");
    awaitPosted("4711", "1", "c", "x");
  }

  @Test
  void whatWasPostedIsKnownAfterARestartAndWhenItsRowIsGone() {
    open();
    sent("Customer", "{'id': 4711}");
    awaitPosted("4711");
    sent("Customer", "{'id': 4712}");
    awaitPosted("4711", "4712");
    for (String table : List.of("message", "standing", "payload", "history")) {
      execute("delete from waybill_journal.%s where seq = 1".formatted(table));
    }
    restart();
    open();
    sent("Order", "{'id': 1, 'customer': 4711}");
    awaitPosted("4711", "4712", "1");
  }

  @Test
  void whatWasPostedBeforeAnybodyRequiredItIsKnownToo() {
    stop();
    start(
        OPERATIONS.replace(
            "    requires:\n"
                + "      - posted: { operation: Customer, key: { value: customer } }\n",
            ""));
    open();
    sent("Customer", "{'id': 4711}");
    awaitPosted("4711");
    assertThat(text("select count(*) from waybill_journal.posted")).isEqualTo("0");
    restart();
    open();
    sent("Order", "{'id': 1, 'customer': 4711}");
    awaitPosted("4711", "1");
  }

  private void execute(String sql) {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  @Test
  void aPersonWaivesAndThatIsKept() {
    open();
    long order = sent("Order", "{'id': 1, 'customer': 4711}");
    Action wrong = new Action(Action.Kind.WAIVE, order, "anna", "why", null, "Customr");
    assertThatThrownBy(() -> broker().act(wrong).join())
        .hasMessageContaining("waits for Customer customer=4711; name one of these");
    broker().act(new Action(Action.Kind.WAIVE, order, "anna", "known by phone", null)).join();
    awaitPosted("1");
    assertThat(
            text("select reason_detail from waybill.history where who = 'anna' and seq = " + order))
        .isEqualTo("waived Customer customer=4711: known by phone");
    assertThat(text("select needs::text from waybill_journal.message where seq = " + order))
        .isEqualTo("null");
  }

  @Test
  void whoWaitsTooLongFailsAndIsWokenBySomethingLate() {
    open();
    long hasty = sent("Hasty", "{'id': 'h', 'order': 1}");
    await().untilAsserted(() -> assertThat(column("status", hasty)).isEqualTo("failed"));
    assertThat(column("reason_detail", hasty))
        .isEqualTo("waits for Order key=1, which did not come within 50ms");
    restart();
    open();
    sent("Customer", "{'id': 4711}");
    sent("Order", "{'id': 1, 'customer': 4711}");
    awaitPosted("4711", "1", "h");
  }

  @Test
  void aMissingFieldComesByAnAnnouncement() {
    open();
    long release = sent("Release", "{'id': 'r'}");
    assertThat(column("reason_detail", release)).isEqualTo("waits for field /approvedBy");
    sent("Release", "{'id': 's', 'approvedBy': 'eve'}");
    restart();
    open();
    sent("Approval", "{'id': 'a', 'release': 'r'}");
    awaitPosted("s", "a", "r");
  }

  @Test
  void manyThatMissOneAreParkedAndLeaveInOrderWhenItComes() {
    stop();
    holding = new Holding(8, 16, 64, 8);
    start(OPERATIONS);
    open();
    int count = 3_000;
    List<CompletableFuture<Receipt>> receipts =
        IntStream.range(0, count)
            .mapToObj(i -> send("Order", "{'id': 'o%d', 'customer': 4711}".formatted(i)))
            .toList();
    receipts.forEach(CompletableFuture::join);
    await()
        .untilAsserted(
            () ->
                assertThat(
                        Integer.parseInt(
                            text(
                                "select count(*) from waybill_journal.standing"
                                    + " where parked = 'prerequisite'")))
                    .isGreaterThan(count - 100));
    sent("Customer", "{'id': 1}");
    awaitPosted("1");
    restart();
    open();
    sent("Customer", "{'id': 4711}");
    await().untilAsserted(() -> assertThat(posted).hasSize(count + 2));
    assertThat(posted).doesNotHaveDuplicates().startsWith("1", "4711");
    assertThat(text("select count(*) from waybill_journal.place")).isEqualTo("0");
  }

  @Test
  void whatWasPostedElsewhereWakesThoseWhoWaitForItAndIsKept() {
    stop();
    holding = new Holding(8, 16, 64, 8);
    start(OPERATIONS);
    open();
    for (int i = 0; i < 100; i++) {
      sent("Order", "{'id': 'o%d', 'customer': 4711}".formatted(i));
    }
    long other = sent("Order", "{'id': 'other', 'customer': 4712}");
    sent("Release", "{'id': 'r'}");
    List<PostedAs> facts =
        List.of(
            new PostedAs("Customer", PostedAs.By.KEY, "4711"),
            PostedAs.announced("Release", "/approvedBy", "r"));
    CompletableFuture<Void> imported = broker().importPosted(facts, "2 facts", "anna", "cut-over");
    CompletableFuture<Receipt> behind = send("Order", "{'id': 'behind', 'customer': 4711}");
    imported.join();
    broker().importPosted(facts, "2 facts", "anna", "again").join();
    behind.join();
    await().untilAsserted(() -> assertThat(posted).hasSize(102).contains("o0", "r", "behind"));
    assertThat(column("status", other)).isEqualTo("submitted");
    assertThat(text("select count(*) from waybill_journal.posted where seq = 0")).isEqualTo("2");
    assertThat(
            text(
                "select string_agg(concat_ws(' ', who, action, target, why), '; ' order by at)"
                    + " from waybill_journal.audit"))
        .isEqualTo("anna import-posted 2 facts cut-over; anna import-posted 2 facts again");
    restart();
    open();
    sent("Order", "{'id': 'late', 'customer': 4711}");
    await().untilAsserted(() -> assertThat(posted).hasSize(103).contains("late"));
  }
}
