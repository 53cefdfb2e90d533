package io.waybill.bench.limit;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.waybill.bench.candidate.Surroundings;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The program: three threads, one for each of intake, sending and the last update, with a short
 * queue between each two. As one thread sends what one thread received, every lane keeps its order.
 */
public final class Stripped {

  private static final Logger LOG = LoggerFactory.getLogger(Stripped.class);

  static final int BATCH = 256;

  /** Batches between two threads. */
  private static final int BETWEEN = 8;

  private static final long WAIT_MILLIS = 100;

  private final Surroundings here;
  private final JsonFactory json = new JsonFactory();
  private final BlockingQueue<List<Order>> toSend = new ArrayBlockingQueue<>(BETWEEN);
  private final BlockingQueue<List<Order>> sent = new ArrayBlockingQueue<>(BETWEEN);
  private long seq;

  private Stripped(Surroundings here) {
    this.here = here;
  }

  public static void main(String[] arguments) throws Exception {
    new Stripped(Surroundings.here()).run();
  }

  /** Work that ends only by an error, and then the whole program ends with it. */
  private interface Work {
    void run() throws Exception;
  }

  private void run() throws Exception {
    Rows rows = new Rows(here);
    recover(rows);
    seq = rows.last();
    start("send", this::send);
    start("update", this::update);
    start("intake", () -> intake(rows));
    Surroundings.ready();
  }

  private static void start(String name, Work work) {
    new Thread(
            () -> {
              try {
                work.run();
              } catch (Exception e) {
                LOG.error("Thread {} ended", name, e);
                Runtime.getRuntime().halt(1);
              }
            },
            name)
        .start();
  }

  /**
   * One by one: of a transaction in which one message is a duplicate Artemis would drop the others
   * too.
   */
  private void recover(Rows rows) throws Exception {
    List<Order> open = rows.open();
    try (Connection connection = here.connections().createConnection()) {
      Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
      MessageProducer producer = session.createProducer(session.createQueue(here.out()));
      for (Order order : open) {
        producer.send(message(session, order));
      }
    }
    if (!open.isEmpty()) {
      rows.posted(open);
    }
  }

  private static Message message(Session session, Order order) throws JMSException {
    Message message = session.createTextMessage(order.body());
    message.setStringProperty("_AMQ_DUPL_ID", order.id());
    return message;
  }

  private void intake(Rows rows) throws Exception {
    try (Connection connection = here.connections().createConnection()) {
      connection.start();
      Session session = connection.createSession(true, Session.SESSION_TRANSACTED);
      MessageConsumer consumer = session.createConsumer(session.createQueue(here.in()));
      while (true) {
        List<Order> batch = batch(consumer);
        if (!batch.isEmpty()) {
          List<Order> fresh = rows.insert(batch);
          session.commit();
          toSend.put(fresh);
        }
      }
    }
  }

  private List<Order> batch(MessageConsumer consumer) throws JMSException, IOException {
    List<Order> batch = new ArrayList<>(BATCH);
    Message message = consumer.receive(WAIT_MILLIS);
    while (message != null) {
      batch.add(order(((TextMessage) message).getText()));
      message = batch.size() < BATCH ? consumer.receiveNoWait() : null;
    }
    return batch;
  }

  /** Reads what it needs and no further. */
  private Order order(String body) throws IOException {
    String id = "";
    String lane = "";
    try (JsonParser parser = json.createParser(body)) {
      while ((id.isEmpty() || lane.isEmpty()) && parser.nextToken() != null) {
        if (parser.currentToken() == JsonToken.VALUE_STRING) {
          switch (parser.currentName()) {
            case "id" -> id = parser.getText();
            case "lane" -> lane = parser.getText();
            default -> {
              // of no interest
            }
          }
        }
      }
    }
    return new Order(++seq, id, lane, body);
  }

  private void send() throws Exception {
    try (Connection connection = here.connections().createConnection()) {
      Session session = connection.createSession(true, Session.SESSION_TRANSACTED);
      MessageProducer producer = session.createProducer(session.createQueue(here.out()));
      while (true) {
        List<Order> batch = toSend.take();
        for (Order order : batch) {
          producer.send(message(session, order));
        }
        session.commit();
        sent.put(batch);
      }
    }
  }

  private void update() throws Exception {
    Rows rows = new Rows(here);
    while (true) {
      List<Order> batch = new ArrayList<>(sent.take());
      List<Order> next = sent.poll();
      while (next != null) {
        batch.addAll(next);
        next = sent.poll();
      }
      rows.posted(batch);
    }
  }
}
