package io.waybill.broker;

import io.waybill.engine.Holding;
import java.time.Duration;

/**
 * The limits of the broker.
 *
 * @param node the name of this node, as in the state table
 * @param groupSize how many inputs one group takes at most
 * @param waitingMessages how many submissions may wait to be written
 * @param waitingBytes how many bytes of documents may wait to be written
 * @param heldMessages how many open messages memory may hold; where the backlog that cannot be left
 *     to the table is larger, no more is taken in until some have closed
 * @param holding how much of a backlog is held in memory; the rest waits in the table
 * @param cacheBytes how many bytes of documents are handed on from intake to posting in memory
 * @param firstPause the pause before the journal is tried again after it failed
 * @param mostPause the longest such pause
 * @param held whether it starts with all destinations paused
 */
public record BrokerSettings(
    String node,
    int groupSize,
    int waitingMessages,
    long waitingBytes,
    int heldMessages,
    Holding holding,
    long cacheBytes,
    Duration firstPause,
    Duration mostPause,
    boolean held) {

  /** The settings of a broker that does not start held. */
  public BrokerSettings(
      String node,
      int groupSize,
      int waitingMessages,
      long waitingBytes,
      int heldMessages,
      Holding holding,
      long cacheBytes,
      Duration firstPause,
      Duration mostPause) {
    this(
        node,
        groupSize,
        waitingMessages,
        waitingBytes,
        heldMessages,
        holding,
        cacheBytes,
        firstPause,
        mostPause,
        false);
  }

  /** The same, started with all destinations paused or not. */
  public BrokerSettings starting(boolean paused) {
    return new BrokerSettings(
        node,
        groupSize,
        waitingMessages,
        waitingBytes,
        heldMessages,
        holding,
        cacheBytes,
        firstPause,
        mostPause,
        paused);
  }

  /** What an open message takes in memory, measured with ids and keys of usual length. */
  private static final int BYTES_PER_MESSAGE = 1_200;

  /** As many open messages as half of the heap holds. */
  public static int heldMessages(long heapBytes) {
    return (int) Math.min(Integer.MAX_VALUE, heapBytes / 2 / BYTES_PER_MESSAGE);
  }

  /** The settings of a broker on one machine with so many queues: destinations and links. */
  public static BrokerSettings of(String node, int heldMessages, int queues) {
    return new BrokerSettings(
        node,
        1024,
        20_000,
        128L << 20,
        heldMessages,
        Holding.of(heldMessages / 2, queues),
        64L << 20,
        Duration.ofMillis(100),
        Duration.ofSeconds(5));
  }
}
