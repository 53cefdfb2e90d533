package io.waybill.bench.run;

import java.time.Duration;

/**
 * How much is measured.
 *
 * @param rounds how often every candidate is visited, each time as a fresh process on a fresh
 *     database
 * @param warmUp how long it works before anything is measured
 * @param samples how many samples each condition takes in one visit
 * @param length how long one sample takes, about: its number of documents follows from the speed
 *     seen while warming up
 * @param kills how often a candidate is killed, in all
 */
public record Plan(int rounds, Duration warmUp, int samples, Duration length, int kills) {

  /** Enough to see whether something became slower. */
  public static final Plan QUICK = new Plan(2, Duration.ofSeconds(7), 2, Duration.ofSeconds(3), 1);

  /** Enough to print. */
  public static final Plan FULL = new Plan(5, Duration.ofSeconds(20), 2, Duration.ofSeconds(8), 3);

  /** Fewer say nothing. */
  private static final int FEWEST = 500;

  /** More would not stay in the memory of the JMS server. */
  private static final int MOST = 150_000;

  /** How many documents a sample has for a candidate of this speed. */
  int documents(double perSecond) {
    double wanted = perSecond * length.toMillis() / 1000;
    return (int) Math.max(FEWEST, Math.min(MOST, wanted));
  }
}
