package io.waybill.cli.demo;

import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;

/** A JMS program as any other: it knows the address, a user, and the queue. */
final class JmsSender implements Sender {

  static final String QUEUE = "orders.in";

  private final Connection connection;
  private final Session session;
  private final MessageProducer producer;

  JmsSender(ConnectionFactory connections) throws JMSException {
    this.connection = connections.createConnection();
    this.session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
    this.producer = session.createProducer(session.createQueue(QUEUE));
    producer.setDeliveryMode(DeliveryMode.PERSISTENT);
  }

  @Override
  public String send(Sample sample, boolean again) throws JMSException {
    BytesMessage message = session.createBytesMessage();
    message.writeBytes(sample.body());
    producer.send(message);
    return "taken from the queue, no second row";
  }

  @Override
  public void close() throws JMSException {
    connection.close();
  }
}
