package io.waybill.message;

import java.util.Map;
import java.util.Set;

/**
 * What the table knows of numbers that were asked about.
 *
 * @param series of their lanes, as far as there is a row
 * @param closed those of the numbers that lie in a closed gap
 */
public record KnownNumbers(Map<LaneName, SeriesState> series, Set<Numbered> closed) {

  /** Nothing was asked about. */
  public static final KnownNumbers NONE = new KnownNumbers(Map.of(), Set.of());

  /** What was found. */
  public KnownNumbers {
    series = Map.copyOf(series);
    closed = Set.copyOf(closed);
  }
}
