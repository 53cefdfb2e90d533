package io.waybill.engine;

/** Jitter without a random generator: the same failure of the same message varies the same way. */
final class Chance {

  private Chance() {}

  /** A number from 0 (inclusive) to 1, spread evenly over the inputs (SplitMix64's finalizer). */
  static double of(long what, long time) {
    long z = what * 0x9E3779B97F4A7C15L + time;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    z ^= z >>> 31;
    return (z >>> 11) * 0x1.0p-53;
  }
}
