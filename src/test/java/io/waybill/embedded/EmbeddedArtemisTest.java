package io.waybill.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.waybill.embedded.ArtemisAccess.Permission;
import io.waybill.embedded.EmbeddedStartException.Problem;
import jakarta.jms.BytesMessage;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSProducer;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.JMSSecurityException;
import jakarta.jms.JMSSecurityRuntimeException;
import jakarta.jms.Message;
import jakarta.jms.ObjectMessage;
import jakarta.jms.TextMessage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.core.paging.PagingStore;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedArtemisTest {

  private static final String QUEUE = "orders";
  private static final int MEGABYTE = 1024 * 1024;
  private static final long SOON = 20_000;
  private static final long AT_ONCE = 200;

  /** Alice may send to the queue and nothing else. */
  private static final ArtemisAccess ACCESS =
      new ArtemisAccess() {
        @Override
        public boolean authenticate(String user, String password, String from) {
          return user.equals("alice") && password.equals("secret");
        }

        @Override
        public boolean authorize(String user, Permission permission, String address) {
          return user.equals("alice") && permission == Permission.SEND && address.equals(QUEUE);
        }
      };

  private static final ArtemisSettings SETTINGS = ArtemisSettings.defaults(ACCESS).withPort(0);

  @TempDir Path folder;

  @Test
  void keepsDurableMessagesOverARestart() throws Exception {
    try (EmbeddedArtemis artemis = EmbeddedArtemis.start(folder, SETTINGS)) {
      send(artemis.connectionFactory(), "first", "second");
    }
    try (EmbeddedArtemis artemis = EmbeddedArtemis.start(folder, SETTINGS)) {
      assertThat(receive(artemis, 2)).containsExactly("first", "second");
    }
  }

  @Test
  void forcesEverySendAndEveryCommitToDisk() throws Exception {
    int number = 30;
    try (EmbeddedArtemis artemis = EmbeddedArtemis.start(folder, SETTINGS);
        JMSContext single = artemis.connectionFactory().createContext();
        JMSContext transacted =
            artemis.connectionFactory().createContext(JMSContext.SESSION_TRANSACTED)) {
      JMSProducer producer = single.createProducer();
      producer.send(single.createQueue(QUEUE), "creates the queue");
      Optional<SyncCount> strace = SyncCount.of(ProcessHandle.current().pid(), folder);
      assumeTrue(strace.isPresent(), "strace is missing or not permitted: syncs are not counted");
      try (SyncCount count = strace.orElseThrow()) {
        for (int i = 0; i < number; i++) {
          producer.send(single.createQueue(QUEUE), "single " + i);
          transacted.createProducer().send(transacted.createQueue(QUEUE), "transacted " + i);
          transacted.commit();
        }
        assertThat(count.stop()).isGreaterThanOrEqualTo(2 * number);
      }
    }
  }

  @Test
  void dropsADuplicateIdEvenAfterARestart() throws Exception {
    try (EmbeddedArtemis artemis = EmbeddedArtemis.start(folder, SETTINGS)) {
      sendWithId(artemis, "original", "posting-1");
      sendWithId(artemis, "repeated", "posting-1");
    }
    try (EmbeddedArtemis artemis = EmbeddedArtemis.start(folder, SETTINGS)) {
      sendWithId(artemis, "repeated later", "posting-1");
      sendWithId(artemis, "another", "posting-2");
      assertThat(receive(artemis, 2)).containsExactly("original", "another");
      assertThat(isEmpty(artemis)).isTrue();
    }
  }

  @Test
  void remembersAsManyIdsAsItIsTold() throws Exception {
    try (EmbeddedArtemis artemis = EmbeddedArtemis.start(folder, SETTINGS.withDuplicateIds(2))) {
      for (String id : List.of("1", "2", "3", "1", "3")) {
        sendWithId(artemis, id, id);
      }
      assertThat(receive(artemis, 4)).containsExactly("1", "2", "3", "1");
      assertThat(isEmpty(artemis)).isTrue();
    }
    assertThat(SETTINGS.duplicateIds()).isEqualTo(200_000);
  }

  @Test
  void pagesInsteadOfMakingSendersWait() throws Exception {
    ArtemisSettings small = SETTINGS.withMemory(2 * MEGABYTE, 8 * MEGABYTE);
    int number = 60;
    try (EmbeddedArtemis artemis = EmbeddedArtemis.start(folder, small)) {
      try (JMSContext context = artemis.connectionFactory().createContext()) {
        for (int i = 0; i < number; i++) {
          BytesMessage message = context.createBytesMessage();
          message.writeBytes(new byte[90_000]);
          message.setIntProperty("position", i);
          context.createProducer().send(context.createQueue(QUEUE), message);
        }
      }
      PagingStore store = artemis.server().getPagingManager().getPageStore(SimpleString.of(QUEUE));
      assertThat(store.isPaging()).isTrue();
      assertThat(positions(artemis, number)).hasSize(number).isSorted();
    }
  }

  @Test
  void neverRemovesAMessageForHavingBeenDeliveredTooOften() throws Exception {
    try (EmbeddedArtemis artemis = EmbeddedArtemis.start(folder, SETTINGS)) {
      send(artemis.connectionFactory(), "stubborn");
      try (JMSContext context =
          artemis.connectionFactory().createContext(JMSContext.SESSION_TRANSACTED)) {
        JMSConsumer consumer = context.createConsumer(context.createQueue(QUEUE));
        for (int delivery = 1; delivery <= 15; delivery++) {
          Message message = consumer.receive(SOON);
          assertThat(message.getIntProperty("JMSXDeliveryCount")).isEqualTo(delivery);
          context.rollback();
        }
      }
      assertThat(receive(artemis, 1)).containsExactly("stubborn");
    }
  }

  @Test
  void hasAPlaceForDeadAndForExpiredMessages() throws Exception {
    try (EmbeddedArtemis artemis = EmbeddedArtemis.start(folder, SETTINGS);
        JMSContext context = artemis.connectionFactory().createContext()) {
      context.createProducer().setTimeToLive(1).send(context.createQueue(QUEUE), "short-lived");
      JMSConsumer orders = context.createConsumer(context.createQueue(QUEUE));
      JMSConsumer expired = context.createConsumer(context.createQueue(EmbeddedArtemis.EXPIRED));
      assertThat(orders.receive(AT_ONCE)).isNull();
      assertThat(((TextMessage) expired.receive(SOON)).getText()).isEqualTo("short-lived");
      assertThat(artemis.server().locateQueue(EmbeddedArtemis.DEAD_LETTERS)).isNotNull();
    }
  }

  @Test
  void letsNobodyInWithoutTheRightPassword() throws Exception {
    int port = freePort();
    try (EmbeddedArtemis artemis = EmbeddedArtemis.start(folder, SETTINGS.withPort(port))) {
      for (String[] wrong :
          new String[][] {
            {"alice", "guess"}, {"mallory", "secret"}, {ArtemisSecurity.BROKER, "guess"}, {"", ""}
          }) {
        assertThatThrownBy(() -> remote(artemis).createConnection(wrong[0], wrong[1]))
            .isInstanceOf(JMSSecurityException.class);
      }
      assertThatThrownBy(() -> remote(artemis).createConnection())
          .isInstanceOf(JMSSecurityException.class);
      assertThatThrownBy(() -> artemis.connectionFactory("alice", "guess").createContext())
          .isInstanceOf(JMSSecurityRuntimeException.class);
    }
  }

  @Test
  void asksForEveryPermission() throws Exception {
    int port = freePort();
    try (EmbeddedArtemis artemis = EmbeddedArtemis.start(folder, SETTINGS.withPort(port))) {
      send(artemis.connectionFactory(), "makes the queue");
      try (JMSContext alice = remote(artemis).createContext("alice", "secret")) {
        alice.createProducer().send(alice.createQueue(QUEUE), "from alice");
        assertThatThrownBy(
                () -> alice.createProducer().send(alice.createQueue("forbidden"), "from alice"))
            .isInstanceOf(JMSSecurityRuntimeException.class);
        assertThatThrownBy(() -> alice.createConsumer(alice.createQueue(QUEUE)))
            .isInstanceOf(JMSSecurityRuntimeException.class);
        assertThatThrownBy(
                () ->
                    alice
                        .createProducer()
                        .send(alice.createQueue("activemq.management"), "destroy"))
            .isInstanceOf(JMSSecurityRuntimeException.class);
      }
      assertThat(receive(artemis, 2)).containsExactly("makes the queue", "from alice");
    }
  }

  @Test
  void anObjectInAMessageCannotBeOpened() throws Exception {
    try (EmbeddedArtemis artemis = EmbeddedArtemis.start(folder, SETTINGS);
        JMSContext context = artemis.connectionFactory().createContext()) {
      context
          .createProducer()
          .send(context.createQueue(QUEUE), new ArrayList<>(List.of("anything")));
      ObjectMessage message =
          (ObjectMessage) context.createConsumer(context.createQueue(QUEUE)).receive(SOON);
      assertThatThrownBy(message::getObject).isInstanceOf(JMSException.class);
    }
  }

  @Test
  void tellsTheSenderThatTheDiskIsFull() throws Exception {
    EmbeddedArtemis.start(folder, SETTINGS).close();
    try (EmbeddedArtemis artemis = EmbeddedArtemis.start(folder, SETTINGS)) {
      send(artemis.connectionFactory(), "fits");
      artemis.server().getMonitor().setMinDiskFree(Long.MAX_VALUE).tick();
      assertThatThrownBy(() -> send(artemis.connectionFactory(), "does not fit"))
          .isInstanceOf(JMSRuntimeException.class);
      artemis.server().getMonitor().setMinDiskFree(1).tick();
      send(artemis.connectionFactory(), "fits again");
      assertThat(receive(artemis, 2)).containsExactly("fits", "fits again");
    }
  }

  @Test
  void refusesAPortThatIsTaken() throws Exception {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      ArtemisSettings taken = SETTINGS.withPort(other.getLocalPort());
      assertThatThrownBy(() -> EmbeddedArtemis.start(folder, taken))
          .hasMessageContaining("127.0.0.1:" + other.getLocalPort())
          .extracting("problem")
          .isEqualTo(Problem.PORT_IN_USE);
    }
    EmbeddedArtemis.start(folder, SETTINGS).close();
  }

  @Test
  void refusesAFolderThatIsInUse() {
    try (EmbeddedArtemis artemis = EmbeddedArtemis.start(folder, SETTINGS)) {
      assertThatThrownBy(() -> EmbeddedArtemis.start(folder, SETTINGS))
          .extracting("problem")
          .isEqualTo(Problem.FOLDER_IN_USE);
      assertThat(artemis.running()).isTrue();
    }
  }

  @Test
  void gathersWritesForAsLongAsTheDiskNeeds() throws Exception {
    DiskSpeed measured = DiskSpeed.of(folder);
    try (EmbeddedArtemis artemis = EmbeddedArtemis.start(folder, SETTINGS)) {
      assertThat(artemis.server().getConfiguration().getJournalBufferTimeout_NIO())
          .isPositive()
          .isLessThanOrEqualTo((int) measured.sync().toNanos());
    }
  }

  @Test
  void aDiskThatWasBusyWhenItWasMeasuredIsMeasuredAgain() throws Exception {
    Files.writeString(folder.resolve("disk.properties"), "sync-nanos=900000000");

    var unused = DiskSpeed.of(folder);

    assertThat(folder.resolve("disk.properties")).content().doesNotContain("900000000");
  }

  @Test
  void theBestMeasurementOfTheDiskIsKept() throws Exception {
    Files.writeString(folder.resolve("disk.properties"), "sync-nanos=10000");

    assertThat(DiskSpeed.of(folder).sync()).isEqualTo(Duration.ofNanos(10_000));
  }

  private static void send(ConnectionFactory factory, String... texts) {
    try (JMSContext context = factory.createContext()) {
      for (String text : texts) {
        context.createProducer().send(context.createQueue(QUEUE), text);
      }
    }
  }

  private static void sendWithId(EmbeddedArtemis artemis, String text, String id) {
    try (JMSContext context = artemis.connectionFactory().createContext()) {
      context
          .createProducer()
          .setDeliveryMode(DeliveryMode.PERSISTENT)
          .setProperty("_AMQ_DUPL_ID", id)
          .send(context.createQueue(QUEUE), text);
    }
  }

  private static List<String> receive(EmbeddedArtemis artemis, int number) throws JMSException {
    List<String> texts = new ArrayList<>();
    try (JMSContext context = artemis.connectionFactory().createContext()) {
      JMSConsumer consumer = context.createConsumer(context.createQueue(QUEUE));
      for (int i = 0; i < number; i++) {
        Message message = consumer.receive(SOON);
        assertThat(message).as("message %d of %d", i + 1, number).isNotNull();
        texts.add(((TextMessage) message).getText());
      }
    }
    return texts;
  }

  private static List<Integer> positions(EmbeddedArtemis artemis, int number) throws JMSException {
    List<Integer> positions = new ArrayList<>();
    try (JMSContext context = artemis.connectionFactory().createContext()) {
      JMSConsumer consumer = context.createConsumer(context.createQueue(QUEUE));
      for (int i = 0; i < number; i++) {
        positions.add(consumer.receive(SOON).getIntProperty("position"));
      }
    }
    return positions;
  }

  private static boolean isEmpty(EmbeddedArtemis artemis) {
    try (JMSContext context = artemis.connectionFactory().createContext()) {
      return context.createConsumer(context.createQueue(QUEUE)).receive(AT_ONCE) == null;
    }
  }

  private static ConnectionFactory remote(EmbeddedArtemis artemis) {
    return EmbeddedArtemis.harmless(new ActiveMQConnectionFactory(artemis.url()));
  }

  private static int freePort() throws IOException {
    try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return any.getLocalPort();
    }
  }
}
