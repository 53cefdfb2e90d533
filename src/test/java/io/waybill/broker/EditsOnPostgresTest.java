package io.waybill.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.waybill.embedded.TestPostgres;
import io.waybill.engine.Holding;
import io.waybill.journal.JdbcJournal;
import io.waybill.journal.JournalSchema;
import io.waybill.message.MessageRow;
import io.waybill.message.Outcome;
import io.waybill.message.Payload;
import io.waybill.message.Reason;
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
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Documents that people put in the place of others, by a specification as people write it, through
 * the real broker, reader and journal on PostgreSQL, over restarts.
 */
@Timeout(120)
class EditsOnPostgresTest {

  @TempDir Path folder;
  private final TestPostgres.Database database = TestPostgres.freshDatabase();

  /** Bodies with the destination before them. */
  private final List<String> posted = Collections.synchronizedList(new ArrayList<>());

  private final Set<String> ids = ConcurrentHashMap.newKeySet();
  private final Set<String> refused = ConcurrentHashMap.newKeySet();
  private final Map<String, Consumer<Outcome>> silent = new ConcurrentHashMap<>();
  private final AtomicReference<@Nullable Throwable> fatal = new AtomicReference<>();
  private Holding holding = Holding.of(1_000, 2);
  private @Nullable JdbcJournal journal;
  private @Nullable Broker broker;

  @BeforeEach
  void start() {
    new JournalSchema(database.dataSource()).migrate();
    begin();
  }

  private void begin() {
    Specification specification =
        new ConfigFolder(folder)
            .with(
                "destinations.yaml",
                """
                waybill.destinations:
                  erp: { delivery: deduplicating }
                  archive: { delivery: hold }
                """)
            .with(
                "operations.yaml",
                """
                waybill.operations:
                  Order:
                    match: { json: /kind, equals: order }
                    id: { json: /id }
                    business-id: { json: /number }
                    requires:
                      - field: { json: /approvedBy }
                    post:
                      - { when: { json: /old, equals: "yes" }, to: archive }
                      - { to: erp }
                  Invoice:
                    match: { json: /kind, equals: invoice }
                    id: { json: /id }
                    requires:
                      - posted: { operation: Order, business-id: { json: /order } }
                    post: erp
                """)
            .with(
                "sequencing.yaml",
                """
                waybill.sequencing:
                  groups:
                    customer:
                      lock-name-space: cust
                      operations:
                        Order: { key: { json: /customer } }
                  unsequenced: [ Invoice ]
                """)
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
    begin();
  }

  private void open() {
    for (String name : List.of("erp", "archive")) {
      broker()
          .open(
              name,
              (posting, answer) -> {
                String id = posting.row().received().messageId();
                if (silent.replace(id, answer) != null) {
                  return false;
                }
                if (refused.remove(id)) {
                  answer.accept(new Outcome.Refused(Reason.REFUSED, "422"));
                  return false;
                }
                posted.add(
                    name + " " + new String(posting.payload().body(), StandardCharsets.UTF_8));
                ids.add(posting.id().text());
                answer.accept(new Outcome.Posted(null));
                return false;
              });
    }
  }

  private Receipt send(String json) {
    return broker()
        .submit(new Submission(payload(json), "acme", "test", null, Set.of(), null, Map.of(), null))
        .join();
  }

  private static Payload payload(String json) {
    return new Payload(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8), null, Map.of());
  }

  private long sent(String json) {
    return send(json).message().seq();
  }

  private MessageRow edit(long seq, String json) {
    return broker()
        .act(new Action(Action.Kind.EDIT, seq, "anna", "a wrong field", null, null, payload(json)))
        .join();
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

  private String standing(long seq) {
    return text(
        "select status || ' ' || coalesce(reason, '-') || ' ' || revision from waybill.messages"
            + " where seq = %d".formatted(seq));
  }

  private void awaitStanding(long seq, String standing) {
    await().untilAsserted(() -> assertThat(standing(seq)).isEqualTo(standing));
  }

  private void awaitPosted(String... documents) {
    await()
        .untilAsserted(
            () ->
                assertThat(posted)
                    .containsExactly(
                        List.of(documents).stream()
                            .map(text -> text.replace('\'', '"'))
                            .toArray(String[]::new)));
  }

  @Test
  void aFieldThatAnEditBringsWakesTheMessageAndBothDocumentsAreKept() {
    open();
    long seq = sent("{'kind':'order','id':1,'customer':7}");
    sent("{'kind':'order','id':2,'customer':7,'approvedBy':'eve'}");
    assertThat(standing(seq)).isEqualTo("submitted prerequisite 0");
    restart();
    edit(seq, "{'kind':'order','id':1,'customer':7,'approvedBy':'eve'}");
    restart();
    open();
    awaitPosted(
        "erp {'kind':'order','id':1,'customer':7,'approvedBy':'eve'}",
        "erp {'kind':'order','id':2,'customer':7,'approvedBy':'eve'}");
    awaitStanding(seq, "posted - 1");
    assertThat(
            text(
                "select string_agg(revision || ' ' || convert_from(body, 'UTF8'), '; ' order by"
                    + " revision) from waybill.payloads where seq = 1"))
        .isEqualTo(
            "0 {'kind':'order','id':1,'customer':7}; 1 {'kind':'order','id':1,'customer':7,'approvedBy':'eve'}"
                .replace('\'', '"'));
    assertThat(text("select reason_detail || ', ' || who from waybill.history where who <> ''"))
        .isEqualTo("edited, revision 1: a wrong field, anna");
    assertThat(send("{'kind':'order','id':1,'customer':7}").result())
        .isEqualTo(Receipt.Result.DUPLICATE);
  }

  @Test
  void whatTheDestinationRefusedIsEditedAndRetriedUnderAnotherPostingId() {
    refused.add("1");
    open();
    long seq = sent("{'kind':'order','id':1,'customer':7,'approvedBy':'eve','sum':-1}");
    awaitStanding(seq, "failed refused 0");
    String before = row(seq).postingId().text();
    edit(seq, "{'kind':'order','id':1,'customer':7,'approvedBy':'eve','sum':1}");
    assertThat(standing(seq)).isEqualTo("failed refused 1");
    restart();
    open();
    broker().act(new Action(Action.Kind.RETRY, seq, "anna", "edited", null)).join();
    awaitPosted("erp {'kind':'order','id':1,'customer':7,'approvedBy':'eve','sum':1}");
    awaitStanding(seq, "posted - 1");
    assertThat(ids).containsExactly(row(seq).postingId().text()).doesNotContain(before);
  }

  private MessageRow row(long seq) {
    return Objects.requireNonNull(Objects.requireNonNull(journal).rows(List.of(seq)).get(seq));
  }

  @Test
  void whereItGoesAndWhatOthersFindItByIsReadAnew() {
    long invoice = sent("{'kind':'invoice','id':9,'order':'A'}");
    long seq = sent("{'kind':'order','id':1,'customer':7,'approvedBy':'eve','number':'B'}");
    assertThat(standing(seq)).isEqualTo("submitted pause 0");
    edit(seq, "{'kind':'order','id':1,'customer':7,'approvedBy':'eve','number':'A','old':'yes'}");
    assertThat(text("select destination from waybill.messages where seq = " + seq))
        .isEqualTo("archive");
    open();
    awaitPosted(
        "archive {'kind':'order','id':1,'customer':7,'approvedBy':'eve','number':'A','old':'yes'}",
        "erp {'kind':'invoice','id':9,'order':'A'}");
    awaitStanding(invoice, "posted - 0");
    assertThat(broker().inMemory()).isZero();
  }

  @Test
  void anotherMessageIsNotMadeOfIt() {
    long seq = sent("{'kind':'order','id':1,'customer':7}");
    assertRefused(seq, "{'kind':'order','id':2,'customer':7}", "its id would be 2, not 1");
    assertRefused(
        seq, "{'kind':'order','id':1,'customer':8}", "its lanes would be [cust:8], not [cust:7]");
    assertRefused(
        seq,
        "{'kind':'invoice','id':1,'order':'A','customer':7}",
        "its operation would be Invoice, not Order");
    assertRefused(seq, "{'kind':'order',", "cannot be processed");
    assertRefused(seq, "{'kind':'order','id':1,'customer':7}", "has already");
    assertThat(standing(seq)).isEqualTo("submitted prerequisite 0");
    assertThat(text("select count(*) from waybill.payloads")).isEqualTo("1");
  }

  private void assertRefused(long seq, String json, String text) {
    assertThatThrownBy(() -> edit(seq, json))
        .hasRootCauseInstanceOf(ActionRefused.class)
        .hasMessageContaining(text);
  }

  @Test
  void whatMayHaveArrivedIsNotEdited() {
    silent.put("1", outcome -> {});
    open();
    long seq = sent("{'kind':'order','id':1,'customer':7,'approvedBy':'eve','old':'yes'}");
    String other = "{'kind':'order','id':1,'customer':7,'approvedBy':'eve','old':'no'}";
    awaitStanding(seq, "posting - 0");
    assertRefused(seq, other, "is posting and cannot be edited");
    broker().act(new Action(Action.Kind.INTERRUPT, seq, "anna", "it hangs", null)).join();
    awaitStanding(seq, "in_doubt answer_lost 0");
    assertRefused(seq, other, "is in_doubt and cannot be edited");

    silent.put("2", outcome -> {});
    long second = sent("{'kind':'order','id':2,'customer':8,'approvedBy':'eve'}");
    awaitStanding(second, "posting - 0");
    Objects.requireNonNull(silent.remove("2")).accept(new Outcome.Ambiguous("reset"));
    awaitStanding(second, "posted - 0");
    assertRefused(second, other, "is posted and cannot be edited");
  }

  @Test
  void parkedMessagesAreEditedWhereverTheyAre() {
    stop();
    holding = new Holding(2, 1, 4, 8);
    begin();
    List<Long> seqs = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      seqs.add(sent("{'kind':'order','id':%d,'customer':%d}".formatted(i, i / 4)));
      sent("{'kind':'order','id':%d,'customer':%d,'approvedBy':'eve'}".formatted(100 + i, 100 + i));
    }
    assertThat(text("select string_agg(distinct parked, ' ') from waybill_journal.standing"))
        .isEqualTo("destination lane prerequisite");
    for (int i = 39; i >= 0; i--) {
      edit(
          seqs.get(i),
          "{'kind':'order','id':%d,'customer':%d,'approvedBy':'adam','old':'%s'}"
              .formatted(i, i / 4, i % 3 == 0 ? "yes" : "no"));
      edit(
          seqs.get(i) + 1,
          "{'kind':'order','id':%d,'customer':%d,'approvedBy':'adam'}".formatted(100 + i, 100 + i));
      if (i == 20) {
        restart();
      }
    }
    open();
    await().untilAsserted(() -> assertThat(posted).hasSize(80));
    assertThat(posted).allMatch(document -> document.contains("adam"));
    for (int lane = 0; lane < 10; lane++) {
      String key = "\"customer\":%d,".formatted(lane);
      assertThat(
              posted.stream()
                  .filter(document -> document.contains(key))
                  .map(document -> document.replaceAll(".*\"id\":(\\d+).*", "$1")))
          .containsExactly(
              "" + lane * 4, "" + (lane * 4 + 1), "" + (lane * 4 + 2), "" + (lane * 4 + 3));
    }
    await()
        .untilAsserted(
            () -> assertThat(text("select count(*) from waybill_journal.place")).isEqualTo("0"));
    await().untilAsserted(() -> assertThat(broker().inMemory()).isZero());
  }
}
