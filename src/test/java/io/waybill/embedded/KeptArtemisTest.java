package io.waybill.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import jakarta.jms.BytesMessage;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.Message;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("An Artemis that stops itself")
@Timeout(180)
class KeptArtemisTest {

  private static final String QUEUE = "orders";
  private static final int MEGABYTE = 1024 * 1024;
  private static final int MANY = 1_000_000;
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private static final ArtemisAccess ALICE =
      new ArtemisAccess() {
        @Override
        public boolean authenticate(String user, String password, String from) {
          return user.equals("alice");
        }

        @Override
        public boolean authorize(String user, Permission permission, String address) {
          return true;
        }
      };

  @TempDir Path folder;

  @ParameterizedTest(name = "writing {0}")
  @CsvSource({"the journal, 60000, 400", "pages, 60000, 1", "large messages, 400000, 400"})
  void becauseItsDiskIsFullIsStartedAgainAndHasAllItAcknowledged(
      String what, int bytes, int megabytesOfMemory) throws Exception {
    Optional<TinyDisk> mounted = TinyDisk.mount(folder, 120);
    assumeTrue(mounted.isPresent(), "no volume may be mounted here: no disk is filled");
    try (TinyDisk disk = mounted.orElseThrow();
        KeptArtemis artemis =
            KeptArtemis.start(disk.folder().resolve("artemis"), settings(megabytesOfMemory));
        Sender near = new Sender("near", bytes, artemis.connectionFactory());
        Sender far =
            new Sender(
                "far", bytes, new ActiveMQConnectionFactory(artemis.url(), "alice", "secret"))) {
      sendAndAwait(near, far);
      EmbeddedArtemis before = artemis.server();

      disk.fill();
      near.sendOn(MANY);
      far.sendOn(MANY);
      await().atMost(PATIENCE).until(() -> before.ended().isDone());
      near.sendOn(0);
      far.sendOn(0);
      disk.free();

      sendAndAwait(near, far);
      List<String> acknowledged = new ArrayList<>(near.acknowledged);
      acknowledged.addAll(far.acknowledged);
      assertThat(received(artemis, bytes)).containsAll(acknowledged).doesNotHaveDuplicates();
    }
  }

  @Test
  void tellsSendersThatItsDiskIsAlmostFullAndDoesNotStop() throws Exception {
    Optional<TinyDisk> mounted = TinyDisk.mount(folder, 120);
    assumeTrue(mounted.isPresent(), "no volume may be mounted here: no disk is filled");
    try (TinyDisk disk = mounted.orElseThrow();
        KeptArtemis artemis =
            KeptArtemis.start(
                disk.folder().resolve("artemis"), settings(20).withFreeBytes(40L * MEGABYTE));
        Sender near = new Sender("near", 1_000, artemis.connectionFactory());
        Sender far =
            new Sender(
                "far", 1_000, new ActiveMQConnectionFactory(artemis.url(), "alice", "secret"))) {
      sendAndAwait(near, far);
      EmbeddedArtemis before = artemis.server();

      disk.fillBut(30L * MEGABYTE);
      near.sendOn(MANY);
      far.sendOn(MANY);
      await().atMost(PATIENCE).until(() -> near.refused() > 2 && far.refused() > 2);
      near.sendOn(0);
      far.sendOn(0);
      disk.free();

      sendAndAwait(near, far);
      assertThat(artemis.server()).isSameAs(before);
      assertThat(artemis.server().running()).isTrue();
    }
  }

  @Test
  void isStartedAgainEachTime() throws Exception {
    try (KeptArtemis artemis = KeptArtemis.start(folder, settings(20));
        Sender near = new Sender("near", 100, artemis.connectionFactory());
        Sender far =
            new Sender(
                "far", 100, new ActiveMQConnectionFactory(artemis.url(), "alice", "secret"))) {
      for (int time = 0; time < 3; time++) {
        sendAndAwait(near, far);
        EmbeddedArtemis before = artemis.server();
        // as its journal does
        before
            .server()
            .getIoCriticalErrorListener()
            .onIOException(new IOException("time " + time), "time " + time, null);
        await().atMost(PATIENCE).until(() -> artemis.server() != before);
        assertThat(before.ended()).isCompletedWithValue("time " + time);
      }
      sendAndAwait(near, far);
      assertThat(received(artemis, 100)).hasSize(160).doesNotHaveDuplicates();
    }
  }

  private static void sendAndAwait(Sender near, Sender far) {
    near.sendOn(20);
    far.sendOn(20);
    await().atMost(PATIENCE).until(() -> near.waits() && far.waits());
  }

  private static ArtemisSettings settings(int megabytes) throws IOException {
    return ArtemisSettings.defaults(ALICE)
        .withPort(freePort())
        // the disk is to break it: no space is kept free
        .withFreeBytes(-1)
        .withMemory(megabytes * MEGABYTE, 2L * megabytes * MEGABYTE);
  }

  /** The ids of all messages that are there, and whole. */
  private static List<String> received(KeptArtemis artemis, int bytes) throws JMSException {
    List<String> ids = new ArrayList<>();
    try (JMSContext context = artemis.connectionFactory().createContext()) {
      JMSConsumer consumer = context.createConsumer(context.createQueue(QUEUE));
      for (Message message = consumer.receive(5_000);
          message != null;
          message = consumer.receive(1_000)) {
        // those of other users are set apart by the user's name
        String id = message.getStringProperty("_AMQ_DUPL_ID").replaceFirst("^alice ", "");
        assertThat(message.getBody(byte[].class)).as(id).isEqualTo(body(id, bytes));
        ids.add(id);
      }
    }
    return ids;
  }

  private static byte[] body(String id, int bytes) {
    byte[] body = new byte[bytes];
    new Random(id.hashCode()).nextBytes(body);
    return body;
  }

  private static int freePort() throws IOException {
    try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return any.getLocalPort();
    }
  }

  /** Sends one message after the other, each until it is acknowledged. */
  private static final class Sender implements AutoCloseable {

    private final List<String> acknowledged = new CopyOnWriteArrayList<>();
    private final String name;
    private final int bytes;
    private final ConnectionFactory connections;
    private final Thread thread;
    private int goal;
    private int refused;
    private boolean closed;

    Sender(String name, int bytes, ConnectionFactory connections) {
      this.name = name;
      this.bytes = bytes;
      this.connections = connections;
      this.thread = new Thread(this::sendAll, "sender " + name);
      thread.start();
    }

    /** So many more than are acknowledged by now. */
    synchronized void sendOn(int number) {
      goal = acknowledged.size() + number;
      notifyAll();
    }

    synchronized boolean waits() {
      return acknowledged.size() >= goal;
    }

    private synchronized void refuse() {
      refused++;
    }

    synchronized int refused() {
      return refused;
    }

    private synchronized boolean hasMore() {
      while (!closed && waits()) {
        try {
          wait();
        } catch (InterruptedException e) {
          return false;
        }
      }
      return !closed;
    }

    private void sendAll() {
      while (hasMore()) {
        try (JMSContext context = connections.createContext()) {
          while (hasMore()) {
            String id = name + " " + acknowledged.size();
            BytesMessage message = context.createBytesMessage();
            message.writeBytes(body(id, bytes));
            message.setStringProperty("_AMQ_DUPL_ID", id);
            context.createProducer().send(context.createQueue(QUEUE), message);
            acknowledged.add(id);
          }
        } catch (JMSRuntimeException | JMSException e) {
          refuse(); // and once more
        }
      }
    }

    @Override
    public void close() throws InterruptedException {
      synchronized (this) {
        closed = true;
        notifyAll();
      }
      thread.join();
    }
  }
}
