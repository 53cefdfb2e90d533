package io.waybill.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.waybill.broker.Broker;
import io.waybill.broker.BrokerSettings;
import io.waybill.broker.ReplyDesk;
import io.waybill.broker.Waiters;
import io.waybill.broker.Watch;
import io.waybill.embedded.TestPostgres;
import io.waybill.journal.JdbcJournal;
import io.waybill.journal.JournalSchema;
import io.waybill.journal.Replies;
import io.waybill.journal.Waybills;
import io.waybill.spec.Specification;
import io.waybill.spec.load.ConfigFolder;
import io.waybill.spec.read.Reader;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Through the real broker and journal on PostgreSQL. */
@DisplayName("Routes that wait for replies and release them")
@Timeout(120)
class RepliesToRoutesTest {

  private static final String OPERATIONS =
      """
      waybill.operations:
        Book: { id: { json: /id }, post: erp, reply: { release: encouraged, refusal: give } }
        Kept: { id: { json: /id }, post: erp, reply: { release: none } }
        Silent: { id: { json: /id }, post: erp }
      """;

  @TempDir Path folder;
  private final TestPostgres.Database database = TestPostgres.freshDatabase();
  private final AtomicReference<@Nullable Throwable> fatal = new AtomicReference<>();
  private final AtomicInteger effects = new AtomicInteger();
  private final Waiters waiters = new Waiters(2);
  private final DefaultCamelContext camel = new DefaultCamelContext();
  private JdbcJournal journal;
  private Broker broker;

  @BeforeEach
  void start() throws Exception {
    new JournalSchema(database.dataSource()).migrate();
    Specification specification =
        new ConfigFolder(folder)
            .with("destinations.yaml", "waybill.destinations.erp: { delivery: deduplicating }\n")
            .with("operations.yaml", OPERATIONS)
            .with("sequencing.yaml", "waybill.sequencing.unsequenced: [ Book, Kept, Silent ]\n")
            .load();
    journal = new JdbcJournal(database.dataSource());
    broker =
        new Broker(
            journal,
            specification,
            new Reader(specification, 1_000)::read,
            Clock.systemUTC(),
            BrokerSettings.of("node", 10_000, 1),
            Watch.NOBODY,
            waiters,
            fatal::set);
    broker.start();
    await().until(() -> broker.trouble() == null);
    WaybillComponent waybill =
        new WaybillComponent(
            broker, broker, () -> specification, null, new Failures(Clock.systemUTC()));
    waybill.replyAt(
        new ReplyDesk(
            waiters,
            new Replies(database.dataSource()),
            new Waybills(database.dataSource()),
            Clock.systemUTC()));
    camel.addComponent("waybill", waybill);
    camel.start();
  }

  @AfterEach
  void stop() {
    camel.stop();
    broker.close();
    journal.close();
    assertThat(fatal.get()).isNull();
    assertThat(waiters.free()).isEqualTo(2);
  }

  private void destination() throws Exception {
    camel.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("waybill:post:erp")
                .choice()
                .when(body().convertToString().contains("refused"))
                .setHeader("CamelWaybillOutcome", constant("refused"))
                .otherwise()
                .process(
                    exchange -> {
                      exchange.getMessage().setBody("booking " + effects.incrementAndGet());
                      exchange.getMessage().setHeader("Content-Type", "text/plain");
                      exchange.getMessage().setHeader("CamelHttpResponseCode", 201);
                    });
          }
        });
  }

  private Exchange send(String uri, String body, Map<String, Object> headers) {
    return camel
        .createProducerTemplate()
        .request(
            uri,
            exchange -> {
              exchange.getMessage().setBody(body);
              exchange.getMessage().setHeaders(new java.util.HashMap<>(headers));
            });
  }

  private Exchange submit(String sender, String operation, String body, String wait) {
    Exchange exchange =
        send(
            "waybill:submit?sender=%s&operation=%s&wait=%s".formatted(sender, operation, wait),
            body,
            Map.of());
    assertThat(exchange.getException()).isNull();
    return exchange;
  }

  private static Object header(Exchange exchange, String name) {
    return String.valueOf(exchange.getMessage().getHeader(name));
  }

  private static String body(Exchange exchange) {
    return exchange.getMessage().getBody(String.class);
  }

  private Object release(String sender, Map<String, Object> headers) {
    return header(send("waybill:release?sender=" + sender, "", headers), "CamelWaybillResult");
  }

  @Test
  void theReplyIsTheBodyAndTheSameAgain() throws Exception {
    destination();

    Exchange first = submit("acme", "Book", "{\"id\": 1}", "20s");
    Exchange again = submit("acme", "Book", "{\"id\": 1}", "20s");

    assertThat(header(first, "CamelWaybillResult")).isEqualTo("accepted");
    assertThat(header(first, "CamelWaybillReplied")).isEqualTo("true");
    assertThat(header(first, "CamelWaybillStatus")).isEqualTo("posted");
    assertThat(header(first, "CamelHttpResponseCode")).isEqualTo("201");
    assertThat(header(first, "Content-Type")).isEqualTo("text/plain");
    assertThat(body(first)).isEqualTo("booking 1");
    assertThat(header(again, "CamelWaybillResult")).isEqualTo("duplicate");
    assertThat(body(again)).isEqualTo("booking 1");
    assertThat(effects).hasValue(1);
  }

  @Test
  void aReplyThatDoesNotComeInTimeIsSaidToBeMissing() {
    Exchange waited = submit("acme", "Book", "{\"id\": 1}", "50ms");

    assertThat(header(waited, "CamelWaybillReplied")).isEqualTo("false");
    assertThat(body(waited)).isEqualTo("{\"id\": 1}");
  }

  @Test
  void aRefusalThatIsGivenIsTheReply() throws Exception {
    destination();

    Exchange refused = submit("acme", "Book", "{\"id\": \"refused\"}", "20s");

    assertThat(header(refused, "CamelWaybillStatus")).isEqualTo("failed");
    assertThat(header(refused, "CamelHttpResponseCode")).isEqualTo("422");
    assertThat(body(refused)).contains("/problems/refused");
  }

  @Test
  void whatHasNoReplyEndsTheWaitWithoutOne() throws Exception {
    destination();

    Exchange silent = submit("acme", "Silent", "{\"id\": 1}", "20s");

    assertThat(header(silent, "CamelWaybillReplied")).isEqualTo("false");
    assertThat(header(silent, "CamelWaybillStatus")).isEqualTo("posted");
  }

  @Test
  void aReplyIsReleasedByItsSenderAlone() throws Exception {
    Exchange pending = submit("acme", "Book", "{\"id\": 1}", "1ms");
    Map<String, Object> bySeq =
        Map.of("CamelWaybillSeq", pending.getMessage().getHeader("CamelWaybillSeq"));
    Map<String, Object> byId =
        Map.of("CamelWaybillOperation", "Book", "CamelWaybillMessageId", "1");
    assertThat(release("acme", bySeq)).isEqualTo("pending");
    destination();
    submit("acme", "Book", "{\"id\": 1}", "20s");
    // somebody else has a message under the same id, and the number of this one
    submit("mallory", "Book", "{\"id\": 1}", "20s");

    assertThat(release("mallory", bySeq)).isEqualTo("unknown");
    assertThat(release("mallory", byId)).isEqualTo("released");
    assertThat(body(submit("acme", "Book", "{\"id\": 1}", "20s"))).startsWith("booking");

    assertThat(release("acme", byId)).isEqualTo("released");
    assertThat(release("acme", bySeq)).isEqualTo("released");
    Exchange known = submit("acme", "Book", "{\"id\": 1}", "20s");
    assertThat(header(known, "CamelWaybillResult")).isEqualTo("duplicate");
    assertThat(header(known, "CamelWaybillReplied")).isEqualTo("false");
    assertThat(effects).hasValue(2);
  }

  @Test
  void whatIsKeptForItsTimeIsNotReleased() throws Exception {
    destination();
    submit("acme", "Kept", "{\"id\": 1}", "20s");

    assertThat(
            release("acme", Map.of("CamelWaybillOperation", "Kept", "CamelWaybillMessageId", "1")))
        .isEqualTo("kept");
    assertThat(release("acme", Map.of("CamelWaybillMessageId", "1"))).isEqualTo("unknown");
  }
}
