package io.waybill.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.waybill.broker.Broker;
import io.waybill.broker.BrokerSettings;
import io.waybill.broker.ReplyRounds;
import io.waybill.broker.Watch;
import io.waybill.camel.BatchedListenerContainer.BatchRules;
import io.waybill.embedded.ArtemisAccess;
import io.waybill.embedded.ArtemisSettings;
import io.waybill.embedded.EmbeddedArtemis;
import io.waybill.embedded.TestPostgres;
import io.waybill.journal.JdbcJournal;
import io.waybill.journal.JournalSchema;
import io.waybill.journal.Replies;
import io.waybill.journal.ReplyAddresses;
import io.waybill.spec.Specification;
import io.waybill.spec.load.ConfigFolder;
import io.waybill.spec.read.Reader;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Through the real broker, its journal on PostgreSQL and an embedded Artemis. */
@DisplayName("Replies by JMS")
@Timeout(120)
class JmsRepliesTest {

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

  private static final String OPERATIONS =
      """
      waybill.operations:
        Book: { match: { json: /id }, id: { json: /id }, post: erp, reply: { release: none } }
      """;

  @TempDir Path folder;
  private final TestPostgres.Database database = TestPostgres.freshDatabase();
  private final AtomicReference<@Nullable Throwable> fatal = new AtomicReference<>();
  private final AtomicInteger effects = new AtomicInteger();
  private final AtomicBoolean broken = new AtomicBoolean();
  private final DefaultCamelContext camel = new DefaultCamelContext();
  private EmbeddedArtemis artemis;
  private ConnectionFactory connections;
  private CamelConfiguration.SendingConnections sending;
  private JdbcJournal journal;
  private Broker broker;
  private ReplyRounds rounds;

  @BeforeEach
  void start() throws Exception {
    artemis =
        EmbeddedArtemis.start(
            folder.resolve("artemis"), ArtemisSettings.defaults(NOBODY).withPort(0));
    connections = artemis.connectionFactory();
    sending = new CamelConfiguration.SendingConnections(connections);
    new JournalSchema(database.dataSource()).migrate();
    Specification specification =
        new ConfigFolder(folder)
            .with("destinations.yaml", "waybill.destinations.erp: { delivery: deduplicating }\n")
            .with("operations.yaml", OPERATIONS)
            .with("sequencing.yaml", "waybill.sequencing.unsequenced: [ Book ]\n")
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
            fatal::set);
    broker.start();
    await().until(() -> broker.trouble() == null);
    WaybillComponent waybill =
        new WaybillComponent(
            broker, broker, () -> specification, null, new Failures(Clock.systemUTC()));
    waybill.replyOnlyTo(List.of("answers.*", "replies.{sender}"));
    camel.addComponent("waybill", waybill);
    camel.addComponent(
        "jms",
        CamelConfiguration.jms(
            connections,
            sending.pool(),
            new BatchIntake(broker, waybill.documents()),
            new BatchRules(256, 16 << 20, false, true)));
    camel.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("jms:queue:orders").to("waybill:submit?sender=acme");
            from("jms:queue:others").to("waybill:submit?sender=mallory");
            from("waybill:post:erp")
                .autoStartup(false)
                .routeId("erp")
                .process(
                    exchange -> {
                      exchange.getMessage().setBody("booking " + effects.incrementAndGet());
                      exchange.getMessage().setHeader("Content-Type", "text/plain");
                      exchange.getMessage().setHeader("CamelHttpResponseCode", 201);
                    });
          }
        });
    camel.start();
    rounds =
        new ReplyRounds(
            new ReplyAddresses(database.dataSource()),
            new Replies(database.dataSource()),
            Clock.systemUTC());
    JmsReplyCarrier carrier = new JmsReplyCarrier(sending.pool());
    rounds.start(
        due -> {
          if (broken.get()) {
            throw new JMSException("no way there");
          }
          carrier.send(due);
        });
  }

  @AfterEach
  void stop() {
    rounds.close();
    camel.stop();
    sending.close();
    broker.close();
    journal.close();
    artemis.close();
    assertThat(fatal.get()).isNull();
  }

  private void send(String queue, String text, @Nullable String replyTo, @Nullable String known)
      throws JMSException {
    try (JMSContext context = connections.createContext(JMSContext.SESSION_TRANSACTED)) {
      Message message = context.createTextMessage(text);
      if (replyTo != null) {
        message.setJMSReplyTo(context.createQueue(replyTo));
      }
      message.setJMSCorrelationID(known);
      context.createProducer().send(context.createQueue(queue), message);
      context.commit();
    }
  }

  /** What comes there next; null for nothing within that time. */
  private @Nullable Message receive(String queue, long millis) {
    try (JMSContext context = connections.createContext();
        JMSConsumer consumer = context.createConsumer(context.createQueue(queue))) {
      return consumer.receive(millis);
    }
  }

  private void open() throws Exception {
    camel.getRouteController().startRoute("erp");
  }

  private long number(String sql) {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      result.next();
      return result.getLong(1);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  private void assertReply(String queue, String correlation) throws JMSException {
    Message reply = receive(queue, 20_000);
    assertThat(reply).as("the reply at %s", queue).isNotNull();
    assertThat(reply.getBody(String.class)).isEqualTo("booking 1");
    assertThat(reply.getJMSCorrelationID()).isEqualTo(correlation);
    assertThat(reply.getIntProperty("waybill_reply_code")).isEqualTo(201);
    assertThat(reply.getStringProperty("waybill_message_id")).isEqualTo("7");
  }

  @Test
  void theOneReplyReachesEveryAddressThatAsked() throws Exception {
    send("orders", "{\"id\": 7}", "answers.a", "first");
    send("orders", "{\"id\": 7}", "answers.b", "second");
    await().until(() -> number("select count(*) from waybill.reply_addresses") == 2);
    assertThat(receive("answers.a", 300)).as("before it is posted").isNull();
    open();

    assertReply("answers.a", "first");
    assertReply("answers.b", "second");
    // and whoever asks when it is done
    send("orders", "{\"id\": 7}", "answers.c", "third");
    assertReply("answers.c", "third");
    // and whoever has lost it and asks again
    send("orders", "{\"id\": 7}", "answers.c", "third");
    assertReply("answers.c", "third");
    assertThat(effects).hasValue(1);
    await()
        .until(
            () ->
                number("select count(*) from waybill.reply_addresses where sent_at is null") == 0);
    assertThat(receive("answers.a", 300)).as("once").isNull();
  }

  @Test
  void aReplyGoesOnlyWhereItMay() throws Exception {
    open();
    send("others", "{\"id\": 7}", "replies.acme", "mine");
    send("others", "{\"id\": 7}", "replies.mallory", "mine");

    assertReply("replies.mallory", "mine");
    assertThat(receive("replies.acme", 300)).isNull();
    assertThat(number("select count(*) from waybill.reply_addresses")).isEqualTo(1);
  }

  @Test
  void aReplyThatCannotBeSentIsKeptAndTriedAgain() throws Exception {
    broken.set(true);
    open();
    send("orders", "{\"id\": 7}", "answers.a", "first");
    await()
        .until(
            () -> number("select count(*) from waybill.reply_addresses where attempts > 0") == 1);
    assertThat(number("select count(*) from waybill.replies where body is not null")).isEqualTo(1);
    broken.set(false);

    assertReply("answers.a", "first");
  }

  @Test
  void aReplyThatWasSentBeforeACrashIsNotSentTwice() throws Exception {
    open();
    send("orders", "{\"id\": 7}", "answers.a", "first");
    await()
        .until(
            () ->
                number("select count(*) from waybill.reply_addresses where sent_at is not null")
                    == 1);
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      // as if the broker had been killed before it could note that
      statement.execute("update waybill_journal.reply_address set sent_at = null, due_at = now()");
    }
    await()
        .until(
            () ->
                number("select count(*) from waybill.reply_addresses where sent_at is not null")
                    == 1);

    assertReply("answers.a", "first");
    assertThat(receive("answers.a", 300)).isNull();
  }
}
