package io.waybill.bench.peers.jms;

import io.waybill.bench.candidate.Surroundings;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;

/**
 * The queue of the destination. Each thread has a session and a producer of its own, and a send
 * returns when Artemis has it on disk.
 */
public final class OutQueue {

  private record Sender(Session session, MessageProducer producer) {}

  private final Connection connection;
  private final String queue;
  private final ThreadLocal<Sender> senders = ThreadLocal.withInitial(this::sender);

  /** Connects at once. */
  public OutQueue(Surroundings here) throws JMSException {
    connection = here.connections().createConnection();
    queue = here.out();
  }

  private Sender sender() {
    try {
      Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
      return new Sender(session, session.createProducer(session.createQueue(queue)));
    } catch (JMSException e) {
      throw new IllegalStateException("No session", e);
    }
  }

  /** Returns when the document is there. */
  public void send(String id, String body) {
    Sender sender = senders.get();
    try {
      TextMessage message = sender.session().createTextMessage(body);
      message.setStringProperty("_AMQ_DUPL_ID", id);
      sender.producer().send(message);
    } catch (JMSException e) {
      throw new IllegalStateException("Not sent: " + id, e);
    }
  }
}
