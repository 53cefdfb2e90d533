package io.waybill.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.waybill.broker.Posting;
import io.waybill.camel.BatchedListenerContainer.BatchRules;
import io.waybill.embedded.ArtemisAccess;
import io.waybill.embedded.ArtemisSettings;
import io.waybill.embedded.EmbeddedArtemis;
import io.waybill.message.Outcome;
import io.waybill.message.PostingId;
import io.waybill.spec.DeliveryClass;
import io.waybill.spec.Specification;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.Message;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import org.messaginghub.pooled.jms.JmsPoolConnectionFactory;

/** Postings of one lane, handed over without waiting for their answers, to a real Artemis. */
class JmsBatchSenderTest {

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

  @TempDir private static Path folder;
  private static EmbeddedArtemis artemis;

  private final FakeBroker broker = new FakeBroker();
  private final DefaultCamelContext camel = new DefaultCamelContext();
  private final Map<String, Outcome> outcomes = new ConcurrentHashMap<>();
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
  void start(TestInfo test) throws Exception {
    queue = test.getTestMethod().orElseThrow().getName();
    connections = artemis.connectionFactory();
    sending = new CamelConfiguration.SendingConnections(connections);
    Specification specification =
        new Specification(
            Map.of("erp", Destinations.of("erp", DeliveryClass.DEDUPLICATING)), Map.of());
    WaybillComponent waybill =
        new WaybillComponent(
            broker, broker, () -> specification, null, new Failures(Clock.systemUTC()));
    camel.addComponent("waybill", waybill);
    camel.addComponent(
        "jms",
        CamelConfiguration.jms(
            connections,
            sending.pool(),
            new BatchIntake(broker, waybill.documents()),
            new BatchRules(256, 16 << 20, true, true)));
    camel.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("waybill:post:erp")
                .process(
                    exchange -> {
                      if (exchange.getIn().getBody(String.class).startsWith("bad")) {
                        exchange.getIn().setBody(new Broken());
                      }
                    })
                .to("jms:queue:" + queue);
          }
        });
    camel.start();
  }

  /** A body that cannot be read. */
  private static final class Broken extends InputStream {
    @Override
    public int read() throws IOException {
      throw new IOException("broken");
    }
  }

  @AfterEach
  void stop() {
    camel.stop();
    sending.close();
    broker.close();
  }

  /** Whether the next may follow at once. */
  private boolean post(String document, @Nullable String before) {
    Posting posting = FakeBroker.posting(document, Map.of());
    Posting.Before after = before == null ? null : new Known(before);
    return broker
        .outlet("erp")
        .post(
            new Posting(posting.id(), posting.row(), posting.payload(), 5, after),
            outcome -> outcomes.put(document, outcome));
  }

  private final class Known implements Posting.Before {
    private final String document;

    Known(String document) {
      this.document = document;
    }

    @Override
    public PostingId id() {
      return FakeBroker.posting(document, Map.of()).id();
    }

    @Override
    public boolean failed() {
      Outcome outcome = outcomes.get(document);
      return outcome != null && !(outcome instanceof Outcome.Posted);
    }
  }

  private void postAll(List<String> documents) {
    String before = null;
    for (String document : documents) {
      assertThat(post(document, before)).isTrue();
      before = document;
    }
    await().atMost(Duration.ofSeconds(20)).until(() -> outcomes.size() == documents.size());
  }

  private List<String> arrived() throws Exception {
    List<String> texts = new ArrayList<>();
    try (JMSContext context = connections.createContext()) {
      var consumer = context.createConsumer(context.createQueue(queue));
      Message message = consumer.receive(1000);
      while (message != null) {
        texts.add(new String(message.getBody(byte[].class), StandardCharsets.UTF_8));
        message = consumer.receive(200);
      }
    }
    return texts;
  }

  private static List<String> documents(int count) {
    return IntStream.range(0, count).mapToObj(i -> "document " + i).toList();
  }

  @Test
  void messagesOfALaneFollowOneAnotherWithoutWaitingAndArriveInOrder() throws Exception {
    List<String> documents = documents(1000);

    postAll(documents);

    assertThat(outcomes.values()).allMatch(Outcome.Posted.class::isInstance);
    assertThat(arrived()).containsExactlyElementsOf(documents);
  }

  @Test
  void whatFollowsOneThatIsNotSentIsNotSentEither() throws Exception {
    List<String> documents = new ArrayList<>(documents(6));
    documents.set(2, "bad");
    String before = null;
    for (String document : documents) {
      post(document, before);
      before = document;
    }
    await().atMost(Duration.ofSeconds(20)).until(() -> outcomes.size() == 6);

    assertThat(arrived()).containsExactly("document 0", "document 1");
    assertThat(outcomes.get("bad")).isNotInstanceOf(Outcome.Posted.class);
    assertThat(documents.subList(3, 6))
        .allMatch(document -> outcomes.get(document) instanceof Outcome.NotSent);
  }

  @Test
  void aRepetitionAmongOthersIsDroppedAndTheOthersArriveOnceInOrder() throws Exception {
    postAll(List.of("document 1"));
    outcomes.clear();

    postAll(documents(50));

    assertThat(outcomes.values()).allMatch(Outcome.Posted.class::isInstance);
    List<String> arrived = arrived();
    assertThat(arrived).containsExactlyInAnyOrderElementsOf(documents(50));
    assertThat(arrived.subList(1, 50))
        .containsExactlyElementsOf(
            documents(50).stream().filter(document -> !document.equals("document 1")).toList());
  }

  @Test
  void aSessionThatWasClosedUnaskedIsReplaced() throws Exception {
    postAll(List.of("document 0"));
    outcomes.clear();
    ((JmsPoolConnectionFactory) sending.pool()).clear();

    postAll(documents(3).subList(1, 3));

    assertThat(outcomes.values()).allMatch(Outcome.Posted.class::isInstance);
    assertThat(arrived()).containsExactlyElementsOf(documents(3));
  }
}
