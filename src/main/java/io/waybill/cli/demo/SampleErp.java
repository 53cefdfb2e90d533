package io.waybill.cli.demo;

import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The ERP: takes orders from its queue and keeps them in the order in which they came. */
final class SampleErp implements AutoCloseable {

  private static final String QUEUE = "erp.orders";

  private final Connection connection;
  private final List<byte[]> received = new ArrayList<>();

  SampleErp(ConnectionFactory connections) throws JMSException {
    this.connection = connections.createConnection();
    Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
    session.createConsumer(session.createQueue(QUEUE)).setMessageListener(this::receive);
    connection.start();
  }

  /** The bodies it got. */
  synchronized List<byte[]> received() {
    return List.copyOf(received);
  }

  private synchronized void receive(Message message) {
    try {
      received.add(body(message));
    } catch (JMSException e) {
      throw new IllegalStateException("The ERP cannot read a message", e);
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

  @Override
  public void close() throws JMSException {
    connection.close();
  }
}
