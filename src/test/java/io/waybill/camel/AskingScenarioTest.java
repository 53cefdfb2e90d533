package io.waybill.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.waybill.broker.Action;
import io.waybill.broker.ActionRefused;
import io.waybill.broker.Broker;
import io.waybill.broker.BrokerSettings;
import io.waybill.broker.Watch;
import io.waybill.embedded.TestPostgres;
import io.waybill.journal.JdbcJournal;
import io.waybill.journal.JournalSchema;
import io.waybill.message.LaneName;
import io.waybill.message.MessageRow;
import io.waybill.message.Payload;
import io.waybill.message.Status;
import io.waybill.message.Submission;
import io.waybill.spec.DeliveryClass;
import io.waybill.spec.Destination;
import io.waybill.spec.OnFailure;
import io.waybill.spec.Operation;
import io.waybill.spec.Reading;
import io.waybill.spec.Retry;
import io.waybill.spec.Sequencing;
import io.waybill.spec.Specification;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
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
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Destinations that can be asked, attempts that hang, and posting once more: routes, the real
 * broker, its table. Documents are {@code ID LANE [DESTINATION]}.
 */
@Timeout(120)
class AskingScenarioTest {

  private static final Duration LATE = Duration.ofMillis(400);

  private final TestPostgres.Database database = TestPostgres.freshDatabase();

  /** What arrived, as {@code ID RUN}, and under which posting id. */
  private final List<String> arrived = Collections.synchronizedList(new ArrayList<>());

  private final Set<String> effects = ConcurrentHashMap.newKeySet();
  private final List<String> asked = Collections.synchronizedList(new ArrayList<>());

  /** Documents whose next try meets this: lost, swallowed or hangs. */
  private final Map<String, String> trouble = new ConcurrentHashMap<>();

  private final CountDownLatch ends = new CountDownLatch(1);
  private volatile Function<Exchange, String> answer =
      exchange ->
          effects.contains(exchange.getMessage().getHeader(WaybillHeaders.POSTING_ID, String.class))
              ? "has"
              : "hasNot";
  private JdbcJournal journal;
  private Broker broker;
  private DefaultCamelContext camel;

  @BeforeEach
  void start() throws Exception {
    new JournalSchema(database.dataSource()).migrate();
    Specification specification =
        new Specification(
            Map.of(
                "erp",
                queryable("erp"),
                "stock",
                queryable("stock"),
                "files",
                Destinations.of("files", DeliveryClass.REPEAT)),
            Map.of("Op", new Operation("Op", OnFailure.HOLD)),
            Sequencing.NONE,
            Map.of(),
            Map.of());
    journal = new JdbcJournal(database.dataSource());
    broker =
        new Broker(
            journal,
            specification,
            AskingScenarioTest::read,
            Clock.systemUTC(),
            BrokerSettings.of("one", 10_000, 3),
            Watch.NOBODY,
            failure -> {});
    broker.start();
    camel = new DefaultCamelContext();
    camel.addComponent("waybill", component());
    camel.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("waybill:post:erp").routeId("erp").process(AskingScenarioTest.this::arrive);
            from("waybill:query:erp").routeId("ask").process(AskingScenarioTest.this::ask);
          }
        });
    camel.start();
    await().until(() -> broker.trouble() == null);
  }

  @AfterEach
  void stop() {
    ends.countDown();
    camel.stop();
    broker.close();
    journal.close();
  }

  private void restart() throws Exception {
    camel.getShutdownStrategy().setTimeout(1);
    broker.close();
    camel.stop();
    journal.close();
    start();
  }

  private void arrive(Exchange exchange) throws InterruptedException {
    String document = exchange.getMessage().getBody(String.class).split(" ")[0];
    Integer run = exchange.getMessage().getHeader(WaybillHeaders.RUN, Integer.class);
    String id = exchange.getMessage().getHeader(WaybillHeaders.POSTING_ID, String.class);
    String meets = trouble.remove(document);
    if ("swallowed".equals(meets)) {
      throw new IllegalStateException("reset before it arrived");
    }
    if ("hangs".equals(meets)) {
      ends.await();
      throw new IllegalStateException("it hung");
    }
    arrived.add(document + " " + run);
    effects.add(id);
    if ("lost".equals(meets)) {
      throw new IllegalStateException("reset after it arrived");
    }
  }

  private void ask(Exchange exchange) {
    assertThat(exchange.getMessage().getBody()).isNull();
    asked.add(exchange.getMessage().getHeader(WaybillHeaders.MESSAGE_ID, String.class));
    exchange.getMessage().setHeader(WaybillHeaders.ANSWER, answer.apply(exchange));
  }

  private static Reading read(Submission submission) {
    String[] words = new String(submission.payload().body(), StandardCharsets.UTF_8).split(" ");
    return new Reading.Read(
        "Op",
        words[0],
        null,
        List.of(new LaneName("l", words[1])),
        words.length > 2 ? words[2] : "erp",
        List.of());
  }

  private long submit(String document) {
    return broker
        .submit(
            new Submission(
                new Payload(document.getBytes(StandardCharsets.UTF_8), null, Map.of()),
                "acme",
                "test",
                null,
                Set.of(),
                null,
                Map.of(),
                null))
        .join()
        .message()
        .seq();
  }

  private MessageRow act(Action.Kind kind, long seq) {
    return broker.act(new Action(kind, seq, "anna", "because", null)).join();
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

  private String standing(long seq) {
    return ask(
        "select status || ' ' || coalesce(reason, '-') || ' ' || run from waybill.messages"
            + " where seq = %d".formatted(seq));
  }

  private void awaitStanding(long seq, String standing) {
    await().untilAsserted(() -> assertThat(standing(seq)).isEqualTo(standing));
  }

  private void awaitArrived(String... documents) {
    await().untilAsserted(() -> assertThat(arrived).containsExactly(documents));
  }

  @Test
  void whatTheDestinationHasIsNotRepeatedAndHoldsItsLaneUntilItSaysSo() {
    trouble.put("1", "lost");
    long began = System.nanoTime();
    long seq = submit("1 a");
    submit("2 a");
    submit("3 b");
    awaitStanding(seq, "retriable asking 1");
    awaitArrived("1 1", "3 1");

    awaitArrived("1 1", "3 1", "2 1");
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(LATE);
    assertThat(asked).containsExactly("1");
    awaitStanding(seq, "posted - 1");
    assertThat(
            ask(
                "select string_agg(to_status, ' ' order by entry) from waybill.history where seq = 1"))
        .isEqualTo("posting retriable retry posting posted");
    assertThat(ask("select reason_detail from waybill.messages where seq = 1"))
        .contains("the destination says that it has it");
  }

  @Test
  void whatItHasNotIsRepeatedUnderTheSamePostingId() {
    trouble.put("1", "swallowed");
    long seq = submit("1 a");
    awaitStanding(seq, "posted - 1");
    assertThat(arrived).containsExactly("1 1");
    assertThat(asked).containsExactly("1");
    assertThat(effects)
        .containsExactly(
            Objects.requireNonNull(journal.rows(List.of(seq)).get(seq)).postingId().text());
    assertThat(ask("select attempts from waybill.messages")).isEqualTo("2");
  }

  @Test
  void whoDoesNotKnowIsAskedAgain() {
    trouble.put("1", "lost");
    Function<Exchange, String> knows = answer;
    answer =
        exchange ->
            switch (asked.size()) {
              case 1 -> "unknown";
              case 2 -> "perhaps";
              case 3 -> throw new IllegalStateException("500");
              default -> knows.apply(exchange);
            };
    long seq = submit("1 a");
    await().until(() -> asked.size() == 2);
    await()
        .until(
            () ->
                ask("select reason_detail from waybill.messages").contains("does not know")
                    || ask("select reason_detail from waybill.messages").contains("said 'perhaps'")
                    || asked.size() > 2);
    awaitStanding(seq, "posted - 1");
    assertThat(asked).hasSize(4);
    assertThat(arrived).containsExactly("1 1");
  }

  @Test
  void askingSurvivesARestart() throws Exception {
    trouble.put("1", "lost");
    answer = exchange -> "unknown";
    long seq = submit("1 a");
    submit("2 a");
    await().until(() -> !asked.isEmpty());
    awaitStanding(seq, "retriable asking 1");
    answer = exchange -> "has";
    restart();
    awaitStanding(seq, "posted - 1");
    awaitArrived("1 1", "2 1");
  }

  @Test
  void anAttemptThatARestartCutOffIsAskedFor() throws Exception {
    trouble.put("1", "hangs");
    long seq = submit("1 a");
    awaitStanding(seq, "posting - 1");
    await().until(() -> trouble.isEmpty());
    restart();
    awaitStanding(seq, "posted - 1");
    assertThat(asked).containsExactly("1");
    assertThat(arrived).containsExactly("1 1");
  }

  @Test
  void anAttemptThatHangsIsInterruptedAndThenAskedFor() {
    trouble.put("1", "hangs");
    long seq = submit("1 a");
    awaitStanding(seq, "posting - 1");
    await().until(() -> trouble.isEmpty());

    assertThat(act(Action.Kind.INTERRUPT, seq).standing().status()).isEqualTo(Status.POSTING);

    awaitStanding(seq, "retriable asking 1");
    assertThat(ask("select reason_detail from waybill.messages"))
        .isEqualTo("interrupted by anna: because");
    assertThatThrownBy(() -> act(Action.Kind.RETRY, seq))
        .hasRootCauseInstanceOf(ActionRefused.class)
        .hasMessageContaining("may still arrive until");
    awaitStanding(seq, "posted - 1");
    assertThat(arrived).containsExactly("1 1");
    assertThat(ask("select reason_detail || ' ' || who from waybill.history where who is not null"))
        .isEqualTo("interrupted: because anna");
    assertThatThrownBy(() -> act(Action.Kind.INTERRUPT, seq))
        .hasMessageContaining("Message 1 is posted, not posting; there is nothing to interrupt");
  }

  @Test
  void whatIsPostedIsPostedOnceMoreAsANewRunAtTheEndOfItsLane() throws Exception {
    long seq = submit("1 a");
    awaitStanding(seq, "posted - 1");
    restart();
    trouble.put("2", "lost");
    long second = submit("2 a");
    awaitStanding(second, "retriable asking 1");

    MessageRow again = act(Action.Kind.REPOST, seq);

    assertThat(again.standing().run()).isEqualTo(2);
    assertThat(standing(seq)).isEqualTo("retry turn 2");
    restart();
    awaitStanding(seq, "posted - 2");
    assertThat(arrived).containsExactly("1 1", "2 1", "1 2");
    assertThat(effects).hasSize(3);
    assertThat(
            ask(
                "select string_agg(run || to_status, ' ' order by entry) from waybill.history"
                    + " where seq = 1"))
        .isEqualTo("1posting 1posted 2retry 2posting 2posted");
    assertThat(ask("select who from waybill.history where run = 2 and to_status = 'retry'"))
        .isEqualTo("anna");
  }

  @Test
  void whatIsNotPostedIsNotPostedOnceMore() {
    trouble.put("1", "lost");
    long seq = submit("1 a");
    awaitStanding(seq, "retriable asking 1");
    assertThatThrownBy(() -> act(Action.Kind.REPOST, seq))
        .hasMessageContaining("is retriable and cannot be posted once more");
    assertThatThrownBy(() -> act(Action.Kind.REPOST, 99)).hasMessageContaining("no message 99");
  }

  @Test
  void aQueryableDestinationHasOneQueryAndOthersHaveNone() throws Exception {
    assertThatThrownBy(
            () -> camel.addRoutes(route("waybill:query:erp?exchangePattern=InOnly", "second")))
        .hasMessageContaining(
            "Routes 'ask' and 'second' both consume waybill:query:erp; exactly one may");
    assertThatThrownBy(() -> camel.addRoutes(route("waybill:query:files", "third")))
        .hasRootCauseMessage(
            "In 'waybill://query:files': destination 'files' is repeat and is never asked; write"
                + " delivery: queryable, or remove this route");
    try (DefaultCamelContext other = new DefaultCamelContext()) {
      other.addComponent("waybill", component());
      other.addRoutes(route("waybill:post:erp", "fourth"));
      assertThatThrownBy(other::start)
          .hasMessageContaining(
              "Destination 'erp' is queryable, and no route asks it; write one from"
                  + " waybill:query:erp");
    }
  }

  private static Destination queryable(String name) {
    return new Destination(
        name,
        DeliveryClass.QUERYABLE,
        Destination.Remembers.ALL,
        LATE,
        8,
        Duration.ofSeconds(30),
        List.of(),
        new Retry(Duration.ofMillis(50), 2, Duration.ofSeconds(1), 0, null, Duration.ofHours(1)),
        Destination.Classify.DEFAULT);
  }

  /** The route that the documentation shows. */
  @Test
  void anHttpServerIsAskedAsDocumented() throws Exception {
    List<String> requests = Collections.synchronizedList(new ArrayList<>());
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/postings/",
        request -> {
          String path = request.getRequestURI().getPath();
          requests.add(request.getRequestMethod());
          boolean has = effects.contains(path.substring("/postings/".length()));
          request.sendResponseHeaders(requests.size() == 1 ? 500 : has ? 200 : 404, -1);
          request.close();
        });
    server.start();
    try {
      String told = Files.readString(Path.of("docs/configuration.md"));
      int from = told.indexOf("- route:", told.indexOf("`waybill:query:DESTINATION` asks"));
      String yaml =
          told.substring(from, told.indexOf("```", from))
              .replace("stock.example.com", "127.0.0.1:" + server.getAddress().getPort());
      PluginHelper.getRoutesLoader(camel)
          .loadRoutes(ResourceHelper.fromString("query.camel.yaml", yaml));
      camel.addRoutes(
          new RouteBuilder() {
            @Override
            public void configure() {
              from("waybill:post:stock").process(AskingScenarioTest.this::arrive);
            }
          });
      trouble.put("1", "lost");
      trouble.put("2", "swallowed");
      long has = submit("1 a stock");
      awaitStanding(has, "posted - 1");
      long hasNot = submit("2 a stock");
      awaitStanding(hasNot, "posted - 1");
      assertThat(arrived).containsExactly("1 1", "2 1");
      assertThat(requests).containsExactly("GET", "GET", "GET");
    } finally {
      server.stop(0);
    }
  }

  private WaybillComponent component() {
    return new WaybillComponent(
        broker, broker, broker::specification, null, new Failures(Clock.systemUTC()));
  }

  private static RouteBuilder route(String from, String id) {
    return new RouteBuilder() {
      @Override
      public void configure() {
        from(from).routeId(id).to("mock:none");
      }
    };
  }
}
