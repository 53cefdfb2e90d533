package io.waybill.bench.run;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * The time of one sample: it runs from its making, looks at the destination every few milliseconds,
 * and stops when the candidate's tables call everything finished.
 */
public final class Stopwatch {

  private static final long LOOK_MILLIS = 3;

  /** A candidate that hands nothing on for so long does not work any more. */
  private static final Duration STANDSTILL = Duration.ofSeconds(60);

  private final LongSupplier destination;
  private final long number;
  private final long begin = System.nanoTime();
  private long seen;
  private long first;
  private long firstSeen;
  private long last = begin;

  /** Runs from now on. */
  public Stopwatch(LongSupplier destination, long number) {
    this.destination = destination;
    this.number = number;
  }

  /** How many are at the destination. */
  public long look() {
    long now = System.nanoTime();
    long there = destination.getAsLong();
    if (there > seen) {
      if (seen == 0) {
        first = now;
        firstSeen = there;
      }
      last = now;
      seen = there;
    } else if (now - last > STANDSTILL.toNanos()) {
      throw new IllegalStateException(
          "%d of %d documents are there, and for a minute no other came".formatted(seen, number));
    }
    return there;
  }

  /** Waits until all is there and finished; tells after how many seconds. */
  public double untilFinished(Runnable alive, LongSupplier unfinished) {
    while (look() < number) {
      alive.run();
      Waiting.pause(LOOK_MILLIS);
    }
    awaitNone(unfinished, alive);
    return (System.nanoTime() - begin) / 1e9;
  }

  private static void awaitNone(LongSupplier unfinished, Runnable alive) {
    long least = Long.MAX_VALUE;
    long since = System.nanoTime();
    for (long left = unfinished.getAsLong(); left > 0; left = unfinished.getAsLong()) {
      if (left < least) {
        least = left;
        since = System.nanoTime();
      } else if (System.nanoTime() - since > STANDSTILL.toNanos()) {
        throw new IllegalStateException(
            "All are there, and for a minute its tables call %d unfinished".formatted(left));
      }
      alive.run();
      Waiting.pause(LOOK_MILLIS);
    }
  }

  /**
   * Documents a second from the first to the last; those seen together with the first not counted.
   */
  public double arrivals() {
    return last > first ? (seen - firstSeen) / ((last - first) / 1e9) : 0;
  }
}
