package io.waybill.message;

import java.util.List;

/**
 * How far the numbers of a lane are done: posted, skipped, gone on, or closed as a gap.
 *
 * @param lane the lane
 * @param last all numbers up to this one are done
 * @param ahead what is done beyond a number that is not
 * @param version counts the changes; 0 where the table has none of it
 */
public record SeriesState(LaneName lane, long last, List<NumberRange> ahead, int version) {

  /** A series that is done so far. */
  public SeriesState {
    ahead = List.copyOf(ahead);
  }
}
