package io.waybill.bench.work;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/** Picks lanes as business keys come: a few very often, most seldom (Zipf's law). */
public final class Lanes {

  /** Adds up the shares of all lanes up to each one; the last is 1. */
  private final double[] shares;

  /**
   * These lanes.
   *
   * @param exponent of the law; 0 for lanes that are all alike
   */
  public Lanes(int number, double exponent) {
    shares = new double[number];
    double sum = 0;
    for (int lane = 0; lane < number; lane++) {
      sum += 1 / Math.pow(lane + 1.0, exponent);
      shares[lane] = sum;
    }
    for (int lane = 0; lane < number; lane++) {
      shares[lane] /= sum;
    }
  }

  /** The next one, from 0. */
  public int pick(RandomGenerator random) {
    int found = Arrays.binarySearch(shares, random.nextDouble());
    return Math.min(shares.length - 1, found < 0 ? -found - 1 : found);
  }
}
