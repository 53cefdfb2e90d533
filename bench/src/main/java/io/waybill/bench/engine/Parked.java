package io.waybill.bench.engine;

import io.waybill.engine.Holding;
import org.openjdk.jmh.annotations.Param;

/**
 * An engine with little memory: nearly all of the backlog is parked in the table, and each message
 * is parked and read once in its life. What the table of this benchmark does is measured too; it is
 * little, and does not grow.
 *
 * <p>There are fewer lanes than messages: one that is in several lanes is held while it is first in
 * any of them.
 */
public class Parked extends Backlog {

  /** Room for so many messages. */
  private static final int MEMORY = 4_000;

  /** How many open messages stand there. */
  @Param({"10000", "100000"})
  public int backlog;

  /** How many lanes each message is in. */
  @Param({"1", "3"})
  public int keys;

  @Override
  int backlog() {
    return backlog;
  }

  @Override
  int lanes() {
    return 1_000;
  }

  @Override
  int keys() {
    return keys;
  }

  @Override
  Holding holding() {
    return Holding.of(MEMORY, 1);
  }

  @Override
  void check(Driver driver) {
    super.check(driver);
    if (driver.held() > MEMORY || driver.rowsRead() == 0) {
      throw new IllegalStateException("Nothing was left to the table: " + driver);
    }
  }
}
