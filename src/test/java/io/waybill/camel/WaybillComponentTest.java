package io.waybill.camel;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.broker.NotNow;
import io.waybill.broker.Posting;
import io.waybill.message.Outcome;
import io.waybill.message.Reason;
import io.waybill.message.Submission;
import io.waybill.spec.DeliveryClass;
import io.waybill.spec.Specification;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;

class WaybillComponentTest {

  private static final String TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

  private final FakeBroker broker = new FakeBroker();
  private final RecordedTransactions transactions = new RecordedTransactions();
  private final Failures failures = new Failures(Clock.systemUTC());
  private final DefaultCamelContext camel = new DefaultCamelContext();
  private final Set<String> effects = new HashSet<>();
  private WaybillComponent waybill;

  @BeforeEach
  void start() throws Exception {
    Specification specification =
        new Specification(
            Map.of(
                "erp", Destinations.of("erp", DeliveryClass.DEDUPLICATING),
                "stock", Destinations.of("stock", DeliveryClass.TRANSACTIONAL)),
            Map.of());
    OneTransaction one =
        new OneTransaction(
            transactions,
            posting -> effects.add(posting.id().text()),
            dataSource -> false,
            failures);
    waybill = new WaybillComponent(broker, broker, () -> specification, one, failures);
    camel.addComponent("waybill", waybill);
    camel.start();
  }

  @AfterEach
  void stop() {
    camel.stop();
    broker.close();
  }

  private void routes(String from, String to) throws Exception {
    camel.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from(from).to(to);
          }
        });
  }

  private Exchange send(String to, Object body, Map<String, Object> headers) {
    ProducerTemplate template = camel.createProducerTemplate();
    return template.request(
        to,
        exchange -> {
          exchange.getIn().setBody(body);
          exchange.getIn().setHeaders(new java.util.HashMap<>(headers));
        });
  }

  private Submission submitted() {
    return broker.journal().get(broker.journal().size() - 1).submission();
  }

  @Test
  void submitJournalsTheDocumentAndLeavesWhatBecameOfIt() throws Exception {
    routes("direct:in", "waybill:submit?sender=acme&operations=A,B&operation=A");

    Exchange exchange =
        send(
            "direct:in",
            "{\"ä\":1}",
            Map.of("Content-Type", "application/json", "CamelWaybillMessageId", "m-1"));

    assertThat(exchange.getException()).isNull();
    assertThat(exchange.getMessage().getHeaders())
        .containsEntry("CamelWaybillSeq", 1L)
        .containsEntry("CamelWaybillMessageId", "m-1")
        .containsEntry("CamelWaybillResult", "accepted")
        .containsEntry("CamelWaybillStatus", "submitted");
    assertThat(submitted().payload().body())
        .isEqualTo("{\"ä\":1}".getBytes(StandardCharsets.UTF_8));
    assertThat(submitted().payload().contentType()).isEqualTo("application/json");
    assertThat(submitted().sender()).isEqualTo("acme");
    assertThat(submitted().operation()).isEqualTo("A");
    assertThat(submitted().allowed()).containsExactlyInAnyOrder("A", "B");
    assertThat(submitted().source()).isEqualTo("direct:in");
  }

  @Test
  void submitRecognisesADuplicateAndAConflict() {
    Map<String, Object> id = Map.of("CamelWaybillMessageId", "m-1");
    send("waybill:submit?sender=acme", "one", id);

    assertThat(send("waybill:submit?sender=acme", "one", id).getMessage().getHeaders())
        .containsEntry("CamelWaybillResult", "duplicate");
    assertThat(send("waybill:submit?sender=acme", "two", id).getMessage().getHeaders())
        .containsEntry("CamelWaybillResult", "conflict");
  }

  @Test
  void submitTakesBytesAndStreamsAndTextInItsCharset() {
    byte[] bytes = {0, 1, (byte) 0xFF};
    send("waybill:submit", bytes, Map.of());
    assertThat(submitted().payload().body()).isEqualTo(bytes);

    send("waybill:submit", new ByteArrayInputStream(bytes), Map.of());
    assertThat(submitted().payload().body()).isEqualTo(bytes);

    send("waybill:submit", "ä", Map.of("Content-Type", "text/xml; charset=\"iso-8859-1\""));
    assertThat(submitted().payload().body()).isEqualTo(new byte[] {(byte) 0xE4});

    send("waybill:submit", "ä", Map.of("Content-Type", "text/xml; charset=of-my-own"));
    assertThat(submitted().payload().body()).isEqualTo("ä".getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void aDocumentThatIsTooLargeIsJournaledAsFailed() {
    waybill.setLargestDocument(3);
    send("waybill:submit", "abcd", Map.of());

    assertThat(submitted().failure()).isNotNull();
    assertThat(submitted().failure().reason()).isEqualTo(Reason.TOO_LARGE);

    Exchange streamed = send("waybill:submit", new ByteArrayInputStream(new byte[4]), Map.of());
    assertThat(streamed.getException()).isInstanceOf(DocumentTooLarge.class);
  }

  @Test
  void theSenderMayBeAnExpression() {
    send("waybill:submit?sender=RAW(${header.partner})", "one", Map.of("partner", "acme"));
    assertThat(submitted().sender()).isEqualTo("acme");

    send("waybill:submit", "two", Map.of("CamelWaybillSender", "bob", "JMSXUserID", "forged"));
    assertThat(submitted().sender()).isEqualTo("bob");
  }

  @Test
  void submissionsSeeNoReservedNamesAndKeepWhatIsAsked() {
    waybill.setKeepHeaders("tenant, Waybill-Run");
    send(
        "waybill:submit",
        "one",
        Map.ofEntries(
            entry("tenant", "t1"),
            entry("DocumentType", "order"),
            entry("traceparent", TRACE),
            entry("JMSCorrelationID", "c-1"),
            entry("Waybill-Run", "9"),
            entry("waybill_posting_id", "forged"),
            entry("_AMQ_DUPL_ID", "forged"),
            entry("Idempotency-Key", "\"key-1\"")));

    assertThat(submitted().headers()).containsKeys("tenant", "DocumentType", "traceparent");
    assertThat(submitted().headers().keySet()).noneMatch(WireNames.RESERVED);
    assertThat(submitted().payload().headers())
        .containsOnly(
            entry("tenant", "t1"), entry("traceparent", TRACE), entry("correlation-id", "c-1"));
    assertThat(submitted().messageId()).isEqualTo("key-1");
  }

  @Test
  void expressionsSeeOnlyAcceptedHeaders() {
    waybill.setAcceptHeaders("documenttype");
    send("waybill:submit", "one", Map.of("DocumentType", "order", "other", "x"));

    assertThat(submitted().headers()).containsOnly(entry("DocumentType", "order"));
  }

  @Test
  void notNowEndsTheExchangeWithThatException() {
    broker.refuse(1);

    assertThat(send("waybill:submit", "one", Map.of()).getException()).isInstanceOf(NotNow.class);
  }

  @Test
  void notNowPassesTheErrorHandlingOfTheRouteInSilence() throws Exception {
    camel.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            onException(Exception.class).handled(true).maximumRedeliveries(3).to("mock:handled");
            from("direct:caught").to("direct:in");
            from("direct:in").to("waybill:submit");
          }
        });
    broker.refuse(1);

    assertThat(send("direct:caught", "one", Map.of()).getException()).isInstanceOf(NotNow.class);

    assertThat(broker.journal()).isEmpty();
    assertThat(
            camel
                .getEndpoint("mock:handled", org.apache.camel.component.mock.MockEndpoint.class)
                .getReceivedCounter())
        .isZero();
  }

  @Test
  void whatMakesNoSenseIsRefusedByName() {
    assertThatThrownBy(() -> camel.getEndpoint("waybill:cancel"))
        .rootCause()
        .hasMessageContaining("the destination is missing; write waybill:cancel:DESTINATION");
    assertThatThrownBy(() -> camel.getEndpoint("waybill:submit?wait=soon"))
        .rootCause()
        .hasMessageContaining("wait is 'soon'; write a time such as 10s");
    assertThatThrownBy(() -> camel.getEndpoint("waybill:submit?wait=10s&split=jsonl"))
        .rootCause()
        .hasMessageContaining("leave out wait, or split");
    assertThatThrownBy(() -> camel.getEndpoint("waybill:release:all"))
        .rootCause()
        .hasMessageContaining("waybill:release takes no name");
    assertThatThrownBy(() -> camel.getEndpoint("waybill:submit?split=json"))
        .rootCause()
        .hasMessageContaining("split 'json' is not known; write jsonl, csv");
    assertThatThrownBy(() -> camel.getEndpoint("waybill:sumbit"))
        .rootCause()
        .hasMessageContaining(
            "write waybill:submit, waybill:post:DESTINATION, waybill:query:DESTINATION,"
                + " waybill:link:LINK or waybill:release");
    assertThatThrownBy(() -> camel.getEndpoint("waybill:post"))
        .rootCause()
        .hasMessageContaining("the destination is missing");
  }

  @Test
  void anUnknownDestinationIsRefusedWithTheNearestName() {
    assertThatThrownBy(() -> routes("waybill:post:epr", "mock:none"))
        .rootCause()
        .hasMessageContaining("no destination is named 'epr'; did you mean 'erp'?");
  }

  @Test
  void aDestinationHasExactlyOneRoute() throws Exception {
    routes("waybill:post:erp", "mock:one");

    assertThatThrownBy(() -> routes("waybill:post:erp?bridgeErrorHandler=false", "mock:two"))
        .hasMessageContaining("both consume waybill:post:erp");
  }

  @Test
  void aDestinationIsOpenWhileItsRouteRuns() throws Exception {
    routes("waybill:post:erp", "mock:one");
    assertThat(broker.outlet("erp")).isNotNull();

    camel.getRouteController().stopAllRoutes();
    assertThat(broker.outlet("erp")).isNull();

    camel.getRouteController().startAllRoutes();
    assertThat(broker.outlet("erp")).isNotNull();
  }

  private Outcome post(String destination, Posting posting) throws InterruptedException {
    BlockingQueue<Outcome> answers = new ArrayBlockingQueue<>(2);
    broker.outlet(destination).post(posting, answers::add);
    return answers.poll(10, TimeUnit.SECONDS);
  }

  private void erp(org.apache.camel.Processor step) throws Exception {
    camel.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("waybill:post:erp").process(step);
          }
        });
  }

  @Test
  void aPostingCarriesTheMessageAndItsNames() throws Exception {
    Posting posting =
        FakeBroker.posting(
            "{}", Map.of("file-name", "a.json", "tenant", "t1", "Waybill-Run", "forged"));
    java.util.Map<String, Object> seen = new java.util.concurrent.ConcurrentHashMap<>();
    erp(
        exchange -> {
          seen.putAll(exchange.getMessage().getHeaders());
          seen.put("body", exchange.getMessage().getBody());
        });

    assertThat(post("erp", posting)).isInstanceOf(Outcome.Posted.class);
    String id = posting.id().text();
    assertThat(seen)
        .containsEntry("body", posting.payload().body())
        .containsEntry("Content-Type", "application/json")
        .containsEntry("CamelWaybillSeq", 7L)
        .containsEntry("CamelWaybillMessageId", "m-1")
        .containsEntry("CamelWaybillOperation", "CreateOrder")
        .containsEntry("CamelWaybillBusinessId", "po-9")
        .containsEntry("CamelWaybillLanes", java.util.List.of("cust:4711"))
        .containsEntry("CamelWaybillAttempt", 1)
        .containsEntry("CamelWaybillRun", 1)
        .containsEntry("CamelWaybillDestination", "erp")
        .containsEntry("CamelWaybillPostingId", id)
        .containsEntry("CamelWaybillFileName", "a.json")
        .containsEntry("tenant", "t1")
        .containsEntry("Idempotency-Key", id)
        .containsEntry("Waybill-Transaction", id)
        .containsEntry("Waybill-Run", 1)
        .containsEntry("_AMQ_DUPL_ID", id)
        .containsEntry("waybill_posting_id", id);
  }

  @Test
  void anExceptionIsClassifiedAndTheRouteMaySayWhatCame() throws Exception {
    erp(
        exchange -> {
          switch (exchange.getMessage().getBody(String.class)) {
            case "throws" -> throw new java.net.ConnectException("refused");
            case "lies" -> {
              exchange.getMessage().setHeader("CamelWaybillOutcome", "posted");
              throw new java.net.ConnectException("refused");
            }
            case "odd" -> exchange.getMessage().setHeader("CamelWaybillOutcome", "done");
            case "rolled back" -> exchange.setRollbackOnly(true);
            case "property" -> exchange.setProperty("CamelWaybillOutcome", "tooEarly");
            default ->
                exchange
                    .getMessage()
                    .setHeader("CamelWaybillOutcome", exchange.getMessage().getBody(String.class));
          }
        });

    assertThat(outcome("throws")).isEqualTo(Outcome.Unavailable.class);
    assertThat(outcome("lies")).isEqualTo(Outcome.Unavailable.class);
    assertThat(outcome("odd")).isEqualTo(Outcome.Ambiguous.class);
    assertThat(outcome("rolled back")).isEqualTo(Outcome.Ambiguous.class);
    assertThat(outcome("property")).isEqualTo(Outcome.TooEarly.class);
    assertThat(outcome("posted")).isEqualTo(Outcome.Posted.class);
    assertThat(outcome("refused")).isEqualTo(Outcome.Refused.class);
    assertThat(outcome("transient")).isEqualTo(Outcome.Transient.class);
    assertThat(outcome("ambiguous")).isEqualTo(Outcome.Ambiguous.class);
    assertThat(outcome("unavailable")).isEqualTo(Outcome.Unavailable.class);
  }

  private Class<?> outcome(String document) throws InterruptedException {
    return post("erp", FakeBroker.posting(document, Map.of())).getClass();
  }

  @Test
  void aTransactionalRoutePerformsItsEffectOnceAndInOneTransaction() throws Exception {
    camel.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("direct:elsewhere").threads(1).to("mock:effect");
            from("waybill:post:stock")
                .choice()
                .when(body().isEqualTo("fails"))
                .throwException(new IllegalArgumentException("no"))
                .when(body().isEqualTo("leaves"))
                .to("direct:elsewhere")
                .otherwise()
                .to("mock:effect");
          }
        });
    Posting good = FakeBroker.posting("good", Map.of());

    assertThat(post("stock", good)).isInstanceOf(Outcome.Posted.class);
    assertThat(transactions.log).containsExactly("begin 30s", "commit");
    assertThat(post("stock", good)).isInstanceOf(Outcome.Posted.class);
    assertThat(
            camel
                .getEndpoint("mock:effect", org.apache.camel.component.mock.MockEndpoint.class)
                .getReceivedCounter())
        .isEqualTo(1);

    transactions.log.clear();
    assertThat(post("stock", FakeBroker.posting("fails", Map.of())))
        .isInstanceOf(Outcome.Ambiguous.class);
    assertThat(transactions.log).containsExactly("begin 30s", "rollback");

    transactions.log.clear();
    assertThat(post("stock", FakeBroker.posting("leaves", Map.of())))
        .isInstanceOfSatisfying(
            Outcome.Refused.class,
            refused -> assertThat(refused.detail()).contains("left its thread"));
    assertThat(transactions.log).containsExactly("begin 30s", "rollback");
  }

  /** Transactions that only tell what was asked of them. */
  private static final class RecordedTransactions extends AbstractPlatformTransactionManager {

    private static final long serialVersionUID = 1L;

    private final transient java.util.List<String> log =
        new java.util.concurrent.CopyOnWriteArrayList<>();

    @Override
    protected Object doGetTransaction() {
      return new Object();
    }

    @Override
    protected void doBegin(Object transaction, TransactionDefinition definition) {
      log.add("begin " + definition.getTimeout() + "s");
    }

    @Override
    protected void doCommit(DefaultTransactionStatus status) {
      log.add("commit");
    }

    @Override
    protected void doRollback(DefaultTransactionStatus status) {
      log.add("rollback");
    }
  }
}
