package io.waybill.bench.latency;

import io.waybill.bench.judge.Tally;
import io.waybill.bench.judge.Verdict;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Session;
import java.util.Arrays;
import org.apache.activemq.artemis.api.jms.ActiveMQJMSConstants;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;

/**
 * Takes from the queue of the destination as the messages come and notes the moment of each. The
 * server deletes them when it delivers them: that is the least that receiving can cost it.
 */
final class Arrivals implements AutoCloseable {

  private final Connection connection;
  private final Tally tally;
  private final long[] moments;
  private volatile int arrived;

  Arrivals(ActiveMQConnectionFactory connections, String queue, String sample, int number)
      throws JMSException {
    tally = new Tally(sample, number);
    moments = new long[number];
    connection = connections.createConnection();
    Session session = connection.createSession(false, ActiveMQJMSConstants.PRE_ACKNOWLEDGE);
    session.createConsumer(session.createQueue(queue)).setMessageListener(this::arrived);
    connection.start();
  }

  private void arrived(Message message) {
    long now = System.nanoTime();
    try {
      int index = tally.add(message);
      if (index >= 0) {
        moments[index] = now;
      }
      arrived = tally.arrived();
    } catch (JMSException e) {
      throw new IllegalStateException("A message cannot be read", e);
    }
  }

  /** How many messages have come. */
  long count() {
    return arrived;
  }

  /** From the time at which each was to be sent until it came; those that did not come left out. */
  Delays since(OpenLoad load, long begin) {
    long[] nanos = new long[moments.length];
    int number = 0;
    for (int i = 0; i < moments.length; i++) {
      if (moments[i] != 0) {
        nanos[number++] = moments[i] - begin - load.due(i);
      }
    }
    return new Delays(Arrays.copyOf(nanos, number));
  }

  /** Documents a second between the first and the last one. */
  double perSecond() {
    long[] came = Arrays.stream(moments).filter(moment -> moment != 0).sorted().toArray();
    return came.length < 2 ? 0 : (came.length - 1) / ((came[came.length - 1] - came[0]) / 1e9);
  }

  Verdict verdict() {
    return tally.verdict();
  }

  @Override
  public void close() throws JMSException {
    connection.close();
  }
}
