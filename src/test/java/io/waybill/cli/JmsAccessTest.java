package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.waybill.embedded.ArtemisSettings;
import io.waybill.embedded.EmbeddedArtemis;
import io.waybill.operator.AccessSettings;
import io.waybill.operator.AccessSettings.Account;
import io.waybill.operator.Audit;
import io.waybill.operator.Passwords;
import io.waybill.operator.Role;
import io.waybill.operator.Users;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.JMSSecurityRuntimeException;
import jakarta.jms.Message;
import jakarta.jms.QueueBrowser;
import jakarta.jms.TextMessage;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Programs of several users at the embedded Artemis, by TCP. */
@DisplayName("Who may do what by JMS")
class JmsAccessTest {

  private static final String INTAKE = "orders.in";
  private static final String ERP = "erp.in";
  private static final String ENCODED = Passwords.encode("right");
  private static final long SOON = 20_000;
  private static final long AT_ONCE = 300;

  @TempDir private Path folder;

  private EmbeddedArtemis artemis;

  @BeforeEach
  void start() throws IOException {
    int port = freePort();
    Users users =
        Users.configured(
            new AccessSettings(
                Map.of(
                    "anna", new Account(ENCODED, Set.of(Role.SUBMITTER), null),
                    "bert", new Account(ENCODED, Set.of(Role.SUBMITTER), null),
                    "vera", new Account(ENCODED, Set.of(Role.VIEWER), null),
                    "otto", new Account(ENCODED, Set.of(Role.OPERATOR), null),
                    "root", new Account(ENCODED, Set.of(Role.ADMIN), null)),
                null),
            Clock.systemUTC());
    artemis =
        EmbeddedArtemis.start(
            folder,
            ArtemisSettings.defaults(
                    new UsersAtArtemis(users, Set.of(INTAKE, "edi.*"), new Audit()))
                .withPort(port));
    try (JMSContext broker = artemis.connectionFactory().createContext()) {
      for (String queue : List.of(INTAKE, ERP, "replies.anna", "replies.bert")) {
        broker.createProducer().send(broker.createQueue(queue), "first in " + queue);
      }
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return any.getLocalPort();
    }
  }

  @AfterEach
  void stop() {
    artemis.close();
  }

  @Test
  void aSubmitterSendsToIntakeQueuesAndNowhereElse() throws Exception {
    try (JMSContext anna = as("anna")) {
      anna.createProducer().send(anna.createQueue(INTAKE), "from anna");
      for (String other :
          List.of(
              ERP,
              "replies.anna",
              "replies.bert",
              "DLQ",
              "activemq.management",
              "activemq.notifications",
              "orders.in.other",
              "new",
              INTAKE + "::" + ERP,
              "edi.x::" + ERP,
              "edi.new")) {
        assertRefused(() -> anna.createProducer().send(anna.createQueue(other), "forged"));
      }
      assertThatThrownBy(() -> anna.createProducer().send(anna.createTopic("erp.in"), "forged"))
          .isInstanceOf(JMSRuntimeException.class);
    }
    assertThat(contents(INTAKE)).containsExactly("first in orders.in", "from anna");
    assertThat(contents(ERP)).containsExactly("first in erp.in");
    assertThat(contents("replies.bert")).containsExactly("first in replies.bert");
  }

  @Test
  void aSubmitterTakesItsOwnRepliesAndNothingElse() throws Exception {
    try (JMSContext anna = as("anna")) {
      for (String other :
          List.of(
              INTAKE,
              ERP,
              "replies.bert",
              "replies.#",
              "#",
              "DLQ",
              "replies.anna::replies.bert",
              "replies.bert::replies.bert",
              "activemq.notifications",
              "activemq.management")) {
        assertRefused(() -> anna.createConsumer(anna.createQueue(other)).receive(AT_ONCE));
        assertRefused(() -> seen(anna, other));
      }
      assertRefused(() -> anna.createConsumer(anna.createTopic("replies.bert")));
      assertRefused(() -> anna.createTemporaryQueue());
      assertThat(taken(anna, "replies.anna")).isEqualTo("first in replies.anna");
    }
    try (JMSContext bert = as("bert")) {
      assertRefused(() -> bert.createConsumer(bert.createQueue("replies.anna")));
      assertThat(taken(bert, "replies.bert")).isEqualTo("first in replies.bert");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"vera", "otto"})
  void whoeverMayReadLooksIntoQueuesAndTakesNothing(String user) throws Exception {
    try (JMSContext looking = as(user)) {
      assertThat(seen(looking, ERP)).isEqualTo(1);
      for (String queue : List.of(INTAKE, ERP, "replies.anna", "DLQ")) {
        assertRefused(() -> looking.createConsumer(looking.createQueue(queue)).receive(AT_ONCE));
        assertRefused(() -> looking.createProducer().send(looking.createQueue(queue), "forged"));
      }
      assertRefused(
          () ->
              looking.createProducer().send(looking.createQueue("activemq.management"), "forged"));
      assertRefused(() -> looking.createTemporaryQueue());
    }
    assertThat(contents(ERP)).containsExactly("first in erp.in");
  }

  @Test
  void anAdminMayDoEverything() throws Exception {
    try (JMSContext root = as("root")) {
      root.createProducer().send(root.createQueue("made by root"), "here");
      assertThat(taken(root, "made by root")).isEqualTo("here");
      assertThat(taken(root, ERP)).isEqualTo("first in erp.in");
    }
  }

  @Test
  void nobodySendsInTheNameOfAnother() throws Exception {
    try (JMSContext anna = as("anna")) {
      TextMessage forged = anna.createTextMessage("forged");
      forged.setStringProperty("_AMQ_VALIDATED_USER", "root");
      anna.createProducer().send(anna.createQueue(INTAKE), forged);
    }
    Message got = all(INTAKE).get(1);
    assertThat(got.getStringProperty("_AMQ_VALIDATED_USER")).isEqualTo("anna");
  }

  @Test
  void nobodyMakesAnothersMessageVanishByItsDuplicateId() throws Exception {
    for (String user : List.of("bert", "anna", "anna")) {
      try (JMSContext context = as(user)) {
        context
            .createProducer()
            .setProperty("_AMQ_DUPL_ID", "order-4711")
            .send(context.createQueue(INTAKE), "from " + user);
      }
    }
    assertThat(contents(INTAKE)).containsExactly("first in orders.in", "from bert", "from anna");
  }

  @Test
  void fieldsThatAreTooLargeDoNotStopTheServer() throws Exception {
    try (JMSContext anna = as("anna")) {
      TextMessage large = anna.createTextMessage("large");
      large.setStringProperty("field", "x".repeat(3_000_000));
      try {
        anna.createProducer().send(anna.createQueue(INTAKE), large);
      } catch (JMSRuntimeException e) {
        assertThat(e).isNotInstanceOf(JMSSecurityRuntimeException.class);
      }
    }
    assertThat(artemis.running()).isTrue();
    try (JMSContext anna = as("anna")) {
      anna.createProducer().send(anna.createQueue(INTAKE), "afterwards");
    }
    assertThat(contents(INTAKE)).contains("first in orders.in", "afterwards");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "AMQP\0\1\0\0",
        "CONNECT\naccept-version:1.2\nhost:x\nlogin:anna\npasscode:right\n\n\0",
        "GET /hornetq HTTP/1.1\r\nHost: x\r\nUpgrade: hornetq-remoting\r\n\r\n",
        "\u0010\u0010\0\u0004MQTT\u0004\2\0<\0\4anna"
      })
  void noOtherLanguageIsSpoken(String first) throws Exception {
    String url = artemis.url();
    int port = Integer.parseInt(url.substring(url.lastIndexOf(':') + 1));
    try (Socket socket = new Socket("127.0.0.1", port)) {
      socket.setSoTimeout(30_000);
      socket.getOutputStream().write(first.getBytes(StandardCharsets.ISO_8859_1));
      socket.shutdownOutput();
      InputStream in = socket.getInputStream();
      String answer = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
      assertThat(answer).doesNotContain("CONNECTED", "AMQP", "101 Switching", "200");
    }
    assertThat(artemis.running()).isTrue();
  }

  @Test
  void afterWrongPasswordsTheAddressHasToWait() throws Exception {
    for (int i = 0; i < 8; i++) {
      String guess = "guess " + i;
      assertThatThrownBy(() -> factory("").createContext("anna", guess))
          .isInstanceOf(JMSSecurityRuntimeException.class);
    }
    assertThatThrownBy(() -> factory("").createContext("anna", "right"))
        .isInstanceOf(JMSSecurityRuntimeException.class);
    assumeThat(System.getProperty("os.name").toLowerCase(Locale.ROOT)).contains("linux");
    try (JMSContext elsewhere =
        factory("?localAddress=127.0.0.2&localPort=" + freePort()).createContext("anna", "right")) {
      elsewhere.createProducer().send(elsewhere.createQueue(INTAKE), "from elsewhere");
    }
  }

  @Test
  void nobodyWritesLinesIntoTheLogByAName() {
    Logger root = (Logger) LoggerFactory.getLogger("org.apache.activemq.artemis.core.server");
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    root.addAppender(lines);
    try {
      for (String name : List.of("eve\nWARN forged", "eve\rforged", "eve\u2028forged")) {
        assertThatThrownBy(() -> factory("?callTimeout=5000").createContext(name, "x"))
            .isInstanceOf(JMSRuntimeException.class);
      }
      assertThatThrownBy(() -> factory("").createContext("eve", "x"))
          .isInstanceOf(JMSSecurityRuntimeException.class);
    } finally {
      root.detachAppender(lines);
    }
    assertThat(lines.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .anySatisfy(line -> assertThat(line).contains("Username: eve;"))
        .noneSatisfy(line -> assertThat(line).contains("forged"));
  }

  private static int seen(JMSContext context, String queue) throws JMSException {
    int number = 0;
    try (QueueBrowser browser = context.createBrowser(context.createQueue(queue))) {
      for (Enumeration<?> messages = browser.getEnumeration(); messages.hasMoreElements(); ) {
        messages.nextElement();
        number++;
      }
    }
    return number;
  }

  private static void assertRefused(ThrowingCallable attempt) {
    assertThatThrownBy(attempt)
        .satisfiesAnyOf(
            e -> assertThat(e).isInstanceOf(JMSSecurityRuntimeException.class),
            // the queue is not there, and may not be made
            e ->
                assertThat(e)
                    .hasMessageMatching(
                        "(?s).*(AMQ229032|AMQ229213|not exist|does not support|AMQ219026|AMQ229205).*"));
  }

  private JMSContext as(String user) {
    return factory("").createContext(user, "right");
  }

  private ActiveMQConnectionFactory factory(String parameters) {
    return new ActiveMQConnectionFactory(artemis.url() + parameters);
  }

  private static String taken(JMSContext context, String queue) throws JMSException {
    try (JMSConsumer consumer = context.createConsumer(context.createQueue(queue))) {
      return ((TextMessage) consumer.receive(SOON)).getText();
    }
  }

  private List<String> contents(String queue) throws JMSException {
    List<String> texts = new ArrayList<>();
    for (Message message : all(queue)) {
      texts.add(((TextMessage) message).getText());
    }
    return texts;
  }

  private List<Message> all(String queue) throws JMSException {
    List<Message> messages = new ArrayList<>();
    try (JMSContext broker = artemis.connectionFactory().createContext();
        JMSConsumer consumer = broker.createConsumer(broker.createQueue(queue))) {
      for (Message got = consumer.receive(SOON); got != null; got = consumer.receive(AT_ONCE)) {
        messages.add(got);
      }
    }
    return messages;
  }
}
