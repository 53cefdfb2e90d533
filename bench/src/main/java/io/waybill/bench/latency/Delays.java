package io.waybill.bench.latency;

import java.util.Arrays;

/** Times between two moments, all of them kept. */
final class Delays {

  private final long[] sorted;

  /** In nanoseconds; the array is taken over. */
  Delays(long[] nanos) {
    Arrays.sort(nanos);
    sorted = nanos;
  }

  /** The time within which that share of them lies, in milliseconds. */
  double millis(double share) {
    int place = (int) Math.ceil(share * sorted.length);
    return sorted[Math.max(0, Math.min(sorted.length, place) - 1)] / 1e6;
  }
}
