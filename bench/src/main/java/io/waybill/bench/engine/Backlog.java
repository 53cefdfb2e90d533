package io.waybill.bench.engine;

import io.waybill.engine.Holding;
import java.time.Duration;

/** Messages behind a backlog that goes as fast as they come: each takes its place at the end. */
public abstract class Backlog extends Life {

  /** How often a parked message may be read for each of its lanes in its life, on the average. */
  private static final int MOST_READ = 2;

  /** How many open messages stand there. */
  abstract int backlog();

  /** How many lanes each lock name space has. */
  abstract int lanes();

  /** How many lanes each message is in. */
  int keys() {
    return 1;
  }

  /** Zipf's exponent. */
  double skew() {
    return 0;
  }

  /** As a broker with a heap of 1 GiB and one destination. */
  Holding holding() {
    return Holding.of(224_000, 1);
  }

  @Override
  final Orders orders() {
    return Orders.inLanes("acme", "erp", keys(), lanes(), skew());
  }

  @Override
  final Driver prepared(Orders orders) {
    Driver driver =
        new Driver(Orders.specification("erp"), holding(), Duration.ofMillis(1), Driver.POSTED);
    driver.open("erp");
    driver.arrive(orders, backlog());
    return driver;
  }

  @Override
  void check(Driver driver) {
    if (driver.open() != backlog() || driver.held() + driver.parked() < backlog()) {
      throw new IllegalStateException("Not a backlog of %d: %s".formatted(backlog(), driver));
    }
    if (driver.rowsRead() > (long) MOST_READ * keys() * driver.arrived()) {
      throw new IllegalStateException("Read from the table again and again: " + driver);
    }
  }
}
