package io.waybill.bench.engine;

import org.openjdk.jmh.annotations.Param;

/** Each message is in one lane; all lanes are alike. */
public class OneLane extends Backlog {

  /** How many open messages stand there. */
  @Param({"0", "1000", "100000"})
  public int backlog;

  /** How many lanes there are. */
  @Param({"1", "100", "1000", "100000"})
  public int lanes;

  @Override
  int backlog() {
    return backlog;
  }

  @Override
  int lanes() {
    return lanes;
  }
}
