package io.waybill.bench.run;

import java.util.Locale;

/**
 * What a ratio of a condition is to reach.
 *
 * @param ratio the name of the ratio, as in the report
 * @param words what is asked, in a sentence
 * @param bound on which side of the number the ratio has to be
 * @param number the least or the most
 */
public record Target(String ratio, String words, Bound bound, double number) {

  /** On which side. */
  public enum Bound {
    AT_LEAST,
    AT_MOST;

    /** As it is told. */
    public String words() {
      return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
  }

  /** A ratio that has to be as large or larger. */
  public static Target atLeast(double number, String ratio, String words) {
    return new Target(ratio, words, Bound.AT_LEAST, number);
  }

  /** A ratio that has to be as small or smaller. */
  public static Target atMost(double number, String ratio, String words) {
    return new Target(ratio, words, Bound.AT_MOST, number);
  }

  /** Whether what was measured is enough. */
  public boolean met(double reached) {
    return switch (bound) {
      case AT_LEAST -> reached >= number;
      case AT_MOST -> reached <= number;
    };
  }
}
