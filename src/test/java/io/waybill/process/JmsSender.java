package io.waybill.process;

import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Sends its documents in order, some in each transaction. A transaction whose end is unknown is
 * sent again as a whole.
 */
final class JmsSender implements Runnable {

  private static final int LARGEST_BATCH = 40;

  private final String source;
  private final List<TestDocument> documents;
  private final Sending sending;
  private final Random random;
  private @Nullable Connection connection;
  private @Nullable Session session;

  JmsSender(String source, List<TestDocument> documents, Sending sending, long seed) {
    this.source = source;
    this.documents = documents;
    this.sending = sending;
    this.random = new Random(seed);
  }

  @Override
  public void run() {
    int next = 0;
    while (next < documents.size()) {
      int end = Math.min(documents.size(), next + 1 + random.nextInt(LARGEST_BATCH));
      while (!sentTogether(documents.subList(next, end))) {
        sending.pause();
      }
      for (int i = next; i < end; i++) {
        sending.acknowledged(source, i + 1L, documents.get(i));
      }
      next = end;
    }
    disconnect();
  }

  private boolean sentTogether(List<TestDocument> batch) {
    if (!sending.broker().ready()) {
      return false;
    }
    try {
      Session open = session();
      try (MessageProducer producer = open.createProducer(open.createQueue(Home.INTAKE))) {
        producer.setDeliveryMode(DeliveryMode.PERSISTENT);
        for (TestDocument document : batch) {
          BytesMessage message = open.createBytesMessage();
          message.writeBytes(document.body());
          producer.send(message);
        }
        open.commit();
      }
      return true;
    } catch (JMSException e) {
      disconnect();
      return false;
    }
  }

  private Session session() throws JMSException {
    Session open = session;
    if (open == null) {
      Connection fresh = sending.broker().connections().createConnection();
      connection = fresh;
      open = fresh.createSession(true, Session.SESSION_TRANSACTED);
      session = open;
    }
    return open;
  }

  private void disconnect() {
    session = null;
    try (Connection broken = connection) {
      connection = null;
    } catch (JMSException e) {
      // it was broken already
    }
  }
}
