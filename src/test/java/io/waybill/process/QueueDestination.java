package io.waybill.process;

import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;

/**
 * The application behind a queue: writes what comes down in its log, in order, and then takes it.
 */
final class QueueDestination {

  private static final int AT_ONCE = 200;
  private static final long PATIENCE_MILLIS = 1_000;

  private final String queue;
  private final DestinationLog log;

  /** What was written down but came again, because the queue was not told in time. */
  private final Set<String> written = new HashSet<>();

  QueueDestination(String queue, DestinationLog log) {
    this.queue = queue;
    this.log = log;
  }

  /** Takes all that is there. */
  void drain(ConnectionFactory connections) throws JMSException {
    try (Connection connection = connections.createConnection();
        Session session = connection.createSession(true, Session.SESSION_TRANSACTED);
        MessageConsumer consumer = session.createConsumer(session.createQueue(queue))) {
      connection.start();
      int taken = 0;
      Message message = consumer.receive(PATIENCE_MILLIS);
      while (message != null) {
        if (written.add(message.getJMSMessageID())) {
          log.recordEffect(message.getStringProperty("waybill_posting_id"), body(message));
        }
        taken++;
        if (taken % AT_ONCE == 0) {
          session.commit();
        }
        message = consumer.receive(PATIENCE_MILLIS);
      }
      session.commit();
    }
  }

  private static byte[] body(Message message) throws JMSException {
    if (message instanceof TextMessage text) {
      return text.getText().getBytes(StandardCharsets.UTF_8);
    }
    BytesMessage bytes = (BytesMessage) message;
    byte[] body = new byte[Math.toIntExact(bytes.getBodyLength())];
    bytes.readBytes(body);
    return body;
  }
}
