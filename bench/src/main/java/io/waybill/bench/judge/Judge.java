package io.waybill.bench.judge;

import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;

/**
 * Empties the queue of the destination when a sample is over, and judges it. The queue keeps the
 * order of arrival, so nothing is lost by not reading meanwhile, and reading costs no candidate
 * anything.
 */
public final class Judge {

  private static final int PORTION = 1000;
  private static final long LAST_MILLIS = 300;

  private final ConnectionFactory connections;

  public Judge(ConnectionFactory connections) {
    this.connections = connections;
  }

  /** Judges what lies in the queue; it is empty then. */
  public Verdict judge(String queue, String sample, int sent) throws JMSException {
    Tally tally = new Tally(sample, sent);
    try (Connection connection = connections.createConnection()) {
      connection.start();
      Session session = connection.createSession(true, Session.SESSION_TRANSACTED);
      MessageConsumer consumer = session.createConsumer(session.createQueue(queue));
      Message message = consumer.receive(LAST_MILLIS);
      while (message != null) {
        tally.add(message);
        if (tally.arrived() % PORTION == 0) {
          session.commit();
        }
        message = consumer.receive(LAST_MILLIS);
      }
      session.commit();
    }
    return tally.verdict();
  }
}
