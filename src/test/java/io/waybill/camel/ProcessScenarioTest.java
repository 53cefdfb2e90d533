package io.waybill.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.waybill.broker.Broker;
import io.waybill.broker.BrokerSettings;
import io.waybill.broker.Posting;
import io.waybill.broker.Receipt;
import io.waybill.broker.Report;
import io.waybill.broker.Watch;
import io.waybill.embedded.TestPostgres;
import io.waybill.journal.Effects;
import io.waybill.journal.JdbcJournal;
import io.waybill.journal.JournalSchema;
import io.waybill.journal.StepView;
import io.waybill.journal.Steps;
import io.waybill.message.LaneName;
import io.waybill.message.Outcome;
import io.waybill.message.Payload;
import io.waybill.message.Plan;
import io.waybill.message.PlannedStep;
import io.waybill.message.PostingId;
import io.waybill.message.Reply;
import io.waybill.message.Submission;
import io.waybill.spec.DeliveryClass;
import io.waybill.spec.Destination;
import io.waybill.spec.OnFailure;
import io.waybill.spec.Operation;
import io.waybill.spec.Reading;
import io.waybill.spec.Specification;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DataSourceUtils;

/**
 * Processes as flow writers meet them: routes, the real broker, its table, and restarts between the
 * steps. Documents are {@code ID LANE}.
 */
class ProcessScenarioTest {

  private static final Plan PLAN =
      new Plan(
          List.of(
              new PlannedStep("reserve", "stock", true, true),
              new PlannedStep("wrap", "stock", false, true),
              new PlannedStep("charge", "payments", true, true),
              new PlannedStep("ship", "warehouse", true, true)),
          4);

  private final TestPostgres.Database database = TestPostgres.freshDatabase();
  private final DataSource source = database.dataSource();
  private final List<String> seen = Collections.synchronizedList(new ArrayList<>());

  /** Whose routes run. */
  private final Set<String> running = ConcurrentHashMap.newKeySet();

  private JdbcJournal journal;
  private Broker broker;
  private DefaultCamelContext camel;

  @BeforeEach
  void prepare() throws SQLException {
    new JournalSchema(source).migrate();
    ask("create table charged (posting_id text, text text)");
  }

  private void start(String... destinations) throws Exception {
    running.clear();
    running.addAll(List.of(destinations));
    Map<String, Destination> specified = new LinkedHashMap<>();
    specified.put("stock", Destinations.of("stock", DeliveryClass.DEDUPLICATING));
    specified.put("payments", Destinations.of("payments", DeliveryClass.TRANSACTIONAL));
    specified.put("warehouse", warehouse());
    Specification specification =
        new Specification(
            specified,
            Map.of(
                "Fulfil", new Operation("Fulfil", OnFailure.HOLD),
                "Undo", new Operation("Undo", OnFailure.COMPENSATE)));
    journal = new JdbcJournal(source);
    broker =
        new Broker(
            journal,
            specification,
            ProcessScenarioTest::read,
            Clock.systemUTC(),
            BrokerSettings.of("one", 10_000, 3),
            Watch.NOBODY,
            failure -> {});
    broker.start();
    Failures failures = new Failures(Clock.systemUTC());
    camel = new DefaultCamelContext();
    camel.addComponent(
        "waybill",
        new WaybillComponent(broker, broker, () -> specification, transaction(failures), failures));
    camel.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            if (running.contains("stock")) {
              from("waybill:post:stock").process(exchange -> perform(exchange, "stock"));
            }
            if (running.contains("payments")) {
              from("waybill:post:payments").process(exchange -> charge(exchange));
            }
            if (running.contains("warehouse")) {
              from("waybill:post:warehouse")
                  .setHeader(
                      "Charged", simple("${exchangeProperty.CamelWaybillReplies[charge][text]}"))
                  .process(
                      exchange -> {
                        assertThat(exchange.getMessage().getHeader("Charged"))
                            .isEqualTo("charge done");
                        perform(exchange, "warehouse");
                        if (exchange
                            .getMessage()
                            .getHeader(WaybillHeaders.OPERATION)
                            .equals("Undo")) {
                          exchange.getMessage().setHeader(WaybillHeaders.OUTCOME, "refused");
                          exchange.getMessage().setHeader(WaybillHeaders.DETAIL, "no truck");
                        }
                      });
            }
            if (running.contains("cancel:stock")) {
              from("waybill:cancel:stock").process(exchange -> undo(exchange));
            }
            if (running.contains("cancel:payments")) {
              from("waybill:cancel:payments").process(exchange -> payBack(exchange));
            }
          }
        });
    camel.start();
  }

  /** Its work may be handed over only. */
  private Destination warehouse() {
    Destination plain = Destinations.of("warehouse", DeliveryClass.HOLD);
    return !running.contains("reports")
        ? plain
        : new Destination(
            plain.name(),
            plain.delivery(),
            plain.remembers(),
            plain.late(),
            plain.inFlight(),
            plain.timeout(),
            plain.links(),
            plain.retry(),
            plain.classify(),
            Duration.ofDays(5));
  }

  private OneTransaction transaction(Failures failures) {
    Effects effects = new Effects();
    return new OneTransaction(
        new DataSourceTransactionManager(source),
        posting ->
            on(
                connection ->
                    effects.claim(
                        connection,
                        posting.id(),
                        posting.row().seq(),
                        posting.row().received().partition(),
                        posting.epoch())),
        other -> false,
        failures,
        (posting, reply) -> endStep(effects, posting, reply));
  }

  private void endStep(Effects effects, Posting posting, Reply reply) {
    on(
        connection -> {
          effects.endStep(connection, posting.row(), reply);
          return true;
        });
  }

  private interface Work {
    boolean on(Connection connection);
  }

  private boolean on(Work work) {
    Connection connection = DataSourceUtils.getConnection(source);
    try {
      return work.on(connection);
    } finally {
      DataSourceUtils.releaseConnection(connection, source);
    }
  }

  private void perform(Exchange exchange, String destination) {
    String step = exchange.getMessage().getHeader(WaybillHeaders.STEP, String.class);
    seen.add(step + " at " + destination + " after " + told(exchange));
    exchange.getMessage().setHeader(WaybillHeaders.ANSWER_ID, "id-" + step);
    exchange.getMessage().setBody(step + " done");
  }

  private void charge(Exchange exchange) {
    perform(exchange, "payments");
    new JdbcTemplate(source)
        .update(
            "insert into charged (posting_id, text) values (?, ?)",
            exchange.getMessage().getHeader(WaybillHeaders.POSTING_ID),
            told(exchange));
  }

  private void undo(Exchange exchange) {
    seen.add(
        exchange.getMessage().getHeader(WaybillHeaders.STEP, String.class)
            + " undone, told "
            + told(exchange));
  }

  private void payBack(Exchange exchange) {
    undo(exchange);
    new JdbcTemplate(source)
        .update(
            "delete from charged where posting_id = ?",
            exchange.getMessage().getHeader(WaybillHeaders.POSTING_ID));
  }

  private static String told(Exchange exchange) {
    Map<?, ?> replies =
        Objects.requireNonNull(exchange.getProperty(WaybillHeaders.REPLIES, Map.class));
    List<String> told = new ArrayList<>();
    replies.forEach(
        (step, reply) ->
            told.add(step + ": " + Objects.requireNonNull((Map<?, ?>) reply).get("text")));
    return told.toString();
  }

  @AfterEach
  void stop() {
    camel.stop();
    broker.close();
    journal.close();
  }

  private static Reading read(Submission submission) {
    String[] words = new String(submission.payload().body(), StandardCharsets.UTF_8).split(" ");
    return new Reading.Read(
        words[0].startsWith("u") ? "Undo" : "Fulfil",
        words[0],
        "po-1",
        List.of(new LaneName("l", words[1])),
        "stock",
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        PLAN);
  }

  private long submit(String document) {
    Receipt receipt =
        await()
            .ignoreExceptions()
            .until(
                () ->
                    broker
                        .submit(
                            new Submission(
                                new Payload(
                                    document.getBytes(StandardCharsets.UTF_8), null, Map.of()),
                                "acme",
                                "test",
                                null,
                                Set.of(),
                                null,
                                Map.of(),
                                null))
                        .join(),
                found -> true);
    return receipt.message().seq();
  }

  private String ask(String sql) {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      if (!statement.execute(sql)) {
        return "done";
      }
      ResultSet result = statement.getResultSet();
      return result.next() ? String.valueOf(result.getString(1)) : "nothing";
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  private void awaitStep(long seq, String name, String status) {
    await()
        .untilAsserted(
            () ->
                assertThat(
                        ask(
                            "select status from waybill.steps where seq = %d and name = '%s'"
                                .formatted(seq, name)))
                    .isEqualTo(status));
  }

  private void restart(String... destinations) throws Exception {
    stop();
    start(destinations);
  }

  @Test
  void aProcessGoesOnAfterEachRestartWithWhatEarlierComponentsAnswered() throws Exception {
    start("stock");
    long seq = submit("a 1");
    awaitStep(seq, "reserve", "posted");
    restart("payments");
    awaitStep(seq, "charge", "posted");
    restart("stock", "payments", "warehouse");
    awaitStep(seq, "ship", "posted");

    assertThat(seen)
        .containsExactly(
            "reserve at stock after []",
            "charge at payments after [reserve: reserve done]",
            "ship at warehouse after [reserve: reserve done, charge: charge done]");
    assertThat(ask("select count(*) || ' ' || min(text) from charged"))
        .isEqualTo("1 [reserve: reserve done]");
    assertThat(ask("select status from waybill.messages")).isEqualTo("posted");
    List<StepView> steps = new Steps(source).ofBusiness("po-1", null, 0, 10);
    assertThat(steps)
        .extracting(StepView::name, StepView::status, StepView::answerId, StepView::node)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("reserve", "posted", "id-reserve", "one"),
            org.assertj.core.groups.Tuple.tuple("wrap", "skipped", null, null),
            org.assertj.core.groups.Tuple.tuple("charge", "posted", "id-charge", "one"),
            org.assertj.core.groups.Tuple.tuple("ship", "posted", "id-ship", "one"));
    assertThat(new Steps(source).of(seq)).hasSize(4);
    assertThat(steps.get(3).body()).asString(StandardCharsets.UTF_8).isEqualTo("ship done");
    assertThat(steps.get(0).startedAt()).isNotNull();
    assertThat(steps.get(0).endedAt()).isNotNull();
  }

  @Test
  void aComponentThatWasHandedItsWorkReportsAfterARestart() throws Exception {
    start("stock", "payments", "warehouse", "reports");
    long seq = submit("a 1");
    await()
        .untilAsserted(
            () ->
                assertThat(ask("select status || ' ' || reason from waybill.messages"))
                    .isEqualTo("posting report"));
    restart("reports");
    PostingId id = new PostingId(ask("select posting_id from waybill.steps where name = 'ship'"));
    Report report = new Report(seq, id, new Outcome.Posted("done", reply("on truck 7")));
    await().ignoreExceptions().until(() -> broker.report(report).join().seq() == seq);
    awaitStep(seq, "ship", "posted");
    broker.report(report).join();

    assertThat(ask("select status from waybill.messages")).isEqualTo("posted");
    assertThat(ask("select convert_from(body, 'UTF8') from waybill.steps where name = 'ship'"))
        .isEqualTo("on truck 7");
    assertThat(seen.stream().filter(line -> line.startsWith("ship"))).hasSize(1);
  }

  private static Reply reply(String text) {
    return new Reply(200, null, Map.of(), text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void whatWasDoneIsUndoneNewestFirstOverRestarts() throws Exception {
    start("stock", "payments", "warehouse", "cancel:stock");
    long seq = submit("u 1");
    await()
        .untilAsserted(
            () ->
                assertThat(ask("select status || ': ' || reason_detail from waybill.messages"))
                    .isEqualTo(
                        "cancelling: no route that consumes waybill:cancel:payments is running"));
    assertThat(ask("select count(*) from charged")).isEqualTo("1");
    restart("cancel:payments");
    awaitStep(seq, "charge", "cancelled");
    restart("cancel:stock");
    awaitStep(seq, "reserve", "cancelled");

    assertThat(seen.subList(3, seen.size()))
        .containsExactly(
            "charge undone, told [reserve: reserve done, charge: charge done]",
            "reserve undone, told [reserve: reserve done]");
    assertThat(ask("select count(*) from charged")).isEqualTo("0");
    assertThat(ask("select status from waybill.messages")).isEqualTo("cancelled");
    assertThat(ask("select reason_detail from waybill.steps where name = 'ship'"))
        .contains("no truck");
  }

  @Test
  void manyProcessesKeepTheOrderOfTheirLanesAtEachStep() throws Exception {
    start("stock", "payments", "warehouse");
    for (int i = 0; i < 60; i++) {
      submit("m%02d %d".formatted(i, i % 3));
    }
    await()
        .untilAsserted(
            () ->
                assertThat(ask("select count(*) from waybill.messages where status = 'posted'"))
                    .isEqualTo("60"));
    assertThat(ask("select count(*) from waybill.steps where status = 'posted'")).isEqualTo("180");
    assertThat(
            ask(
                """
                select count(*)
                from waybill.steps a
                join waybill.steps b on b.seq = a.seq + 3
                where a.name = 'ship'
                  and b.name = 'reserve'
                  and b.started_at < a.ended_at
                """))
        .isEqualTo("0");
  }
}
