package io.waybill.bench.work;

import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;

/** Sends documents to a queue, durably, many in one transaction. */
public final class Producer implements AutoCloseable {

  private final Connection connection;
  private final Session session;
  private final MessageProducer sender;

  public Producer(ConnectionFactory connections, String queue) throws JMSException {
    connection = connections.createConnection();
    session = connection.createSession(true, Session.SESSION_TRANSACTED);
    sender = session.createProducer(session.createQueue(queue));
    sender.setDeliveryMode(DeliveryMode.PERSISTENT);
    sender.setDisableMessageTimestamp(true);
    sender.setDisableMessageID(true);
  }

  /** Sends that many in one transaction and returns when they are on disk. */
  public void send(Documents documents, int number) throws JMSException {
    for (int i = 0; i < number; i++) {
      sender.send(session.createTextMessage(documents.next()));
    }
    session.commit();
  }

  /** Sends a word to the candidate that is no document. */
  public void tell(String name, int value) throws JMSException {
    Message word = session.createMessage();
    word.setIntProperty(name, value);
    sender.send(word);
    session.commit();
  }

  @Override
  public void close() throws JMSException {
    connection.close();
  }
}
