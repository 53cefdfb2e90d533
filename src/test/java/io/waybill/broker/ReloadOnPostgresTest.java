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
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Other rules while messages are open, through the real broker, reader and journal. */
@Timeout(120)
class ReloadOnPostgresTest {

  private static final String DESTINATIONS =
      """
      waybill.destinations:
        erp: { delivery: deduplicating }
        crm: { delivery: deduplicating }
      """;

  private static final String OPERATIONS =
      """
      waybill.operations:
        Order: { id: { json: /id }, post: erp }
        Change: { id: { json: /id }, post: erp }
        Note: { id: { json: /id }, post: crm }
      """;

  private static final String SEQUENCING =
      """
      waybill.sequencing:
        groups:
          order:
            lock-name-space: order
            operations:
              Order: { key: { json: /order } }
              Change: { key: { json: /order } }
        unsequenced: [ Note ]
      """;

  private static final String BY_CUSTOMER =
      SEQUENCING.replace("json: /order", "json: /customer").replace("space: order", "space: cust");

  @TempDir Path folder;
  private final TestPostgres.Database database = TestPostgres.freshDatabase();
  private final List<String> posted = Collections.synchronizedList(new ArrayList<>());
  private final List<Consumer<Outcome>> unanswered =
      Collections.synchronizedList(new ArrayList<>());
  private final AtomicReference<@Nullable Throwable> fatal = new AtomicReference<>();
  private @Nullable JdbcJournal journal;
  private @Nullable Broker broker;

  @BeforeEach
  void start() {
    new JournalSchema(database.dataSource()).migrate();
    start(specification(DESTINATIONS, OPERATIONS, SEQUENCING));
  }

  private Specification specification(String destinations, String operations, String sequencing) {
    return new ConfigFolder(folder)
        .with("destinations.yaml", destinations)
        .with("operations.yaml", operations)
        .with("sequencing.yaml", sequencing)
        .load();
  }

  private void start(Specification specification) {
    BrokerSettings settings =
        new BrokerSettings(
            "node",
            1024,
            20_000,
            128L << 20,
            100_000,
            new Holding(8, 16, 64, 8),
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

  private void restart(Specification specification) {
    stop();
    start(specification);
  }

  private CompletableFuture<Void> reload(Specification specification) {
    return broker()
        .reload(specification, new Reader(specification, 1_000)::read, "anna", "new partner");
  }

  /** A destination takes messages from now on. */
  private void open(String destination) {
    broker()
        .open(
            destination,
            (posting, answer) -> {
              posted.add(posting.row().received().messageId());
              answer.accept(new Outcome.Posted(null));
              return false;
            });
  }

  /** A destination that answers when it is told to. */
  private void openSlow(String destination) {
    broker()
        .open(
            destination,
            (posting, answer) -> {
              posted.add(
                  posting.id().text()
                      + new String(posting.payload().body(), StandardCharsets.UTF_8));
              unanswered.add(answer);
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
  void withOtherKeysWhatComesAnewWaitsUntilWhatCameBeforeHasClosed() {
    long first = sent("Order", "{'id': 'a', 'order': 1, 'customer': 7}");
    sent("Change", "{'id': 'b', 'order': 2, 'customer': 7}");
    Specification byCustomer = specification(DESTINATIONS, OPERATIONS, BY_CUSTOMER);
    reload(byCustomer).join();
    assertThat(broker().specification()).isSameAs(byCustomer);
    long anew = sent("Change", "{'id': 'c', 'order': 1, 'customer': 7}");
    sent("Order", "{'id': 'd', 'order': 3, 'customer': 8}");
    sent("Note", "{'id': 'n'}");
    assertThat(column("array_to_string(lanes, ' ')", anew)).isEqualTo("cust:7");
    assertThat(column("status || ' ' || reason || ' ' || reason_detail", anew))
        .isEqualTo(
            "submitted prerequisite waits for Change, Order up to message 2, which came under other"
                + " rules of order");
    open("crm");
    awaitPosted("n");
    restart(byCustomer);
    assertThat(column("reason", anew)).isEqualTo("prerequisite");
    broker().act(new Action(Action.Kind.SKIP, first, "anna", "doubled", null)).join();
    assertThat(posted).containsExactly("n");
    open("erp");
    awaitPosted("n", "b", "c", "d");
    sent("Change", "{'id': 'e', 'order': 1, 'customer': 7}");
    awaitPosted("n", "b", "c", "d", "e");
    assertThat(text("select who || ' ' || action || ' ' || why from waybill_journal.audit"))
        .isEqualTo("anna reload new partner");
  }

  @Test
  void aChangeMadeWhileTheBrokerWasStoppedIsSeenToo() {
    sent("Order", "{'id': 'a', 'order': 1, 'customer': 7}");
    restart(specification(DESTINATIONS, OPERATIONS, BY_CUSTOMER));
    long anew = sent("Change", "{'id': 'c', 'order': 1, 'customer': 7}");
    assertThat(column("reason", anew)).isEqualTo("prerequisite");
    open("erp");
    awaitPosted("a", "c");
  }

  @Test
  void manyThatComeAnewAreParkedAndLeaveInOrder() {
    sent("Order", "{'id': 'a', 'order': 1, 'customer': 7}");
    reload(specification(DESTINATIONS, OPERATIONS, BY_CUSTOMER)).join();
    int count = 1_000;
    IntStream.range(0, count)
        .mapToObj(i -> send("Order", "{'id': 'o%04d', 'order': 1, 'customer': %d}".formatted(i, i)))
        .toList()
        .forEach(CompletableFuture::join);
    await()
        .untilAsserted(
            () ->
                assertThat(
                        text(
                            "select count(*) > 900 from waybill_journal.standing"
                                + " where parked = 'prerequisite'"))
                    .isEqualTo("t"));
    open("erp");
    await().untilAsserted(() -> assertThat(posted).hasSize(count + 1));
    assertThat(posted).startsWith("a").doesNotHaveDuplicates();
  }

  @Test
  void whatAnOldMessageWaitsForIsNotHeldBehindIt() {
    String requiring =
        OPERATIONS.replace(
            "Change: { id: { json: /id }, post: erp }",
            "Change: { id: { json: /id }, post: erp,"
                + " requires: [ { posted: { operation: Order, key: { json: /order } } } ] }");
    reload(specification(DESTINATIONS, requiring, SEQUENCING)).join();
    sent("Change", "{'id': 'c', 'order': 1, 'customer': 7}");
    reload(specification(DESTINATIONS, requiring, SEQUENCING.replace("space: order", "space: o")))
        .join();
    open("erp");
    sent("Change", "{'id': 'd', 'order': 1, 'customer': 7}");
    assertThat(posted).isEmpty();
    sent("Order", "{'id': 'o', 'order': 1, 'customer': 7}");
    awaitPosted("o", "c", "d");
  }

  @Test
  void aDestinationWithOpenMessagesCannotBeRemoved() {
    long note = sent("Note", "{'id': 'n'}");
    String noteToErp = OPERATIONS.replace("post: crm", "post: erp");
    String withoutCrm = DESTINATIONS.replace("  crm: { delivery: deduplicating }\n", "");
    Specification without = specification(withoutCrm, noteToErp, SEQUENCING);
    Specification before = broker().specification();
    assertThatThrownBy(() -> reload(without).join())
        .hasCauseInstanceOf(ActionRefused.class)
        .hasMessageContaining("Destination 'crm' has 1 open messages and cannot be removed");
    assertThat(broker().specification()).isSameAs(before);
    assertThat(column("destination", sent("Note", "{'id': 'm'}"))).isEqualTo("crm");
    broker().act(new Action(Action.Kind.SKIP, note, "anna", "old", null)).join();
    broker().act(new Action(Action.Kind.SKIP, note + 1, "anna", "old", null)).join();
    reload(without).join();
    assertThat(column("destination", sent("Note", "{'id': 'k'}"))).isEqualTo("erp");
  }

  @Test
  void anAttemptUnderWayKeepsItsBytesAndItsId() {
    openSlow("erp");
    long order = sent("Order", "{'id': 'a', 'order': 1, 'customer': 7}");
    await().until(() -> unanswered.size() == 1);
    reload(specification(DESTINATIONS, OPERATIONS, BY_CUSTOMER)).join();
    assertThat(column("status", order)).isEqualTo("posting");
    unanswered.get(0).accept(new Outcome.Posted(null));
    await().untilAsserted(() -> assertThat(column("status", order)).isEqualTo("posted"));
    assertThat(posted).hasSize(1);
    assertThat(posted.get(0)).contains("\"customer\": 7");
    assertThat(text("select count(*) from waybill.history where to_status = 'posting'"))
        .isEqualTo("1");
  }

  @Test
  void underTrafficNothingIsLostAndEverythingIsReadByTheRulesThatHold() {
    open("erp");
    String elsewhere =
        OPERATIONS.replace(
            "Note: { id: { json: /id }, post: crm }", "Note: { id: { json: /id }, post: erp }");
    List<CompletableFuture<Receipt>> receipts = new ArrayList<>();
    List<CompletableFuture<Void>> reloads = new ArrayList<>();
    Specification one = specification(DESTINATIONS, OPERATIONS, SEQUENCING);
    Specification other = specification(DESTINATIONS, elsewhere, BY_CUSTOMER);
    for (int i = 0; i < 2_000; i++) {
      receipts.add(send("Order", "{'id': 'o%d', 'order': %d, 'customer': 7}".formatted(i, i)));
      if (i % 400 == 200) {
        reloads.add(reload(i % 800 == 200 ? other : one));
      }
    }
    receipts.forEach(CompletableFuture::join);
    reloads.forEach(CompletableFuture::join);
    await().untilAsserted(() -> assertThat(posted).hasSize(2_000));
    assertThat(posted).doesNotHaveDuplicates();
    assertThat(text("select count(*) from waybill.messages where status = 'posted'"))
        .isEqualTo("2000");
  }
}
