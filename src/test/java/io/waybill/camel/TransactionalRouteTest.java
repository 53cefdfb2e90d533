package io.waybill.camel;

import static org.apache.camel.builder.Builder.body;
import static org.apache.camel.builder.Builder.constant;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.embedded.TestPostgres;
import io.waybill.message.Outcome;
import io.waybill.spec.DeliveryClass;
import io.waybill.spec.Specification;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.apache.camel.FailedToStartRouteException;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.sql.SqlComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;

@DisplayName("The route of a transactional destination")
class TransactionalRouteTest {

  private static final String OWN = "sql:insert into bookings values (:#CamelWaybillPostingId)";
  private static final String OTHER = OWN + "?dataSource=#other&fetchSize=7";

  private static final DataSource BROKERS = TestPostgres.freshDatabase().dataSource();
  private static final DataSource ANOTHER = TestPostgres.freshDatabase().dataSource();

  private final FakeBroker broker = new FakeBroker();
  private final DefaultCamelContext camel = new DefaultCamelContext();

  @BeforeEach
  void tables() {
    for (DataSource database : new DataSource[] {BROKERS, ANOTHER}) {
      new JdbcTemplate(database).execute("drop table if exists bookings");
      new JdbcTemplate(database).execute("create table bookings (id text)");
    }
    Failures failures = new Failures(Clock.systemUTC());
    OneTransaction one =
        new OneTransaction(
            new JdbcTransactionManager(BROKERS),
            posting -> true,
            other -> other instanceof DataSource && other != BROKERS,
            failures);
    Specification specification =
        new Specification(
            Map.of("ledger", Destinations.of("ledger", DeliveryClass.TRANSACTIONAL)), Map.of());
    camel.addComponent(
        "waybill", new WaybillComponent(broker, broker, () -> specification, one, failures));
    SqlComponent sql = new SqlComponent();
    sql.setDataSource(BROKERS);
    camel.addComponent("sql", sql);
    camel.getRegistry().bind("other", ANOTHER);
  }

  @AfterEach
  void stop() {
    camel.stop();
    broker.close();
  }

  /** A route to the destination, written after {@code from("waybill:post:ledger")}. */
  private interface Steps {
    void append(RouteDefinition route);
  }

  private void start(Steps steps) throws Exception {
    camel.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            steps.append(from("waybill:post:ledger").routeId("ledger"));
            from("direct:books").routeId("books").to("direct:more");
            from("direct:more").routeId("more").to(OTHER).id("the-step-there");
            from("direct:own").routeId("own").to(OWN);
          }
        });
    camel.start();
  }

  static Stream<Arguments> placesOfAnotherDataSource() {
    return Stream.of(
        refused("at the top", route -> route.to(OTHER).id("the-step")),
        refused(
            "in a choice",
            route ->
                route
                    .choice()
                    .when(body().isEqualTo("a"))
                    .to(OWN)
                    .otherwise()
                    .to(OTHER)
                    .id("the-step")
                    .end()),
        refused(
            "in a split in a filter",
            route ->
                route
                    .filter(body().isNotNull())
                    .split(body())
                    .to(OTHER)
                    .id("the-step")
                    .end()
                    .end()),
        refused("in a multicast", route -> route.multicast().to(OTHER).id("the-step").end()),
        refused(
            "where an error is caught",
            route -> route.doTry().to(OWN).doCatch(Exception.class).to(OTHER).id("the-step")),
        refused(
            "in error handling",
            route -> route.onException(Exception.class).to(OTHER).id("the-step").end().to(OWN)),
        Arguments.of(
            "two routes away",
            (Steps) route -> route.to("direct:books?timeout=1000"),
            "in route 'more' the step 'the-step-there'"));
  }

  private static Arguments refused(String where, Steps steps) {
    return Arguments.of(where, steps, "in route 'ledger' the step 'the-step'");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("placesOfAnotherDataSource")
  void isRefusedWithAnotherDataSource(String where, Steps steps, String place) {
    assertThatThrownBy(() -> start(steps))
        .isInstanceOf(FailedToStartRouteException.class)
        .hasMessageContaining("Destination 'ledger' is transactional")
        .hasMessageContaining(place + " uses another data source")
        .hasMessageContaining("sql://insert")
        .hasMessageContaining("Leave out its dataSource");
    assertThat(broker.outlet("ledger")).isNull();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "batch=true, commits by itself, batchAutoCommitDisabled: false",
    "outputType=StreamList, reads on a connection of its own, outputType: SelectList"
  })
  void isRefusedWithWhatLeavesTheTransactionOnItsOwnDataSource(
      String option, String what, String instead) {
    assertThatThrownBy(() -> start(route -> route.to(OWN + "?" + option)))
        .isInstanceOf(FailedToStartRouteException.class)
        .hasMessageContaining(what)
        .hasMessageContaining(instead);
  }

  @Test
  void mayUseTheBrokersDataSourceAnywhere() throws Exception {
    start(
        route ->
            route
                .choice()
                .when(body().isEqualTo("good"))
                .to("direct:own")
                .setBody(constant(List.of("one in a batch")))
                .to(OWN + "?batch=true&batchAutoCommitDisabled=false")
                .otherwise()
                .to(OWN)
                .throwException(new IllegalArgumentException("no"))
                .end());

    assertThat(post("good")).isInstanceOf(Outcome.Posted.class);
    assertThat(bookings(BROKERS)).isEqualTo(2);
    assertThat(post("bad")).isNotInstanceOf(Outcome.Posted.class);
    assertThat(bookings(BROKERS)).isEqualTo(2);
  }

  @Test
  void isRefusedAtThePostingWhereOnlyThatTellsTheDataSource() throws Exception {
    start(route -> route.to(OWN).toD("${body}"));

    assertThat(post(OTHER))
        .isInstanceOfSatisfying(
            Outcome.Refused.class,
            refused ->
                assertThat(refused.detail())
                    .contains("'ledger' used another data source", "rolled back"));
    assertThat(bookings(BROKERS)).isZero();
    assertThat(post(OWN)).isInstanceOf(Outcome.Posted.class);
    assertThat(bookings(BROKERS)).isEqualTo(2);
  }

  @Test
  void isRefusedAtThePostingWhereABeanUsesAnotherDataSource() throws Exception {
    start(
        route ->
            route
                .to(OWN)
                .process(
                    exchange ->
                        new JdbcTemplate(ANOTHER)
                            .queryForObject("select count(*) from bookings", Long.class)));

    assertThat(post("any")).isInstanceOf(Outcome.Refused.class);
    assertThat(bookings(BROKERS)).isZero();
  }

  private Outcome post(String document) throws InterruptedException {
    BlockingQueue<Outcome> answers = new ArrayBlockingQueue<>(1);
    broker.outlet("ledger").post(FakeBroker.posting(document, Map.of()), answers::add);
    return answers.poll(10, TimeUnit.SECONDS);
  }

  private static long bookings(DataSource database) {
    return new JdbcTemplate(database).queryForObject("select count(*) from bookings", Long.class);
  }
}
