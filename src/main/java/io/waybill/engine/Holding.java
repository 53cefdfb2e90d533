package io.waybill.engine;

/**
 * How much of a backlog the engine holds; what goes beyond is parked in the table.
 *
 * @param lane how many messages of one lane
 * @param gate how many messages that only wait for their destination or a link, for each of them
 * @param waiting how many open messages of a destination, those behind others in their lanes
 *     included
 * @param crowd how many messages of one lane make it crowded: then the intents of the next ones are
 *     written together, where the destination allows it
 */
public record Holding(int lane, int gate, int waiting, int crowd) {

  private static final int CROWD = 8;

  /** Everything is held. */
  public static final Holding ALL =
      new Holding(Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE, CROWD);

  private static final int MOST_OF_A_LANE = 1_024;

  /** Shares the room for so many messages among the destinations and links. */
  public static Holding of(int messages, int queues) {
    int share = Math.max(4, messages / Math.max(1, queues));
    return new Holding(MOST_OF_A_LANE, share / 4, share / 2, CROWD);
  }

  /** How many messages are read at once for each of so many lanes that are parked in part. */
  int page(int lanes) {
    return Math.max(1, Math.min(lane, waiting / Math.max(1, lanes)));
  }
}
