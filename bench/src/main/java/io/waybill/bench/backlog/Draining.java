package io.waybill.bench.backlog;

import io.waybill.bench.judge.Tally;
import io.waybill.bench.run.Stopwatch;
import io.waybill.bench.run.Visit;
import io.waybill.bench.run.Waiting;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import java.util.ArrayList;
import java.util.List;

/**
 * A backlog that is worked off. The queue of the destination would not hold all of it, so it is
 * emptied now and then; the speed is that of the stretches between, in which nobody reads, as under
 * the other conditions.
 */
final class Draining {

  /** The first stretch says how fast a JVM learns. */
  private static final int STRETCH = 60_000;

  private static final int READ_AT_ONCE = 1_000;
  private static final long PATIENCE_MILLIS = 5_000;
  private static final long LOOK_MILLIS = 3;

  private final Visit visit;
  private final int number;
  private final Tally tally;
  private final List<Double> stretches = new ArrayList<>();

  Draining(Visit visit, String sample, int number) {
    this.visit = visit;
    this.number = number;
    this.tally = new Tally(sample, number);
  }

  /** Returns when all messages have been posted and read. */
  void drain() throws JMSException {
    while (tally.arrived() < number) {
      long here = stretch(number - tally.arrived());
      read(here);
    }
    new Stopwatch(() -> number, number).untilFinished(visit::requireAlive, visit::unfinished);
    read(visit.arrivals().getAsLong());
  }

  /** Waits until so many are there or all that are left. */
  private long stretch(int left) {
    long begin = System.nanoTime();
    long first = visit.arrivals().getAsLong();
    Stopwatch watch = new Stopwatch(visit.arrivals(), left);
    long there = watch.look();
    while (there < Math.min(left, first + STRETCH)) {
      visit.requireAlive();
      Waiting.pause(LOOK_MILLIS);
      there = watch.look();
    }
    if (there - first >= STRETCH) {
      stretches.add((there - first) / ((System.nanoTime() - begin) / 1e9));
    }
    return there;
  }

  private void read(long messages) throws JMSException {
    try (Connection connection = visit.servers().connections().createConnection()) {
      connection.start();
      Session session = connection.createSession(true, Session.SESSION_TRANSACTED);
      MessageConsumer consumer = session.createConsumer(session.createQueue(visit.stage().out()));
      for (long i = 0; i < messages; i++) {
        Message message = consumer.receive(PATIENCE_MILLIS);
        if (message == null) {
          throw new IllegalStateException("Artemis does not deliver what lies in its queue");
        }
        tally.add(message);
        if (i % READ_AT_ONCE == 0) {
          session.commit();
        }
      }
      session.commit();
    }
  }

  Tally tally() {
    return tally;
  }

  /** Documents a second of each stretch, the first one left out. */
  List<Double> stretches() {
    return stretches.subList(Math.min(1, stretches.size()), stretches.size());
  }

  /** Documents a second of the first stretch. */
  double first() {
    return stretches.get(0);
  }
}
