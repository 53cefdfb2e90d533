package io.waybill.bench.report;

import io.waybill.bench.run.Condition;
import io.waybill.bench.run.Results;
import io.waybill.bench.run.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What was to be reached, what was reached, and whether that is enough. */
final class Targets {

  /**
   * One target that was measured in this run.
   *
   * @param condition under which
   * @param ratio its name
   * @param words what is asked
   * @param asked the number it has to reach
   * @param reached the number it has reached
   * @param met whether that is enough
   */
  record Outcome(
      String condition, String ratio, String words, String asked, double reached, boolean met) {}

  private Targets() {}

  /** All that were measured; what was not is left out. */
  static List<Outcome> of(Results results) {
    List<Outcome> outcomes = new ArrayList<>();
    for (Condition condition : results.conditions()) {
      Map<String, Double> ratios = Ratios.of(results, condition);
      for (Target target : condition.targets()) {
        Double reached = ratios.get(target.ratio());
        if (reached != null) {
          outcomes.add(outcome(condition, target, reached));
        }
      }
    }
    return outcomes;
  }

  private static Outcome outcome(Condition condition, Target target, double reached) {
    return new Outcome(
        condition.name(),
        target.ratio(),
        target.words(),
        "%s %.2f".formatted(target.bound().words(), target.number()),
        reached,
        target.met(reached));
  }

  static Table table(Results results) {
    Table table = new Table(List.of("target", "condition", "asked", "reached", "met"));
    for (Outcome outcome : of(results)) {
      table.add(
          List.of(
              outcome.words(),
              outcome.condition(),
              outcome.asked(),
              "%.2f".formatted(outcome.reached()),
              outcome.met() ? "met" : "not met"));
    }
    return table;
  }
}
