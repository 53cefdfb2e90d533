package io.waybill.bench.lane;

import io.waybill.bench.candidate.Surroundings;
import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The program. Usually it hands on what comes, which is how it is warmed up. When a message tells
 * it to gather so many documents, it keeps them in memory, and sends them all after the next
 * message.
 */
public final class OrderedSender {

  private static final Logger LOG = LoggerFactory.getLogger(OrderedSender.class);

  /** The property of the message that says how many documents to gather. */
  static final String GATHER = "gather";

  private static final int BATCH = 256;

  /** A document as it is sent. */
  private record Prepared(String id, byte[] body) {

    static Prepared of(Message message) throws JMSException {
      String text = ((TextMessage) message).getText();
      int from = text.indexOf("\"id\":\"") + 6;
      String id = text.substring(from, text.indexOf('"', from));
      return new Prepared(id, text.getBytes(StandardCharsets.UTF_8));
    }
  }

  private final int together;
  private final Session receiving;
  private final MessageConsumer documents;
  private final Session sending;
  private final MessageProducer destination;

  private OrderedSender(Surroundings here, int together) throws JMSException {
    this.together = together;
    Connection in = here.connections().createConnection();
    in.start();
    receiving = in.createSession(true, Session.SESSION_TRANSACTED);
    documents = receiving.createConsumer(receiving.createQueue(here.in()));
    Connection out = here.connections().createConnection();
    sending =
        together == 1
            ? out.createSession(false, Session.AUTO_ACKNOWLEDGE)
            : out.createSession(true, Session.SESSION_TRANSACTED);
    destination = sending.createProducer(sending.createQueue(here.out()));
  }

  /** Takes how many to send in one transaction. */
  public static void main(String[] arguments) throws Exception {
    OrderedSender sender = new OrderedSender(Surroundings.here(), Integer.parseInt(arguments[0]));
    new Thread(sender::run, "send").start();
    Surroundings.ready();
  }

  private void run() {
    try {
      while (true) {
        Message message = documents.receive();
        if (message.propertyExists(GATHER)) {
          List<Prepared> gathered = gather(message.getIntProperty(GATHER));
          documents.receive();
          receiving.commit();
          send(gathered);
        } else {
          send(waiting(message));
          receiving.commit();
        }
      }
    } catch (JMSException e) {
      LOG.error("The sender ended", e);
      Runtime.getRuntime().halt(1);
    }
  }

  private List<Prepared> gather(int number) throws JMSException {
    List<Prepared> gathered = new ArrayList<>(number);
    while (gathered.size() < number) {
      gathered.add(Prepared.of(documents.receive()));
    }
    receiving.commit();
    return gathered;
  }

  private List<Prepared> waiting(Message first) throws JMSException {
    List<Prepared> found = new ArrayList<>(BATCH);
    Message message = first;
    while (message != null) {
      found.add(Prepared.of(message));
      message = found.size() < BATCH ? documents.receiveNoWait() : null;
    }
    return found;
  }

  private void send(List<Prepared> prepared) throws JMSException {
    int open = 0;
    for (Prepared document : prepared) {
      BytesMessage message = sending.createBytesMessage();
      message.writeBytes(document.body());
      message.setStringProperty("_AMQ_DUPL_ID", document.id());
      destination.send(message);
      open++;
      if (open == together) {
        commit();
        open = 0;
      }
    }
    if (open > 0) {
      commit();
    }
  }

  private void commit() throws JMSException {
    if (together > 1) {
      sending.commit();
    }
  }
}
