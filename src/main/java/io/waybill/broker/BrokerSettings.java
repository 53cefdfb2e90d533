package io.waybill.broker;

import java.time.Duration;

/**
 * The limits of the broker.
 *
 * @param node the name of this node, as in the state table
 * @param groupSize how many inputs one group takes at most
 * @param waitingMessages how many submissions may wait to be written
 * @param waitingBytes how many bytes of documents may wait to be written
 * @param cacheBytes how many bytes of documents are handed on from intake to posting in memory
 * @param firstPause the pause before the journal is tried again after it failed
 * @param mostPause the longest such pause
 */
public record BrokerSettings(
    String node,
    int groupSize,
    int waitingMessages,
    long waitingBytes,
    long cacheBytes,
    Duration firstPause,
    Duration mostPause) {

  /** The settings of a broker on one machine. */
  public static BrokerSettings of(String node) {
    return new BrokerSettings(
        node, 1024, 20_000, 128L << 20, 64L << 20, Duration.ofMillis(100), Duration.ofSeconds(5));
  }
}
