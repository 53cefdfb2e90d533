package io.waybill.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.waybill.broker.Action;
import io.waybill.broker.Broker;
import io.waybill.broker.BrokerSettings;
import io.waybill.broker.Watch;
import io.waybill.embedded.TestPostgres;
import io.waybill.engine.Holding;
import io.waybill.journal.JdbcJournal;
import io.waybill.journal.JournalSchema;
import io.waybill.journal.Waybills;
import io.waybill.message.MessageRow;
import io.waybill.message.Order;
import io.waybill.message.Payload;
import io.waybill.message.Status;
import io.waybill.message.Submission;
import io.waybill.operator.JournalInquiry;
import io.waybill.operator.Why;
import io.waybill.operator.Why.Cause;
import io.waybill.operator.Why.Kind;
import io.waybill.spec.Specification;
import io.waybill.spec.load.ConfigFolder;
import io.waybill.spec.read.Reader;
import java.net.ConnectException;
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
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Why messages wait, for each kind of cause, as operators ask it: by a specification as people
 * write it, through routes, the real broker and its table.
 */
@Timeout(120)
class WhyScenarioTest {

  private static final String DESTINATIONS =
      """
      waybill.destinations:
        erp: { delivery: deduplicating }
        fax: { delivery: hold }
        strict: { delivery: repeat }
        busy: { delivery: repeat, retry: { first: 1h } }
        gone: { delivery: repeat, retry: { first: 1h } }
        slow: { delivery: repeat, in-flight: 1 }
        nowhere: { delivery: repeat }
      waybill.links:
        edi: { every: 50ms, timeout: 1s }
      """;

  private static final String OPERATIONS =
      """
      waybill.operations:
        Customer: { id: { json: /id }, post: strict }
        Order:
          id: { json: /id }
          requires:
            - posted: { operation: Customer, key: { json: /customer }, within: 48h, then: fail }
          post: erp
        Change:
          id: { json: /id }
          requires:
            - posted: { operation: Order, id: { json: /order } }
          post: erp
        Release:
          id: { json: /id }
          requires:
            - field: { json: /approvedBy }
          post: erp
        Approval:
          id: { json: /id }
          announces: { operation: Release, key: { json: /release }, field: /approvedBy }
          post: nowhere
        Edi: { id: { json: /id }, links: [ { name: edi } ], post: erp }
        Fax: { id: { json: /id }, post: fax }
        Busy: { id: { json: /id }, post: busy }
        Gone: { id: { json: /id }, post: gone }
        Slow: { id: { json: /id }, post: slow }
        Nowhere: { id: { json: /id }, post: nowhere }
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
              Order: { key: { json: /lane } }
              Change: { key: { json: /lane } }
              Edi: { key: { json: /lane } }
              Fax: { key: { json: /lane } }
          release:
            lock-name-space: release
            operations: { Release: { key: { json: /id } } }
        unsequenced: [ Approval, Busy, Gone, Slow, Nowhere ]
      """;

  @TempDir Path folder;
  private final TestPostgres.Database database = TestPostgres.freshDatabase();
  private final Set<String> missing = ConcurrentHashMap.newKeySet();
  private final List<String> posted = Collections.synchronizedList(new ArrayList<>());
  private final CountDownLatch ends = new CountDownLatch(1);
  private JdbcJournal journal;
  private Broker broker;
  private DefaultCamelContext camel;

  @BeforeEach
  void start() throws Exception {
    new JournalSchema(database.dataSource()).migrate();
    Specification specification =
        new ConfigFolder(folder)
            .with("destinations.yaml", DESTINATIONS)
            .with("operations.yaml", OPERATIONS)
            .with("sequencing.yaml", SEQUENCING)
            .load();
    journal = new JdbcJournal(database.dataSource());
    broker =
        new Broker(
            journal,
            specification,
            new Reader(specification, 10_000)::read,
            Clock.systemUTC(),
            // so small that most of what waits is in the table alone
            new BrokerSettings(
                "node",
                1024,
                20_000,
                128L << 20,
                100_000,
                Holding.of(30, 1),
                1L << 20,
                Duration.ofMillis(100),
                Duration.ofSeconds(5)),
            Watch.NOBODY,
            failure -> {});
    broker.start();
    await().until(() -> broker.trouble() == null);
    WaybillComponent waybill =
        new WaybillComponent(
            broker, broker, () -> specification, null, new Failures(Clock.systemUTC()));
    waybill.probeFor(broker);
    camel = new DefaultCamelContext();
    camel.addComponent("waybill", waybill);
    camel.addRoutes(new Routes());
    camel.start();
  }

  private final class Routes extends RouteBuilder {
    @Override
    public void configure() {
      from("waybill:post:erp").process(WhyScenarioTest.this::take);
      from("waybill:post:strict").process(this::refuse);
      from("waybill:post:fax").setHeader(WaybillHeaders.OUTCOME, constant("ambiguous"));
      from("waybill:post:busy").setHeader(WaybillHeaders.OUTCOME, constant("transient"));
      from("waybill:post:gone").throwException(new ConnectException("nobody listens"));
      from("waybill:post:slow").process(exchange -> ends.await());
      from("waybill:link:edi").process(exchange -> probe());
    }

    private void refuse(Exchange exchange) {
      if (missing.contains("strict")) {
        exchange.getMessage().setHeader(WaybillHeaders.OUTCOME, "refused");
      } else {
        take(exchange);
      }
    }
  }

  private void take(Exchange exchange) {
    posted.add(exchange.getMessage().getBody(String.class));
  }

  private void probe() {
    if (missing.contains("edi")) {
      throw new IllegalStateException("no carrier");
    }
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

  private long send(String operation, String json) {
    byte[] body = json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    return broker
        .submit(
            new Submission(
                new Payload(body, null, Map.of()),
                "acme",
                "test",
                operation,
                Set.of(),
                null,
                Map.of(),
                null))
        .join()
        .message()
        .seq();
  }

  private Why why(long seq) {
    return new JournalInquiry(new Waybills(database.dataSource()), broker).why(seq).orElseThrow();
  }

  private Why awaitRoot(long seq, Kind kind) {
    return await().until(() -> why(seq), why -> why.root().kind() == kind);
  }

  private static Cause only(Why why) {
    assertThat(why.message().causes()).hasSize(1);
    return why.message().causes().get(0);
  }

  private void order(Order.Verb verb, String name) {
    broker.order(new Order(verb, name, "anna", "the customer asked")).join();
  }

  private String ask(String sql) {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      return statement.execute(sql) && next(statement)
          ? String.valueOf(statement.getResultSet().getString(1))
          : "nothing";
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  private static boolean next(Statement statement) throws SQLException {
    ResultSet result = statement.getResultSet();
    return result.next();
  }

  @Test
  void whatWasNeverReceivedIsToldWithItsDeadline() {
    long order = send("Order", "{'id': 'o1', 'lane': 'a', 'customer': '4711'}");
    long change = send("Change", "{'id': 'x1', 'lane': 'a', 'order': 'o1'}");

    Why why = why(change);

    assertThat(why.message().stands())
        .singleElement()
        .satisfies(
            stand -> {
              assertThat(stand.lane()).hasToString("order:a");
              assertThat(stand.ahead()).isEqualTo(1);
              assertThat(stand.first()).isEqualTo(order);
            });
    assertThat(why.message().causes())
        .extracting(Cause::kind)
        .containsExactly(Kind.PREREQUISITE, Kind.TURN);
    Why.Link first = why.message().causes().get(0).message();
    assertThat(first.row().seq()).isEqualTo(order);
    assertThat(first.causes())
        .singleElement()
        .satisfies(
            cause -> {
              assertThat(cause.text())
                  .startsWith("requires Customer key=4711: no message that brings it was ever")
                  .contains("; it fails if that has not come by ");
              assertThat(cause.until())
                  .isBetween(
                      why.at().plus(Duration.ofHours(47)), why.at().plus(Duration.ofHours(48)));
            });
    assertThat(why.message().causes().get(1).message().told()).isEqualTo(Why.Told.ABOVE);
    assertThat(why.root().seq()).isEqualTo(order);
    assertThat(why.root().help())
        .isEqualTo(
            "have Customer key=4711 sent, and it goes on by itself; or waive %d does without it"
                .formatted(order));
    assertThat(why.further()).isEmpty();
  }

  @Test
  void aPrerequisiteThatFailedIsTheRootAndOnceSkippedSatisfiesNobody() {
    missing.add("strict");
    long customer = send("Customer", "{'id': '4711'}");
    awaitRoot(customer, Kind.FAILED);
    long order = send("Order", "{'id': 'o1', 'lane': 'a', 'customer': '4711'}");

    Why why = why(order);
    assertThat(why.root().seq()).isEqualTo(customer);
    assertThat(why.root().kind()).isEqualTo(Kind.FAILED);
    assertThat(why.root().text()).startsWith("refused");
    assertThat(why.root().help()).contains("retry " + customer, "skip " + customer);
    assertThat(only(why).text())
        .contains("message %d would bring it, but failed".formatted(customer));
    assertThat(requiring(customer)).containsExactly(order);

    act(Action.Kind.SKIP, customer);
    why = why(order);
    assertThat(why.root().seq()).isEqualTo(order);
    assertThat(why.root().text())
        .contains(
            "message %d was skipped, and a skipped message satisfies nobody".formatted(customer));
    assertThat(only(why).message().says()).contains("is skipped");
    assertThat(why.message().row().standing().status()).isEqualTo(Status.SUBMITTED);
  }

  private void act(Action.Kind kind, long seq) {
    broker.act(new Action(kind, seq, "anna", "it has to go on", null)).join();
  }

  private List<Long> requiring(long seq) {
    return new Waybills(database.dataSource())
        .requiring(seq, 100).stream().map(MessageRow::seq).toList();
  }

  @Test
  void whoRequiresAMessageIsKnownByKeyIdAndFieldUntilItIsPosted() {
    order(Order.Verb.PAUSE_OPERATION, "Customer");
    long customer = send("Customer", "{'id': '4711'}");
    long order = send("Order", "{'id': 'o1', 'lane': 'a', 'customer': '4711'}");
    long change = send("Change", "{'id': 'x1', 'lane': 'b', 'order': 'o1'}");
    send("Change", "{'id': 'x2', 'lane': 'c', 'order': 'o2'}");
    long release = send("Release", "{'id': 'r1'}");
    long approval = send("Approval", "{'id': 'a1', 'release': 'r1'}");

    assertThat(requiring(customer)).containsExactly(order);
    assertThat(requiring(order)).containsExactly(change);
    assertThat(requiring(approval)).containsExactly(release);
    assertThat(requiring(change)).isEmpty();

    order(Order.Verb.RESUME_OPERATION, "Customer");
    awaitRoot(change, Kind.NOTHING);
    assertThat(requiring(customer)).isEmpty();
    assertThat(requiring(order)).isEmpty();
  }

  @Test
  void aPausedOperationHoldsItsLanesAndStaysPausedOverARestart() throws Exception {
    order(Order.Verb.PAUSE_OPERATION, "Edi");
    long edi = send("Edi", "{'id': '1', 'lane': 'a'}");
    long fax = send("Fax", "{'id': '2', 'lane': 'a'}");
    long other = send("Busy", "{'id': '3'}");
    awaitRoot(other, Kind.BACK_OFF);
    restart();

    Why why = why(fax);
    assertThat(why.root().seq()).isEqualTo(edi);
    assertThat(why.root().text()).isEqualTo("operation Edi is paused by anna: the customer asked");
    assertThat(why.root().help()).isEqualTo("resume operation Edi --why REASON");
    assertThat(only(why).message().causes().get(0).who()).isEqualTo("anna");
    assertThat(ask("select status || ' ' || reason || ' ' || reason_detail from waybill.messages"))
        .isEqualTo("submitted pause operation paused by anna: the customer asked");
    assertThat(new Waybills(database.dataSource()).pauses())
        .singleElement()
        .satisfies(pause -> assertThat(pause.name()).isEqualTo("Edi"));
    assertThat(posted).isEmpty();

    order(Order.Verb.RESUME_OPERATION, "Edi");
    awaitRoot(edi, Kind.NOTHING);
    assertThat(posted).hasSize(1);
    assertThat(new Waybills(database.dataSource()).pauses()).isEmpty();
  }

  @Test
  void manyOfAPausedOperationFollowWhenItIsResumed() {
    order(Order.Verb.PAUSE_OPERATION, "Edi");
    int many = 600;
    for (int i = 0; i < many; i++) {
      send("Edi", "{'id': '%d', 'lane': '%d'}".formatted(i, i));
    }
    long other = send("Edi", "{'id': 'behind', 'lane': '0'}");
    assertThat(ask("select count(*) from waybill.messages where reason = 'pause'"))
        .isEqualTo(String.valueOf(many));

    order(Order.Verb.RESUME_OPERATION, "Edi");
    await().until(() -> posted.size() == many + 1);
    awaitRoot(other, Kind.NOTHING);
  }

  @Test
  void whatWaitsAlreadyIsHeldWhenItsOperationIsPaused() {
    missing.add("edi");
    await().until(() -> ask("select state from waybill.links where kind = 'link'").equals("down"));
    long edi = send("Edi", "{'id': '1', 'lane': 'a'}");
    awaitRoot(edi, Kind.LINK);
    long nowhere = send("Nowhere", "{'id': '2'}");
    order(Order.Verb.PAUSE_OPERATION, "Edi");
    order(Order.Verb.PAUSE_OPERATION, "Nowhere");
    missing.clear();

    awaitRoot(edi, Kind.PAUSE);
    assertThat(why(nowhere).message().causes())
        .extracting(Cause::kind)
        .containsExactly(Kind.PAUSE, Kind.ROUTE);
    assertThat(posted).isEmpty();
    order(Order.Verb.RESUME_OPERATION, "Edi");
    await().until(() -> posted.size() == 1);
    assertThat(awaitRoot(nowhere, Kind.PAUSE).further())
        .singleElement()
        .satisfies(root -> assertThat(root.kind()).isEqualTo(Kind.ROUTE));
  }

  @Test
  void aMissingLinkIsToldWithItsProbe() {
    missing.add("edi");
    await().until(() -> ask("select state from waybill.links where kind = 'link'").equals("down"));
    long edi = send("Edi", "{'id': '1', 'lane': 'a'}");
    long second = send("Fax", "{'id': '2', 'lane': 'a'}");
    long third = send("Fax", "{'id': '3', 'lane': 'a'}");

    Why why = awaitRoot(third, Kind.LINK);

    assertThat(why.message().stands().get(0).ahead()).isEqualTo(2);
    assertThat(why.root().seq()).isEqualTo(edi);
    assertThat(why.root().text()).startsWith("link edi is missing: no carrier; probed last at ");
    Cause cause = why(edi).message().causes().get(0);
    assertThat(cause.since()).isBefore(why.at());
    assertThat(cause.until()).isAfter(cause.since());
    assertThat(why(second).root().seq()).isEqualTo(edi);

    order(Order.Verb.LINK_DOWN, "edi");
    why = why(edi);
    assertThat(why.root().text())
        .isEqualTo("link edi is declared down by anna: the customer asked");
    assertThat(only(why).who()).isEqualTo("anna");
  }

  @Test
  void aFieldThatIsMissingSaysWhoAnnouncesIt() {
    long release = send("Release", "{'id': 'r1'}");

    assertThat(why(release).root().text())
        .contains("/approvedBy: the document does not have it, and no message that announces it");
    assertThat(why(release).root().help())
        .contains("send the document that announces it (Approval)");

    long approval = send("Approval", "{'id': 'a1', 'release': 'r1'}");
    Why why = awaitRoot(release, Kind.ROUTE);
    assertThat(why.root().seq()).isEqualTo(approval);
    assertThat(why.root().text())
        .isEqualTo("no route that consumes waybill:post:nowhere is running");
  }

  @Test
  void aLaneAndADestinationThatArePausedAreTold() {
    order(Order.Verb.PAUSE_LANE, "order:a");
    order(Order.Verb.PAUSE_DESTINATION, "erp");
    long first = send("Edi", "{'id': '1', 'lane': 'a'}");

    Why why = awaitRoot(first, Kind.PAUSE);

    assertThat(Stream.concat(Stream.of(why.root()), why.further().stream()))
        .extracting(Why.Root::text)
        .contains(
            "lane order:a is paused by anna: the customer asked",
            "destination erp is paused by anna: the customer asked");
  }

  @Test
  void aDestinationThatCannotBeReachedIsToldWithItsNextTrial() {
    long gone = send("Gone", "{'id': '1'}");

    Why why = awaitRoot(gone, Kind.DESTINATION);

    assertThat(why.root().text()).startsWith("destination gone cannot be reached: ");
    assertThat(only(why).until()).isAfter(only(why).since());
  }

  @Test
  void aBackOffIsToldWithItsNextTry() {
    long busy = send("Busy", "{'id': '1'}");

    Why why = awaitRoot(busy, Kind.BACK_OFF);

    assertThat(why.root().text()).startsWith("back_off after try 1");
    assertThat(only(why).until()).isAfter(why.at());
    assertThat(why.root().help())
        .isEqualTo("it is tried again by itself; retry %d does so at once".formatted(busy));
  }

  @Test
  void aFullDestinationAndWhatIsUnderWayAreTold() {
    long first = send("Slow", "{'id': '1'}");
    Why under = awaitRoot(first, Kind.POSTING);
    assertThat(under.root().text()).isEqualTo("it is on its way to slow, try 1");
    assertThat(only(under).until()).isEqualTo(only(under).since().plus(Duration.ofSeconds(30)));

    long second = send("Slow", "{'id': '2'}");
    Why why = awaitRoot(second, Kind.SLOTS);
    assertThat(why.root().text()).isEqualTo("1 are under way to slow, as many as it takes at once");
  }

  @Test
  void whatIsInDoubtSaysWhatAPersonCanDo() {
    long fax = send("Fax", "{'id': '1', 'lane': 'a'}");
    long behind = send("Edi", "{'id': '2', 'lane': 'a'}");

    Why why = awaitRoot(behind, Kind.IN_DOUBT);

    assertThat(why.root().seq()).isEqualTo(fax);
    assertThat(why.root().help())
        .contains("settle %d --posted".formatted(fax), "settle %d --not-posted".formatted(fax));
  }

  @Test
  void whatCouldNotBeReadSaysSo() {
    long broken = send("Order", "{'id': ");

    Why why = why(broken);

    assertThat(why.root().kind()).isEqualTo(Kind.FAILED);
    assertThat(why.root().text()).startsWith("unreadable: ");
    assertThat(why.root().help()).contains("reread " + broken);
  }

  @Test
  void whatIsPostedHasNothingInItsWay() {
    long edi = send("Edi", "{'id': '1', 'lane': 'a'}");

    Why why = awaitRoot(edi, Kind.NOTHING);

    await().until(() -> why(edi).root().text().contains("is posted"));
    assertThat(why.root().help()).isNull();
    assertThat(new JournalInquiry(new Waybills(database.dataSource()), broker).why(99)).isEmpty();
  }

  @Test
  void whatOnlyTheTableHasIsToldInTheSameWay() {
    missing.add("edi");
    await().until(() -> ask("select state from waybill.links where kind = 'link'").equals("down"));
    long first = send("Edi", "{'id': 'e', 'lane': 'a'}");
    long last = 0;
    for (int i = 0; i < 100; i++) {
      last = send("Fax", "{'id': '%d', 'lane': 'a'}".formatted(i));
    }
    long order = 0;
    for (int i = 0; i < 100; i++) {
      order = send("Order", "{'id': 'o%d', 'lane': 'o%d', 'customer': '4711'}".formatted(i, i));
    }
    assertThat(parked(last)).isEqualTo("lane");
    assertThat(parked(order)).isEqualTo("prerequisite");

    assertThat(why(last).root().seq()).isEqualTo(first);
    assertThat(why(last).root().kind()).isEqualTo(Kind.LINK);
    assertThat(why(last).message().stands().get(0).ahead()).isEqualTo(100);
    assertThat(why(order).root().kind()).isEqualTo(Kind.PREREQUISITE);
    assertThat(why(order).root().text()).contains("no message that brings it was ever received");
  }

  private String parked(long seq) {
    return ask("select parked from waybill_journal.standing where seq = " + seq);
  }

  /**
   * The engine lets no circle come about; a table that has one must not make the answer endless.
   */
  @Test
  void aCircleIsNamedOnce() {
    missing.add("strict");
    long customer = send("Customer", "{'id': '4711'}");
    awaitRoot(customer, Kind.FAILED);
    long order = send("Order", "{'id': 'o1', 'lane': 'a', 'customer': '4711'}");
    ask(
        """
        update waybill_journal.message
        set needs = '[{"text": "Order o1", "any_of": [
          {"operation": "Order", "by": "id", "value": "o1"}]}]'
        where seq = %d
        """
            .formatted(customer));
    ask(
        """
        update waybill_journal.standing
        set status = 'submitted', reason = 'prerequisite'
        where seq = %d
        """
            .formatted(customer));

    Why why = why(order);

    assertThat(why.root().kind()).isEqualTo(Kind.CIRCLE);
    assertThat(why.root().text())
        .isEqualTo("message %d waits for itself by way of others".formatted(order));
    Why.Link second = only(why).message();
    assertThat(second.causes().get(0).message().told()).isEqualTo(Why.Told.CIRCLE);
  }

  @Test
  void aLongChainIsCutAndSaysWhereItGoesOn() {
    ends.countDown();
    long last = send("Order", "{'id': 'c0', 'lane': 'c0', 'customer': '1'}");
    for (int i = 1; i <= 20; i++) {
      last = send("Change", "{'id': 'c%d', 'lane': 'c%d', 'order': 'c%d'}".formatted(i, i, i - 1));
    }
    ask("update waybill_journal.message set operation = 'Order' where operation = 'Change'");

    Why why = why(last);

    assertThat(why.root().text()).endsWith("; the chain goes on from there");
    assertThat(why.root().help()).isEqualTo("ask why of message " + (last - 12));
  }
}
