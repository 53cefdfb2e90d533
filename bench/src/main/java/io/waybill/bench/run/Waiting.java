package io.waybill.bench.run;

import java.time.Duration;

/** Waits for what other processes do, which can only be asked. */
public final class Waiting {

  private static final long TURN_MILLIS = 50;

  private Waiting() {}

  /** What may be so or not. */
  public interface Question {
    boolean answer();
  }

  /** Waits until it is so. */
  public static void until(String what, Duration patience, Question question) {
    long end = System.nanoTime() + patience.toNanos();
    while (!question.answer()) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException("Waited " + patience.toSeconds() + " s for " + what);
      }
      pause(TURN_MILLIS);
    }
  }

  /** Waits for a moment. */
  public static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted", e);
    }
  }
}
