package io.waybill.bench.peers.jms;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.waybill.bench.candidate.Surroundings;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The queue that documents come from, several of them in one transacted session. */
public final class InQueue {

  private static final long WAIT_MILLIS = 100;

  private final Surroundings here;
  private final int batch;
  private final ObjectMapper json = new ObjectMapper();

  /** Takes so many at a time, if there are so many. */
  public InQueue(Surroundings here, int batch) {
    this.here = here;
    this.batch = batch;
  }

  /** Records documents and returns when they are durable; only then they leave the queue. */
  public interface Recording {
    void record(List<Order> orders) throws Exception;
  }

  /** Takes documents in a thread of its own, as long as the program runs. */
  public void start(Recording recording) {
    Work.start("intake", () -> take(recording));
  }

  private void take(Recording recording) throws Exception {
    try (Connection connection = here.connections().createConnection()) {
      connection.start();
      Session session = connection.createSession(true, Session.SESSION_TRANSACTED);
      MessageConsumer consumer = session.createConsumer(session.createQueue(here.in()));
      while (!Thread.interrupted()) {
        List<Order> orders = next(consumer);
        if (!orders.isEmpty()) {
          recording.record(orders);
          session.commit();
        }
      }
    }
  }

  private List<Order> next(MessageConsumer consumer) throws JMSException, IOException {
    List<Order> orders = new ArrayList<>(batch);
    Message message = consumer.receive(WAIT_MILLIS);
    while (message != null) {
      orders.add(order(((TextMessage) message).getText()));
      message = orders.size() < batch ? consumer.receiveNoWait() : null;
    }
    return orders;
  }

  private Order order(String body) throws IOException {
    JsonNode order = json.readTree(body);
    return new Order(order.path("id").asText(), order.path("lane").asText(), body);
  }
}
