package io.waybill.bench.engine;

import org.openjdk.jmh.annotations.Param;

/**
 * Each message is in one of 1,000 lanes, picked by Zipf's law: what {@code ./waybill bench} does.
 */
public class Skewed extends Backlog {

  /** How many open messages stand there. */
  @Param({"0", "1000", "100000"})
  public int backlog;

  @Override
  int backlog() {
    return backlog;
  }

  @Override
  int lanes() {
    return 1_000;
  }

  @Override
  double skew() {
    return 1;
  }
}
