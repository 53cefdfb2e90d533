package io.waybill.bench.run;

import java.util.Arrays;
import java.util.Optional;

/**
 * What several measurements of the same thing say.
 *
 * @param number how many there are
 */
public record Spread(double median, double least, double most, int number) {

  /** Of at least one value. */
  public static Optional<Spread> of(double... values) {
    if (values.length == 0) {
      return Optional.empty();
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    double median =
        sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    return Optional.of(new Spread(median, sorted[0], sorted[sorted.length - 1], sorted.length));
  }
}
