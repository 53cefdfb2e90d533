package io.waybill.bench.door;

import io.waybill.bench.work.Documents;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import jakarta.jms.Session;

/** A program that makes the documents itself; its queue tells it which. */
final class LoadSource implements Source {

  private final ConnectionFactory connections;
  private final String queue;
  private String order = "";

  LoadSource(ConnectionFactory connections, String queue) {
    this.connections = connections;
    this.queue = queue;
  }

  @Override
  public void fill(Documents documents, int number) {
    order = "%s %d %s".formatted(documents.sample(), number, documents.skew());
  }

  @Override
  public void release() throws JMSException {
    try (Connection connection = connections.createConnection()) {
      Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
      session.createProducer(session.createQueue(queue)).send(session.createTextMessage(order));
    }
  }

  @Override
  public long waiting() {
    return 0;
  }

  @Override
  public void close() {
    // nothing stays open
  }
}
