package io.waybill.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.waybill.broker.Broker;
import io.waybill.broker.BrokerSettings;
import io.waybill.broker.Receipt;
import io.waybill.broker.Watch;
import io.waybill.embedded.TestPostgres;
import io.waybill.journal.JdbcJournal;
import io.waybill.journal.JournalSchema;
import io.waybill.message.LaneName;
import io.waybill.message.Order;
import io.waybill.message.Payload;
import io.waybill.message.Submission;
import io.waybill.spec.DeliveryClass;
import io.waybill.spec.Link;
import io.waybill.spec.OnFailure;
import io.waybill.spec.Operation;
import io.waybill.spec.Reading;
import io.waybill.spec.Sequencing;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Links and pauses as flow writers and operators meet them: routes, the real broker, its table.
 * Documents are {@code ID LANE [LINK...]}.
 */
class LinkScenarioTest {

  private static final Duration EVERY = Duration.ofMillis(50);
  private static final Duration TIMEOUT = Duration.ofMillis(300);

  private final TestPostgres.Database database = TestPostgres.freshDatabase();
  private final Set<String> missing = ConcurrentHashMap.newKeySet();
  private final List<String> posted = Collections.synchronizedList(new ArrayList<>());
  private final AtomicInteger probes = new AtomicInteger();
  private final CountDownLatch ends = new CountDownLatch(1);
  private boolean held;
  private JdbcJournal journal;
  private Broker broker;
  private DefaultCamelContext camel;
  private WaybillComponent waybill;

  @BeforeEach
  void start() throws Exception {
    new JournalSchema(database.dataSource()).migrate();
    Specification specification =
        new Specification(
            Map.of("erp", Destinations.of("erp", DeliveryClass.DEDUPLICATING)),
            Map.of("Op", new Operation("Op", OnFailure.HOLD)),
            Sequencing.NONE,
            Map.of(),
            Map.of(
                "edi", new Link("edi", EVERY, TIMEOUT),
                "vpn", new Link("vpn", EVERY, TIMEOUT)));
    journal = new JdbcJournal(database.dataSource());
    broker =
        new Broker(
            journal,
            specification,
            LinkScenarioTest::read,
            Clock.systemUTC(),
            BrokerSettings.of("one", 10_000, 3).starting(held),
            Watch.NOBODY,
            failure -> {});
    broker.start();
    Failures failures = new Failures(Clock.systemUTC());
    waybill = new WaybillComponent(broker, broker, () -> specification, null, failures);
    waybill.probeFor(broker);
    camel = new DefaultCamelContext();
    camel.addComponent("waybill", waybill);
    camel.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("waybill:post:erp")
                .process(exchange -> posted.add(exchange.getMessage().getBody(String.class)));
            from("waybill:link:edi").routeId("edi").process(exchange -> probe("edi"));
            from("waybill:link:vpn").routeId("vpn").process(exchange -> probe("vpn"));
          }
        });
    camel.start();
  }

  @AfterEach
  void stop() {
    ends.countDown();
    camel.stop();
    broker.close();
    journal.close();
  }

  private void restart() throws Exception {
    camel.stop();
    broker.close();
    journal.close();
    start();
  }

  private void probe(String link) throws InterruptedException {
    probes.incrementAndGet();
    if (missing.contains(link + " hangs")) {
      ends.await();
    }
    if (missing.contains(link)) {
      throw new IllegalStateException("no carrier");
    }
  }

  private static Reading read(Submission submission) {
    String[] words = new String(submission.payload().body(), StandardCharsets.UTF_8).split(" ");
    return new Reading.Read(
        "Op",
        words[0],
        null,
        List.of(new LaneName("l", words[1])),
        "erp",
        List.of(words).subList(2, words.length));
  }

  private Receipt submit(String document) {
    return await()
        .ignoreExceptions()
        .until(() -> broker.submit(submission(document)).join(), receipt -> true);
  }

  private static Submission submission(String document) {
    return new Submission(
        new Payload(document.getBytes(StandardCharsets.UTF_8), null, Map.of()),
        "acme",
        "test",
        null,
        Set.of(),
        null,
        Map.of(),
        null);
  }

  /** Hands in many, a thousand at a time; tells how long it took until they were durable. */
  private Duration submitAll(List<String> documents) {
    long began = System.nanoTime();
    for (int from = 0; from < documents.size(); from += 1_000) {
      List<CompletableFuture<Receipt>> answers =
          documents.subList(from, Math.min(documents.size(), from + 1_000)).stream()
              .map(document -> broker.submit(submission(document)))
              .toList();
      answers.forEach(CompletableFuture::join);
    }
    return Duration.ofNanos(System.nanoTime() - began);
  }

  private Duration awaitPosted(int number) {
    long began = System.nanoTime();
    await().atMost(Duration.ofMinutes(4)).until(() -> posted.size() >= number);
    return Duration.ofNanos(System.nanoTime() - began);
  }

  private static List<String> documents(String prefix, int number, int lanes, String links) {
    return IntStream.range(0, number)
        .mapToObj(i -> prefix + i + " " + prefix + i % lanes + links)
        .toList();
  }

  /** More than memory holds; {@code -Dlinks.backlog=100000} for more. What it took is printed. */
  @Test
  void aBacklogBehindALinkHoldsUpNobodyAndFollowsInTheOrderOfItsLanes() {
    int backlog = Integer.getInteger("links.backlog", 15_000);
    missing.add("edi");
    awaitLink("edi", "down");
    awaitLink("vpn", "up");
    submitAll(documents("warm", 5_000, 500, ""));
    awaitPosted(5_000);
    long began = System.nanoTime();
    submitAll(documents("alone", 5_000, 500, ""));
    awaitPosted(10_000);
    Duration alone = Duration.ofNanos(System.nanoTime() - began);

    Duration intake = submitAll(documents("edi", backlog, backlog / 4, " edi"));
    assertThat(ask("select count(*) from waybill_journal.standing where link = 'edi'"))
        .isEqualTo(String.valueOf(backlog / 4));
    began = System.nanoTime();
    submitAll(documents("beside", 5_000, 500, ""));
    awaitPosted(15_000);
    Duration beside = Duration.ofNanos(System.nanoTime() - began);

    posted.clear();
    missing.clear();
    Duration drained = awaitPosted(backlog);
    System.out.printf(
        "5000 alone %s, 5000 beside %d that wait %s; those taken in %s and posted %s%n",
        alone, backlog, beside, intake, drained);
    Map<String, Integer> last = new HashMap<>();
    for (String document : List.copyOf(posted)) {
      String[] words = document.split(" ");
      Integer before = last.put(words[1], Integer.valueOf(words[0].substring(3)));
      assertThat(before == null || before < last.get(words[1])).as(document).isTrue();
    }
    assertThat(posted).hasSize(backlog);
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

  private void awaitLink(String link, String state) {
    await()
        .until(
            () ->
                ask("select state from waybill.links where kind = 'link' and name = '%s'"
                        .formatted(link))
                    .equals(state));
  }

  private String standing(String id) {
    return ask(
        "select status || ' ' || coalesce(reason, '-') || ' ' || attempts from waybill.messages"
            + " where message_id = '%s'".formatted(id));
  }

  private void awaitPosted(String... documents) {
    await().untilAsserted(() -> assertThat(posted).containsExactly(documents));
  }

  @Test
  void messagesWaitForTheirLinkAndFollowInTheOrderOfTheirLane() throws Exception {
    missing.add("edi");
    awaitLink("edi", "down");
    awaitLink("vpn", "up");
    submit("1 a edi");
    submit("2 a");
    submit("3 b vpn");
    awaitPosted("3 b vpn");
    assertThat(standing("1")).isEqualTo("retriable link 0");
    assertThat(standing("2")).isEqualTo("submitted turn 0");
    assertThat(ask("select detail from waybill.links where name = 'edi'")).isEqualTo("no carrier");

    restart();
    assertThat(standing("1")).isEqualTo("retriable link 0");
    assertThat(posted).containsExactly("3 b vpn");

    missing.clear();
    awaitPosted("3 b vpn", "1 a edi", "2 a");
    await().untilAsserted(() -> assertThat(standing("1")).isEqualTo("posted - 1"));
  }

  @Test
  void aProbeThatHangsSaysThatTheLinkIsMissingAndHoldsUpNoOther() {
    awaitLink("edi", "up");
    missing.add("edi hangs");
    awaitLink("edi", "down");
    assertThat(ask("select detail from waybill.links where name = 'edi'"))
        .isEqualTo("the probe did not answer within 0.3s");
    int before = probes.get();
    await().until(() -> probes.get() > before + 3);
    missing.add("vpn");
    awaitLink("vpn", "down");

    missing.clear();
    ends.countDown();
    awaitLink("edi", "up");
  }

  @Test
  void aPersonDeclaresALinkDownAcrossARestart() throws Exception {
    awaitLink("edi", "up");
    broker.order(new Order(Order.Verb.LINK_DOWN, "edi", "anna", "the line is moved")).join();
    submit("1 a edi");
    restart();

    assertThat(standing("1")).isEqualTo("retriable link 0");
    assertThat(ask("select declared_by || ': ' || detail from waybill.links where name = 'edi'"))
        .isEqualTo("anna: the line is moved");
    await()
        .ignoreExceptions()
        .until(
            () -> {
              broker.order(new Order(Order.Verb.CHECK_LINK, "edi", "bert", "just looking")).join();
              return true;
            });
    assertThat(posted).isEmpty();

    broker.order(new Order(Order.Verb.LINK_AUTO, "edi", "anna", "moved")).join();
    awaitPosted("1 a edi");
    assertThat(
            ask(
                "select string_agg(who || ' ' || action || ' ' || target || ' ' || why, ', ' order"
                    + " by entry) from waybill_journal.audit"))
        .isEqualTo(
            "anna link down edi the line is moved, bert link check edi just looking, anna link auto"
                + " edi moved");
  }

  @Test
  void aLinkIsAskedAtOnceWhereAPersonWants() {
    awaitLink("edi", "up");
    missing.add("edi");
    broker.order(new Order(Order.Verb.CHECK_LINK, "edi", "bert", "just looking")).join();

    assertThat(ask("select state from waybill.links where name = 'edi'")).isEqualTo("down");
    assertThat(broker.lastProbe("edi")).isNotNull();
  }

  private void order(Order.Verb verb, String name) {
    await()
        .ignoreExceptions()
        .until(
            () -> {
              broker.order(new Order(verb, name, "anna", "the customer asked")).join();
              return true;
            });
  }

  @Test
  void aPausedLaneStaysPausedOverARestartAndHoldsUpNoOther() throws Exception {
    order(Order.Verb.PAUSE_LANE, "l:a");
    submit("1 a");
    submit("2 a");
    submit("3 b");
    awaitPosted("3 b");
    restart();

    assertThat(standing("1")).isEqualTo("submitted pause 0");
    assertThat(standing("2")).isEqualTo("submitted turn 0");
    assertThat(ask("select reason_detail from waybill.messages where message_id = '1'"))
        .isEqualTo("lane paused by anna: the customer asked");
    assertThat(ask("select kind || ' ' || name || ' ' || who || ' ' || why from waybill.pauses"))
        .isEqualTo("lane l:a anna the customer asked");
    submit("4 b");
    awaitPosted("3 b", "4 b");

    order(Order.Verb.RESUME_LANE, "l:a");
    awaitPosted("3 b", "4 b", "1 a", "2 a");
    assertThat(ask("select name from waybill.pauses")).isEqualTo("nothing");
  }

  @Test
  void aPausedDestinationStaysPausedOverARestart() throws Exception {
    order(Order.Verb.PAUSE_DESTINATION, "erp");
    submit("1 a");
    submit("2 b");
    restart();
    submit("3 c");
    assertThat(standing("1")).isEqualTo("submitted pause 0");
    assertThat(standing("3")).isEqualTo("submitted pause 0");
    assertThat(posted).isEmpty();

    order(Order.Verb.RESUME_DESTINATION, "erp");
    await().untilAsserted(() -> assertThat(posted).contains("1 a", "2 b", "3 c"));
  }

  @Test
  void aBrokerThatStartsHeldPostsNothingUntilItIsResumed() throws Exception {
    missing.add("edi");
    awaitLink("edi", "down");
    submit("1 a edi");
    held = true;
    missing.clear();
    restart();
    submit("2 b");

    await().until(() -> standing("2").equals("submitted pause 0"));
    assertThat(posted).isEmpty();
    assertThat(ask("select who from waybill.pauses")).isEqualTo("run --held");
    order(Order.Verb.RESUME_DESTINATION, "erp");
    await().untilAsserted(() -> assertThat(posted).contains("1 a edi", "2 b"));
  }

  @Test
  void aStoppedProbeLeavesTheLinkAsItWasSeen() throws Exception {
    awaitLink("edi", "up");
    camel.getRouteController().stopRoute("edi");
    missing.add("edi");
    submit("1 a edi");
    awaitPosted("1 a edi");
    assertThat(waybill.unprobed()).containsExactly("edi");
    camel.getRouteController().startRoute("edi");
    awaitLink("edi", "down");
  }

  @Test
  void exactlyOneRouteProbesALinkThereIs() {
    assertThatThrownBy(
            () -> camel.addRoutes(probing("waybill:link:edi?exchangePattern=InOnly", "second")))
        .hasStackTraceContaining(
            "Routes 'edi' and 'second' both consume waybill:link:edi; exactly one may");
    assertThatThrownBy(() -> camel.addRoutes(probing("waybill:link:edl", "third")))
        .hasStackTraceContaining("no link is named 'edl'; did you mean 'edi'? See waybill.links");
  }

  private static RouteBuilder probing(String uri, String id) {
    return new RouteBuilder() {
      @Override
      public void configure() {
        from(uri).routeId(id).log("probed");
      }
    };
  }
}
