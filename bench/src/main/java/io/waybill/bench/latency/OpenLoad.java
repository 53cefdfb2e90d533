package io.waybill.bench.latency;

import io.waybill.bench.work.Documents;
import io.waybill.bench.work.Producer;
import jakarta.jms.JMSException;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends each document at its own time, whatever has become of those before it: who is slow does not
 * get less to do. What is due together goes in one transaction. The gaps vary by a half around
 * their mean, so that they never fall in step with anything in the candidate.
 */
final class OpenLoad {

  private static final long SEED = 4712;

  /** Where there is a pause of this length the processor is not needed to wait for its end. */
  private static final long PAUSE_NANOS = 5_000_000;

  /** How late a thread may wake up. */
  private static final long WAKE_UP_NANOS = 300_000;

  private final long[] due;
  private final long[] late;

  /** So many documents, so many a second. */
  OpenLoad(int number, double perSecond) {
    due = new long[number];
    late = new long[number];
    SplittableRandom random = new SplittableRandom(SEED);
    double at = 0;
    for (int i = 0; i < number; i++) {
      at += (0.5 + random.nextDouble()) * 1e9 / perSecond;
      due[i] = (long) at;
    }
  }

  /** Sends all of them; the times count from a moment by {@link System#nanoTime}. */
  void send(Producer producer, Documents documents, long begin) throws JMSException {
    int sent = 0;
    while (sent < due.length) {
      await(begin + due[sent]);
      long now = System.nanoTime() - begin;
      int next = sent;
      while (next < due.length && due[next] <= now) {
        late[next] = now - due[next];
        next++;
      }
      producer.send(documents, next - sent);
      sent = next;
    }
  }

  private static void await(long moment) {
    long left = moment - System.nanoTime();
    // the last bit is spent awake, where it is a small part of the whole
    long awake = left > PAUSE_NANOS ? WAKE_UP_NANOS : 0;
    while (left > 0) {
      if (left > awake) {
        LockSupport.parkNanos(left - awake);
      } else {
        Thread.onSpinWait();
      }
      left = moment - System.nanoTime();
    }
  }

  /** When a document was to be sent, in nanoseconds since the beginning. */
  long due(int index) {
    return due[index];
  }

  /** How late the producer itself began to send, for ninety-nine of a hundred at most. */
  Delays late() {
    return new Delays(Arrays.copyOf(late, late.length));
  }
}
