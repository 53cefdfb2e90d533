package io.waybill.bench.report;

import io.waybill.bench.run.Condition;
import io.waybill.bench.run.Figure;
import io.waybill.bench.run.Results;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

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
    // against the fastest of those with several consumers
    Stream.of("baseline-4", "baseline-16", "baseline-64")
        .flatMap(baseline -> results.ratio(WAYBILL, baseline, condition).stream())
        .min(Double::compare)
        .ifPresent(ratio -> ratios.put("unordered_baseline", ratio));
    // those that lose messages are told, and are not what anything is measured against
    results
        .ratio(WAYBILL, "baseline-1-fast", condition)
        .ifPresent(ratio -> ratios.put("fast_baseline", ratio));
    results
        .ratio(WAYBILL, "baseline-16-fast", condition)
        .ifPresent(ratio -> ratios.put("fast_unordered_baseline", ratio));
    results.ratio(WAYBILL, "limit", condition).ifPresent(ratio -> ratios.put("limit", ratio));
    return ratios;
  }
}
