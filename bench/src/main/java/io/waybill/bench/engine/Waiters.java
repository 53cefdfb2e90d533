package io.waybill.bench.engine;

import io.waybill.engine.Holding;
import io.waybill.message.MessageRow;
import io.waybill.message.Outcome;
import java.time.Duration;
import org.openjdk.jmh.annotations.Param;

/** Messages that pass by others that wait for something else than their turn. */
public class Waiters extends Life {

  /** What they wait for. */
  public enum Cause {
    /** The link to another destination, which is tried again and again. */
    LINK,
    /**
     * Their next attempt at the same destination, in a year. Those that pass fail once too, and are
     * posted at the second attempt.
     */
    BACK_OFF,
    /** A route to another destination, which does not run. */
    PAUSE
  }

  private static final int LANES = 1_000;
  private static final String PASSING = "passing";
  private static final String WAITING = "waiting";

  /** Longer than any pause between two attempts, or between two trials of a link. */
  private static final Duration PACE = Duration.ofSeconds(40);

  /** Longer than the benchmark lasts at that pace. */
  private static final Duration YEAR = Duration.ofDays(365);

  /** What they wait for. */
  @Param public Cause cause = Cause.LINK;

  /** How many wait, each in a lane of its own. */
  @Param({"0", "1000", "100000"})
  public int waiters;

  @Override
  Orders orders() {
    return Orders.inLanes(PASSING, "erp", 1, LANES, 0);
  }

  @Override
  Driver prepared(Orders passing) {
    Driver driver = new Driver(Orders.specification("erp", "crm"), Holding.ALL, PACE, this::answer);
    driver.open("erp");
    if (cause == Cause.LINK) {
      driver.open("crm");
    }
    Orders waiting = Orders.alone(WAITING, cause == Cause.BACK_OFF ? "erp" : "crm");
    for (int left = waiters; left > 0; left -= Driver.GROUP) {
      driver.arrive(waiting, Math.min(Driver.GROUP, left));
      if (driver.underWay() > 0) {
        driver.answer(driver.underWay());
      }
    }
    return driver;
  }

  private Outcome answer(MessageRow row) {
    boolean waits = row.received().sender().equals(WAITING);
    if (cause == Cause.BACK_OFF && (waits || row.standing().attempts() == 1)) {
      return new Outcome.Transient("busy", waits ? YEAR : null);
    }
    return waits ? new Outcome.Unavailable("connection refused", null) : new Outcome.Posted(null);
  }

  @Override
  void check(Driver driver) {
    if (driver.open() != waiters || driver.held() != waiters) {
      throw new IllegalStateException("%d should wait: %s".formatted(waiters, driver));
    }
  }
}
