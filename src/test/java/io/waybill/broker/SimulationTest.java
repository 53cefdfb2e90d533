package io.waybill.broker;

import org.junit.jupiter.api.Test;

/**
 * The real engine and loop in a simulated world. {@code -Dsimulation.seed=N} runs one seed again,
 * {@code -Dsimulation.seeds=N} that many.
 */
class SimulationTest {

  @Test
  void everySeedKeepsOrderAndLosesNothing() {
    Long one = Long.getLong("simulation.seed");
    long first = one == null ? 1 : one;
    long last = one == null ? Long.getLong("simulation.seeds", 10_000L) : one;
    for (long seed = first; seed <= last; seed++) {
      try {
        new Simulation(seed).run();
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError(
            "Seed %d fails: %s; run it alone with -Dsimulation.seed=%d"
                .formatted(seed, e.getMessage(), seed),
            e);
      }
    }
  }
}
