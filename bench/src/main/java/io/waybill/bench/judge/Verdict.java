package io.waybill.bench.judge;

/**
 * What arrived of one sample.
 *
 * @param sent how many documents were sent
 * @param arrived how many messages were found at the destination
 * @param duplicates those that had been there before
 * @param lost documents that are not there
 * @param inversions documents that came after a later one of their lane
 * @param strays messages that belong to another sample
 */
public record Verdict(int sent, int arrived, int duplicates, int lost, int inversions, int strays) {

  /** Whether all is there, once. */
  public boolean complete() {
    return lost == 0 && duplicates == 0 && strays == 0;
  }

  /** How many of a hundred documents came out of order. */
  public double inverted() {
    return sent == 0 ? 0 : 100.0 * inversions / sent;
  }
}
