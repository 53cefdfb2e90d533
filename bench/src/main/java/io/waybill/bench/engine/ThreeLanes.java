package io.waybill.bench.engine;

import org.openjdk.jmh.annotations.Param;

/** Each message is in three lanes, one of each lock name space; all lanes are alike. */
public class ThreeLanes extends Backlog {

  /** How many open messages stand there. */
  @Param({"0", "1000", "100000"})
  public int backlog;

  /** How many lanes each lock name space has. */
  @Param({"1000", "100000"})
  public int lanes;

  @Override
  int backlog() {
    return backlog;
  }

  @Override
  int lanes() {
    return lanes;
  }

  @Override
  int keys() {
    return 3;
  }
}
