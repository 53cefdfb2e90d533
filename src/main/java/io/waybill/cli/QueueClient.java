package io.waybill.cli;

import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.JMSSecurityException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.jspecify.annotations.Nullable;

/** Sends documents to a queue, as any JMS program would. */
final class QueueClient implements AutoCloseable {

  private final Connection connection;
  private final Session session;
  private final MessageProducer producer;
  private final String queue;

  /** A document is durable in the queue when it was sent. */
  QueueClient(String url, String user, String password, String queue) {
    this.queue = queue;
    try {
      ActiveMQConnectionFactory factory = new ActiveMQConnectionFactory(url, user, password);
      factory.setConnectionTTL(30_000);
      factory.setBlockOnDurableSend(true);
      connection = factory.createConnection();
      session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
      producer = session.createProducer(session.createQueue(queue));
    } catch (JMSSecurityException e) {
      throw refused(e);
    } catch (JMSException | IllegalArgumentException e) {
      throw new CommandFailed(
          ExitCode.UNREACHABLE,
          "the JMS server at %s cannot be reached: %s".formatted(url, e.getMessage()));
    }
  }

  private CommandFailed refused(JMSException e) {
    return new CommandFailed(
        ExitCode.NOT_ALLOWED,
        "the JMS server refuses queue '%s': %s".formatted(queue, e.getMessage()));
  }

  void send(byte[] document, @Nullable String operation, @Nullable String id, String contentType) {
    try {
      BytesMessage message = session.createBytesMessage();
      message.writeBytes(document);
      message.setStringProperty("Content_HYPHEN_Type", contentType);
      if (operation != null) {
        message.setStringProperty("waybill_operation", operation);
      }
      if (id != null) {
        message.setStringProperty("waybill_message_id", id);
      }
      producer.send(message);
    } catch (JMSSecurityException e) {
      throw refused(e);
    } catch (JMSException e) {
      throw new CommandFailed(
          ExitCode.UNREACHABLE,
          "queue '%s' did not take it: %s. Send it again".formatted(queue, e.getMessage()));
    }
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (JMSException e) {
      throw new CommandFailed(ExitCode.UNREACHABLE, "the connection ended: " + e.getMessage());
    }
  }
}
