package io.waybill.message;

import java.util.List;

/** The next parked messages of a queue, as asked of the table. */
public sealed interface Page {

  /** How many at most. */
  int limit();

  /**
   * Of a lane, in the order of their ranks.
   *
   * @param lane the lane
   * @param after only greater ranks
   */
  record OfLane(LaneName lane, long after, int limit) implements Page {}

  /**
   * Of those parked at a destination, in the order of their numbers.
   *
   * @param destination its name
   * @param after only greater numbers
   */
  record OfDestination(String destination, long after, int limit) implements Page {}

  /**
   * Of those parked at a link, in the order of their numbers.
   *
   * @param link its name
   * @param after only greater numbers
   */
  record OfLink(String link, long after, int limit) implements Page {}

  /**
   * These messages.
   *
   * @param seqs their numbers, ascending
   */
  record OfMessages(List<Long> seqs) implements Page {
    @Override
    public int limit() {
      return seqs.size();
    }
  }
}
