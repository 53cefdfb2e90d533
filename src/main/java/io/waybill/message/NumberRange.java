package io.waybill.message;

import java.util.Collection;
import java.util.stream.Collectors;

/**
 * Numbers that follow each other.
 *
 * @param from the first of them
 * @param to the last of them
 */
public record NumberRange(long from, long to) {

  private static final int TOLD = 5;

  /** In words, e.g. {@code numbers 4 and 6 to 8}. */
  public static String text(Collection<NumberRange> ranges) {
    boolean one = ranges.size() == 1 && ranges.iterator().next().count() == 1;
    String more = ranges.size() > TOLD ? ", ..." : "";
    return (one ? "number " : "numbers ")
        + ranges.stream().limit(TOLD).map(NumberRange::text).collect(Collectors.joining(", "))
        + more;
  }

  private String text() {
    return from == to ? Long.toString(from) : from + " to " + to;
  }

  /** How many there are. */
  public long count() {
    return to - from + 1;
  }
}
