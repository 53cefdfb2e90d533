package io.waybill.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.waybill.broker.Action;
import io.waybill.broker.Broker;
import io.waybill.broker.BrokerSettings;
import io.waybill.broker.Watch;
import io.waybill.embedded.TestPostgres;
import io.waybill.journal.JdbcJournal;
import io.waybill.journal.JournalSchema;
import io.waybill.message.Order;
import io.waybill.spec.Specification;
import io.waybill.spec.load.ConfigFolder;
import io.waybill.spec.read.Reader;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Lanes that follow numbers, as flow writers and operators meet them: a specification as people
 * write it, routes, the real broker, its table on PostgreSQL, over restarts.
 */
@Timeout(120)
class NumbersScenarioTest {

  private static final String OPERATIONS =
      """
      waybill.operations:
        Change: { id: { json: /id }, post: erp }
        Hasty: { id: { json: /id }, post: erp }
        Strict: { id: { json: /id }, post: erp }
      """;

  private static final String SEQUENCING =
      """
      waybill.sequencing:
        groups:
          order:
            lock-name-space: order
            operations:
              Change: { key: { json: /order }, number: { json: /seq, first: 1 }, twice: skip, past: post }
              Hasty: { key: { json: /order }, number: { json: /seq }, gap: { wait: 2s, then: skip } }
              Strict: { key: { json: /order }, number: { json: /seq }, gap: { wait: 1s, then: fail } }
      """;

  @TempDir Path folder;
  private final TestPostgres.Database database = TestPostgres.freshDatabase();
  private final List<String> posted = Collections.synchronizedList(new ArrayList<>());
  private JdbcJournal journal;
  private Broker broker;
  private DefaultCamelContext camel;

  @BeforeEach
  void start() throws Exception {
    new JournalSchema(database.dataSource()).migrate();
    Specification specification =
        new ConfigFolder(folder)
            .with("destinations.yaml", "waybill.destinations.erp: { delivery: deduplicating }\n")
            .with("operations.yaml", OPERATIONS)
            .with("sequencing.yaml", SEQUENCING)
            .load();
    journal = new JdbcJournal(database.dataSource());
    broker =
        new Broker(
            journal,
            specification,
            new Reader(specification, 1_000)::read,
            Clock.systemUTC(),
            BrokerSettings.of("one", 10_000, 3),
            Watch.NOBODY,
            failure -> {});
    broker.start();
    await().until(() -> broker.trouble() == null);
    camel = new DefaultCamelContext();
    camel.addComponent(
        "waybill",
        new WaybillComponent(
            broker, broker, () -> specification, null, new Failures(Clock.systemUTC())));
    camel.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            for (String operation : List.of("Change", "Hasty", "Strict")) {
              from("direct:" + operation)
                  .to("waybill:submit?sender=acme&source=test&operation=" + operation);
            }
            from("waybill:post:erp")
                .process(
                    exchange ->
                        posted.add(
                            exchange
                                .getMessage()
                                .getHeader(WaybillHeaders.MESSAGE_ID, String.class)));
          }
        });
    camel.start();
  }

  @AfterEach
  void stop() {
    camel.stop();
    broker.close();
    journal.close();
  }

  private void restart() throws Exception {
    stop();
    start();
  }

  private void send(String operation, String id, int order, Object seq) {
    String body = "{\"id\": \"%s\", \"order\": %d, \"seq\": %s}".formatted(id, order, seq);
    try (var sender = camel.createProducerTemplate()) {
      sender.requestBody("direct:" + operation, body);
    } catch (java.io.IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private String standing(String id) {
    return ask(
        "select status || ' ' || coalesce(reason, '-') || ': ' || coalesce(reason_detail, '-')"
            + " from waybill.messages where message_id = '%s'".formatted(id));
  }

  private String ask(String sql) {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      return result.next() ? String.valueOf(result.getString(1)) : "nothing";
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  private long seq(String id) {
    return Long.parseLong(
        ask("select seq from waybill.messages where message_id = '%s'".formatted(id)));
  }

  private void awaitPosted(String... ids) {
    await().untilAsserted(() -> assertThat(posted).containsExactly(ids));
  }

  @Test
  void aLaneFollowsItsNumbersAcrossRestartsAndKnowsTheLastOneWhenItsRowsAreGone() throws Exception {
    send("Change", "c3", 1, 3);
    send("Change", "c4", 1, "\"4\"");
    assertThat(standing("c3")).isEqualTo("submitted gap: waits for number 1 and 1 more");
    send("Change", "other", 2, 1);
    awaitPosted("other");
    restart();
    send("Change", "c1", 1, 1);
    awaitPosted("other", "c1");
    assertThat(standing("c4")).isEqualTo("submitted gap: waits for number 2");
    restart();
    send("Change", "c2", 1, 2);
    awaitPosted("other", "c1", "c2", "c3", "c4");
    await()
        .untilAsserted(
            () ->
                assertThat(ask("select last from waybill.numbers where lane = 'order:1'"))
                    .isEqualTo("4"));

    stop();
    for (String table : List.of("message", "standing", "payload", "history")) {
      execute("delete from waybill_journal." + table + " where seq < 5");
    }
    start();
    send("Change", "c6", 1, 6);
    assertThat(standing("c6")).isEqualTo("submitted gap: waits for number 5");
    send("Change", "c5", 1, 5);
    awaitPosted("other", "c1", "c2", "c3", "c4", "c5", "c6");
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
  void aGapIsSkippedInTimeThoughTheBrokerWasDownMeanwhile() throws Exception {
    send("Hasty", "h4", 1, 4);
    send("Hasty", "h2", 1, 2);
    assertThat(ask("select due_at is not null from waybill.messages where message_id = 'h4'"))
        .isEqualTo("t");
    restart();
    awaitPosted("h2", "h4");
    assertThat(
            ask(
                "select detail from waybill_journal.history"
                    + " where reason = 'gap' and from_status = to_status"))
        .isEqualTo("numbers 1, 3 of lane order:1 did not come within 2s: the lane goes on without");
    assertThat(
            ask(
                "select string_agg(first || '-' || last || ' ' || coalesce(who, 'nobody'), ', '"
                    + " order by first) from waybill.number_gaps"))
        .isEqualTo("1-1 nobody, 3-3 nobody");

    send("Hasty", "h3", 1, 3);
    assertThat(standing("h3"))
        .isEqualTo(
            "failed number: number 3 of lane order:1 is from the past: it is not waited for, the"
                + " next one is 5");
    send("Change", "late", 1, 1);
    awaitPosted("h2", "h4", "late");
    assertThat(
            ask(
                "select reason_detail from waybill.history where from_status is null and seq = "
                    + seq("late")))
        .endsWith(
            "is from the past: it is not waited for, the next one is 5; it goes on without its"
                + " number");
  }

  @Test
  void whoWaitsTooLongFailsAndIsTriedAgainWhenTheNumberComesLate() throws Exception {
    send("Strict", "s2", 1, 2);
    await()
        .untilAsserted(
            () ->
                assertThat(standing("s2"))
                    .isEqualTo("failed gap: waits for number 1, which did not come within 1s"));
    restart();
    send("Change", "c1", 1, 1);
    awaitPosted("c1", "s2");
  }

  @Test
  void aNumberTwiceIsFailedOrSkippedAsDeclaredAndHoldsNobody() {
    send("Change", "c1", 1, 1);
    awaitPosted("c1");
    send("Change", "again", 1, 1);
    assertThat(standing("again"))
        .isEqualTo("skipped number: number 1 of lane order:1 came before, in another message");
    send("Strict", "twice", 1, 1);
    assertThat(standing("twice")).startsWith("failed number: number 1 of lane order:1 came before");
    send("Change", "c2", 1, 2);
    awaitPosted("c1", "c2");

    broker
        .act(new Action(Action.Kind.RETRY, seq("twice"), "anna", "it is another one", null))
        .join();
    awaitPosted("c1", "c2", "twice");
  }

  @Test
  void aPersonClosesAGapAndThatIsAudited() throws Exception {
    send("Change", "c5", 1, 5);
    send("Change", "c3", 1, 3);
    Order order = new Order(Order.Verb.CLOSE_GAP, "order:1", "anna", "never sent", 2L);
    broker.order(order).join();
    awaitPosted("c3");
    assertThat(standing("c5")).isEqualTo("submitted gap: waits for number 4");
    assertThatThrownBy(() -> broker.order(order).join())
        .hasMessageContaining("Lane order:1 misses no number up to 2; the first one missing is 4");
    restart();
    broker
        .order(new Order(Order.Verb.CLOSE_GAP, "order:1", "anna", "lost at the sender", 4L))
        .join();
    awaitPosted("c3", "c5");
    assertThat(
            ask(
                "select string_agg(who || ' ' || action || ' ' || target || ' ' || why, ', ' order"
                    + " by entry) from waybill_journal.audit"))
        .isEqualTo(
            "anna close gap order:1 up to 2 never sent,"
                + " anna close gap order:1 up to 4 lost at the sender");
    assertThat(
            ask(
                "select reason_detail from waybill.history where who = 'anna' and seq = "
                    + seq("c5")))
        .isEqualTo("number 4 of lane order:1 not waited for: lost at the sender");
  }

  @Test
  void aNumberThatIsNoneFailsAsUnkeyedWithAClearText() {
    send("Change", "odd", 1, "1.5");
    assertThat(ask("select status || ' ' || reason from waybill.messages"))
        .isEqualTo("failed unkeyed");
    assertThat(ask("select reason_detail from waybill.messages"))
        .contains(
            "The number in lock name space order of Change (json: /seq, sequencing.yaml:",
            "cannot be used: '1.5' is no whole number from 0 with at most 18 digits");
  }

  @Test
  void manyOutOfOrderLeaveInOrder() throws Exception {
    List<Integer> numbers = new ArrayList<>(IntStream.rangeClosed(1, 300).boxed().toList());
    Collections.shuffle(numbers, new java.util.Random(5));
    for (int i = 0; i < numbers.size(); i++) {
      send("Change", "n" + numbers.get(i), 1, numbers.get(i));
      if (i == 150) {
        restart();
      }
    }
    awaitPosted(IntStream.rangeClosed(1, 300).mapToObj(i -> "n" + i).toArray(String[]::new));
  }
}
