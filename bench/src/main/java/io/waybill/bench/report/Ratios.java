package io.waybill.bench.report;

import io.waybill.bench.run.Condition;
import io.waybill.bench.run.Figure;
import io.waybill.bench.run.Results;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How many times as fast Waybill is as each of those it is compared with, and what else follows.
 */
final class Ratios {

  private static final String WAYBILL = "waybill";

  private Ratios() {}

  /** Under one condition; what was not measured is left out. */
  static Map<String, Double> of(Results results, Condition condition) {
    Map<String, Double> ratios = new LinkedHashMap<>();
    if (condition.figures().contains(Figure.RATE)) {
      ratios.putAll(speeds(results, condition.name()));
    }
    ratios.putAll(condition.ratios(results));
    return ratios;
  }

  private static Map<String, Double> speeds(Results results, String condition) {
    Map<String, Double> ratios = new LinkedHashMap<>();
    results
        .ratio(WAYBILL, "baseline-1", condition)
        .ifPresent(ratio -> ratios.put("ordered_baseline", ratio));
    // against the faster of the two that do not keep the order
    smaller(
            results.ratio(WAYBILL, "baseline-4", condition),
            results.ratio(WAYBILL, "baseline-16", condition))
        .ifPresent(ratio -> ratios.put("unordered_baseline", ratio));
    results.ratio(WAYBILL, "limit", condition).ifPresent(ratio -> ratios.put("limit", ratio));
    return ratios;
  }

  private static Optional<Double> smaller(Optional<Double> one, Optional<Double> other) {
    return one.isPresent() && other.isPresent()
        ? Optional.of(Math.min(one.get(), other.get()))
        : one.or(() -> other);
  }
}
