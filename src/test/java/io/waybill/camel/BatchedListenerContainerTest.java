package io.waybill.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.waybill.camel.BatchedListenerContainer.BatchRules;
import io.waybill.embedded.ArtemisAccess;
import io.waybill.embedded.ArtemisSettings;
import io.waybill.embedded.EmbeddedArtemis;
import io.waybill.message.Outcome;
import io.waybill.message.Reason;
import io.waybill.spec.DeliveryClass;
import io.waybill.spec.Specification;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSProducer;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import jakarta.jms.QueueBrowser;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

class BatchedListenerContainerTest {

  private static final String TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

  private static final ArtemisAccess NOBODY =
      new ArtemisAccess() {
        @Override
        public boolean authenticate(String user, String password, String from) {
          return false;
        }

        @Override
        public boolean authorize(String user, Permission permission, String address) {
          return false;
        }
      };

  @TempDir static Path folder;
  private static EmbeddedArtemis artemis;

  private final FakeBroker broker = new FakeBroker();
  private final DefaultCamelContext camel = new DefaultCamelContext();
  private ConnectionFactory connections;
  private CamelConfiguration.SendingConnections sending;
  private String queue;

  @BeforeAll
  static void startArtemis() {
    artemis = EmbeddedArtemis.start(folder, ArtemisSettings.defaults(NOBODY).withPort(0));
  }

  @AfterAll
  static void stopArtemis() {
    artemis.close();
  }

  @BeforeEach
  void start(TestInfo test) {
    queue = test.getTestMethod().orElseThrow().getName();
    connections = artemis.connectionFactory();
    sending = new CamelConfiguration.SendingConnections(connections);
    Failures failures = new Failures(Clock.systemUTC());
    Specification specification =
        new Specification(
            Map.of("erp", Destinations.of("erp", DeliveryClass.DEDUPLICATING)), Map.of());
    WaybillComponent waybill =
        new WaybillComponent(broker, broker, () -> specification, null, failures);
    camel.addComponent("waybill", waybill);
    camel.addComponent(
        "jms",
        CamelConfiguration.jms(
            connections,
            sending.pool(),
            new BatchIntake(broker, waybill.documents()),
            new BatchRules(256, 16 << 20, true, true)));
  }

  @AfterEach
  void stop() {
    camel.stop();
    sending.close();
    broker.close();
  }

  private interface Sender {
    void send(JMSContext context, JMSProducer producer, Queue queue) throws Exception;
  }

  private void send(Sender sender) throws Exception {
    try (JMSContext context = connections.createContext(JMSContext.SESSION_TRANSACTED)) {
      sender.send(context, context.createProducer(), context.createQueue(queue));
      context.commit();
    }
  }

  private void consume() throws Exception {
    camel.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("jms:queue:" + queue)
                .choice()
                .when(body().isEqualTo("throw"))
                .throwException(new IllegalArgumentException("broken"))
                .end()
                .to("waybill:submit");
          }
        });
    camel.start();
  }

  private List<String> texts() {
    return broker.journal().stream().map(FakeBroker.Stored::text).toList();
  }

  private void awaitJournaled(int messages) {
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(broker.journal()).hasSizeGreaterThanOrEqualTo(messages));
  }

  private void awaitEmptyQueue() {
    await().atMost(Duration.ofSeconds(60)).until(() -> left() == 0);
  }

  private int left() throws Exception {
    try (JMSContext context = connections.createContext();
        QueueBrowser browser = context.createBrowser(context.createQueue(queue))) {
      Enumeration<?> messages = browser.getEnumeration();
      return Collections.list(messages).size();
    }
  }

  private static List<String> numbered(int from, int to) {
    return IntStream.rangeClosed(from, to).mapToObj(number -> "m" + number).toList();
  }

  @Test
  void keepsTheOrderOfAThousandMessages() throws Exception {
    send(
        (context, producer, to) -> {
          for (String text : numbered(1, 1000)) {
            producer.send(to, text);
          }
        });
    consume();

    awaitJournaled(1000);
    assertThat(texts()).isEqualTo(numbered(1, 1000));
    awaitEmptyQueue();
    assertThat(broker.duplicates()).isZero();
  }

  @Test
  void oneBrokenMessageAmong256IsJournaledAsFailedAndHoldsNobodyUp() throws Exception {
    send(
        (context, producer, to) -> {
          for (int number = 1; number <= 256; number++) {
            producer.send(to, number == 100 ? "throw" : "m" + number);
          }
        });
    consume();

    awaitJournaled(256);
    awaitEmptyQueue();
    assertThat(broker.journal()).hasSize(256);
    assertThat(broker.failed()).hasSize(1);
    assertThat(broker.failed().get(0).text()).isEqualTo("throw");
    assertThat(broker.failed().get(0).submission().failure().reason())
        .isEqualTo(Reason.ROUTE_FAILED);
    assertThat(broker.failed().get(0).submission().source()).isEqualTo("jms:" + queue);
  }

  @Test
  void whileTheJournalTakesNothingTheQueueKeepsTheMessagesInTheirOrder() throws Exception {
    broker.refuseAtOnce(3);
    send(
        (context, producer, to) -> {
          for (String text : numbered(1, 100)) {
            producer.send(to, text);
          }
        });
    consume();

    awaitJournaled(100);
    awaitEmptyQueue();
    assertThat(broker.refused()).isEqualTo(3);
    assertThat(texts()).isEqualTo(numbered(1, 100));
  }

  @Test
  void aSessionLostBeforeItsCommitBringsDuplicatesAndLosesNothing() throws Exception {
    broker.refuse(0);
    send((context, producer, to) -> numbered(1, 50).forEach(text -> producer.send(to, text)));
    // The last one cannot be taken, so the session rolls back although 49 are in the journal.
    camel.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("jms:queue:" + queue)
                .process(
                    exchange -> {
                      if (broker.refused() == 0
                          && exchange.getMessage().getBody(String.class).equals("m50")) {
                        awaitJournaled(49);
                        broker.refuse(1);
                      }
                    })
                .to("waybill:submit");
          }
        });
    camel.start();

    awaitJournaled(50);
    awaitEmptyQueue();
    assertThat(texts()).isEqualTo(numbered(1, 50));
    assertThat(broker.duplicates()).isEqualTo(49);
  }

  @Test
  void anObjectMessageIsNeverOpened() throws Exception {
    send(
        (context, producer, to) -> {
          producer.send(to, context.createObjectMessage(new Opened()));
          producer.send(to, context.createMapMessage());
          producer.send(to, context.createStreamMessage());
          producer.send(to, context.createMessage());
          producer.send(to, "good");
        });
    consume();

    awaitJournaled(2);
    awaitEmptyQueue();
    assertThat(Opened.opened).isFalse();
    assertThat(texts()).contains("good");
    assertThat(broker.failed())
        .anySatisfy(
            failed -> {
              assertThat(failed.submission().failure().reason()).isEqualTo(Reason.UNREADABLE);
              assertThat(failed.submission().failure().detail()).contains("ObjectMessage");
              assertThat(failed.submission().payload().body()).isNotEmpty();
            });
  }

  /** Tells whether it was deserialized. */
  static final class Opened implements java.io.Serializable {
    private static final long serialVersionUID = 1L;
    private static volatile boolean opened;

    private void readObject(java.io.ObjectInputStream in) throws Exception {
      opened = true;
      in.defaultReadObject();
    }
  }

  @Test
  void bytesTextAndLargeMessagesArriveAsTheyWereSent() throws Exception {
    byte[] large = new byte[3 << 20];
    new java.util.Random(1).nextBytes(large);
    send(
        (context, producer, to) -> {
          producer.send(to, new byte[] {0, 1, (byte) 0xFF});
          producer.send(to, "ä€\uD83D\uDE00");
          producer.send(to, large);
          producer.send(to, "x".repeat(2 << 20));
          producer.send(to, "");
        });
    consume();

    awaitJournaled(5);
    assertThat(broker.journal().get(0).submission().payload().body())
        .isEqualTo(new byte[] {0, 1, (byte) 0xFF});
    assertThat(texts().get(1)).isEqualTo("ä€\uD83D\uDE00");
    assertThat(broker.journal().get(2).submission().payload().body()).isEqualTo(large);
    assertThat(texts().get(3)).hasSize(2 << 20);
    assertThat(texts().get(4)).isEmpty();
    assertThat(broker.failed()).isEmpty();
  }

  @Test
  void sendersNameIdAndOperationAndCannotForgeTheBrokersNames() throws Exception {
    send(
        (context, producer, to) -> {
          Message message = context.createTextMessage("one");
          message.setJMSCorrelationID("c-1");
          message.setJMSReplyTo(context.createQueue("replies"));
          message.setStringProperty("waybill_message_id", "m-1");
          message.setStringProperty("waybill_operation", "CreateOrder");
          message.setStringProperty("DocumentType", "order");
          message.setStringProperty("waybill_posting_id", "forged");
          message.setStringProperty("Waybill_Transaction", "forged");
          message.setStringProperty("Idempotency_HYPHEN_Key", "forged");
          message.setStringProperty("CamelWaybillSender", "forged");
          message.setStringProperty("JMSXUserID", "forged");
          message.setStringProperty("CamelWaybillOutcome", "posted");
          producer.send(to, message);
        });
    consume();

    awaitJournaled(1);
    var submission = broker.journal().get(0).submission();
    assertThat(submission.messageId()).isEqualTo("m-1");
    assertThat(submission.operation()).isEqualTo("CreateOrder");
    assertThat(submission.sender()).isNotEqualTo("forged");
    assertThat(submission.headers()).containsEntry("DocumentType", "order");
    assertThat(submission.headers().keySet()).noneMatch(WireNames.RESERVED);
    assertThat(submission.payload().headers()).containsEntry("correlation-id", "c-1");
    awaitEmptyQueue();
  }

  @Test
  void aPostingToAQueueCarriesItsJmsNamesAndNoOthersAndArrivesOnce() throws Exception {
    camel.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("waybill:post:erp").to("jms:queue:" + queue);
          }
        });
    camel.start();
    var posting = FakeBroker.posting("{}", Map.of("traceparent", TRACE));
    BlockingQueue<Outcome> answers = new ArrayBlockingQueue<>(2);
    broker.outlet("erp").post(posting, answers::add);
    broker.outlet("erp").post(posting, answers::add);

    assertThat(answers.poll(20, TimeUnit.SECONDS)).isInstanceOf(Outcome.Posted.class);
    assertThat(answers.poll(20, TimeUnit.SECONDS)).isInstanceOf(Outcome.Posted.class);
    try (JMSContext context = connections.createContext()) {
      var consumer = context.createConsumer(context.createQueue(queue));
      Message message = consumer.receive(5000);
      String id = posting.id().text();
      assertThat(message.getBody(byte[].class)).isEqualTo("{}".getBytes());
      assertThat(message.getJMSDeliveryMode()).isEqualTo(jakarta.jms.DeliveryMode.PERSISTENT);
      List<String> names =
          Collections.list((Enumeration<?>) message.getPropertyNames()).stream()
              .map(String::valueOf)
              .toList();
      assertThat(names)
          .contains("waybill_posting_id", "Waybill_Transaction", "Waybill_Run", "traceparent")
          .noneMatch(name -> name.startsWith("Camel") || name.contains("HYPHEN_Key"));
      assertThat(message.getStringProperty("waybill_posting_id")).isEqualTo(id);
      assertThat(message.getStringProperty("_AMQ_DUPL_ID")).isEqualTo(id);
      assertThat(consumer.receive(200)).isNull();
    }
  }

  @Test
  void stoppingInTheMiddleOfAPauseIsQuick() throws Exception {
    broker.refuse(Integer.MAX_VALUE);
    send((context, producer, to) -> producer.send(to, "one"));
    consume();
    await().atMost(Duration.ofSeconds(20)).until(() -> broker.refused() > 1);

    long before = System.nanoTime();
    camel.stop();
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(10));
    assertThat(left()).isEqualTo(1);
  }
}
