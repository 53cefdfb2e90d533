package io.waybill.bench.run;

import io.waybill.bench.judge.Verdict;

/**
 * One measurement of one candidate under one condition.
 *
 * @param candidate its name
 * @param condition its name
 * @param round in which round
 * @param seconds from the moment the first document could be taken until the tables of the
 *     candidate called the last one finished
 * @param arrivals documents a second between the first and the last one at the destination
 * @param cpu what the processes used
 * @param verdict whether all arrived, in which order
 */
public record Sample(
    String candidate,
    String condition,
    int round,
    double seconds,
    double arrivals,
    Cpu cpu,
    Verdict verdict) {

  /** Documents a second, from the first moment to the last. */
  public double rate() {
    return verdict.sent() / seconds;
  }
}
