package io.waybill.bench.judge;

import io.waybill.bench.work.Documents;
import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;

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
    Count count = new Count(sample, sent);
    try (Connection connection = connections.createConnection()) {
      connection.start();
      Session session = connection.createSession(true, Session.SESSION_TRANSACTED);
      MessageConsumer consumer = session.createConsumer(session.createQueue(queue));
      Message message = consumer.receive(LAST_MILLIS);
      while (message != null) {
        count.add(text(message));
        if (count.arrived % PORTION == 0) {
          session.commit();
        }
        message = consumer.receive(LAST_MILLIS);
      }
      session.commit();
    }
    return count.verdict();
  }

  private static String text(Message message) throws JMSException {
    if (message instanceof TextMessage text) {
      return text.getText();
    }
    BytesMessage bytes = (BytesMessage) message;
    byte[] body = new byte[(int) bytes.getBodyLength()];
    bytes.readBytes(body);
    return new String(body, StandardCharsets.UTF_8);
  }

  private static final class Count {
    private final String sample;
    private final int sent;
    private final BitSet seen;
    private final int[] last = new int[Documents.LANES];
    private int arrived;
    private int duplicates;
    private int inversions;
    private int strays;

    Count(String sample, int sent) {
      this.sample = sample;
      this.sent = sent;
      this.seen = new BitSet(sent);
    }

    void add(String document) {
      arrived++;
      String id = between(document, "\"id\":\"", "\"");
      int hyphen = id.indexOf('-');
      if (!id.substring(0, hyphen).equals(sample)) {
        strays++;
        return;
      }
      int index = Integer.parseInt(id.substring(hyphen + 1));
      if (seen.get(index)) {
        duplicates++;
        return;
      }
      seen.set(index);
      int lane = Integer.parseInt(between(document, "\"lane\":\"L", "\""));
      int number = Integer.parseInt(between(document, "\"number\":", ","));
      if (number < last[lane]) {
        inversions++;
      }
      last[lane] = Math.max(last[lane], number);
    }

    private static String between(String text, String before, String after) {
      int from = text.indexOf(before) + before.length();
      return text.substring(from, text.indexOf(after, from));
    }

    Verdict verdict() {
      return new Verdict(sent, arrived, duplicates, sent - seen.cardinality(), inversions, strays);
    }
  }
}
