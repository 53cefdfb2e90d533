package io.waybill.bench.run;

import java.time.Duration;

/**
 * Waits until the machine has nothing else to do, as far as patience goes: what shares its
 * processors with others says little, and what waits for disks and answers suffers most from them.
 */
final class Quiet {

  /** A sample during which others had more than this share of the processors is disturbed. */
  static final double MOST = 0.1;

  private static final long TURN_MILLIS = 500;

  private long leftNanos;

  /** Has so much patience for the whole run. */
  Quiet(Duration patience) {
    leftNanos = patience.toNanos();
  }

  /** Whether it is worth while to take the sample again. */
  boolean wants(Sample sample) {
    return sample.others() > MOST && leftNanos > 0;
  }

  /** Returns when the processors are idle, or when patience is at an end. */
  void await() {
    boolean first = true;
    double share = 1;
    while (share > MOST && (first || leftNanos > 0)) {
      long begin = System.nanoTime();
      double before = Cpu.busy();
      Waiting.pause(TURN_MILLIS);
      long turn = System.nanoTime() - begin;
      share = (Cpu.busy() - before) / (turn / 1e9) / Runtime.getRuntime().availableProcessors();
      leftNanos -= first ? 0 : turn;
      first = false;
    }
  }

  /** Takes the time of something that was in vain off the patience. */
  void spent(double seconds) {
    leftNanos -= (long) (seconds * 1e9);
  }
}
