package io.waybill.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.message.Moves;
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
    long last = one == null ? Long.getLong("simulation.seeds", 1_000L) : one;
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
    if (one == null) {
      everyMoveWasMade();
    }
  }

  /** A move that no simulation makes is not simulated: it is listed here, with who will make it. */
  private static void everyMoveWasMade() {
    assertThat(
            Moves.ALL.stream()
                .map(move -> move.from() + " → " + move.to())
                .filter(move -> !SimulatedJournal.MOVES_MADE.contains(move)))
        .containsExactlyInAnyOrder(
            // deadlines
            "RETRIABLE → FAILED",
            "IN_DOUBT → FAILED",
            // rewinds
            "POSTED → CANCELLING",
            "RETRIABLE → CANCELLING",
            "IN_DOUBT → CANCELLED",
            "CANCELLING → POSTED",
            "CANCELLED → RETRY",
            "CANCELLED → SKIPPED");
  }
}
