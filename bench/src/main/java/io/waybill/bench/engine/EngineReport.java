package io.waybill.bench.engine;

import io.waybill.bench.report.Table;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What the benchmarks of the engine have shown, for the terminal. */
final class EngineReport {

  private final List<Cost> costs;

  EngineReport(List<Cost> costs) {
    this.costs = costs;
  }

  /** Every cost, and below it by what factors they grow. */
  String text() {
    return costs().text() + "\n" + growth().text();
  }

  private Table costs() {
    Set<String> dimensions = new TreeSet<>();
    costs.forEach(cost -> dimensions.addAll(cost.conditions().keySet()));
    List<String> head = new ArrayList<>(List.of("benchmark"));
    head.addAll(dimensions);
    head.addAll(List.of("ns/message", "±"));
    Table table = new Table(head);
    for (Cost cost : costs) {
      List<String> row = new ArrayList<>(List.of(cost.benchmark()));
      dimensions.forEach(name -> row.add(cost.conditions().getOrDefault(name, "")));
      row.add("%,.0f".formatted(cost.nanos()));
      row.add("%,.0f".formatted(cost.error()));
      table.add(row);
    }
    return table;
  }

  private Table growth() {
    Table table = new Table(List.of("growth of", "with", "from", "to", "factor", "least", "most"));
    Map<String, List<Cost>> byBenchmark = new TreeMap<>();
    costs.forEach(
        cost -> byBenchmark.computeIfAbsent(cost.benchmark(), name -> new ArrayList<>()).add(cost));
    byBenchmark.forEach(
        (benchmark, its) -> {
          for (String dimension : its.get(0).conditions().keySet()) {
            if (its.stream().allMatch(cost -> cost.measures(dimension))) {
              growth(benchmark, its, dimension, table);
            }
          }
        });
    return table;
  }

  /** From each value of a dimension to the next, and from the first to the last. */
  private static void growth(String benchmark, List<Cost> costs, String dimension, Table table) {
    Set<Long> distinct = new TreeSet<>();
    costs.forEach(cost -> distinct.add(cost.value(dimension)));
    List<Long> values = List.copyOf(distinct);
    for (int to = 1; to < values.size(); to++) {
      growth(benchmark, costs, dimension, values.get(to - 1), values.get(to), table);
    }
    if (values.size() > 2) {
      growth(benchmark, costs, dimension, values.get(0), values.get(values.size() - 1), table);
    }
  }

  private static void growth(
      String benchmark, List<Cost> costs, String dimension, long from, long to, Table table) {
    Map<Map<String, String>, Double> before = new HashMap<>();
    costs.stream()
        .filter(cost -> cost.value(dimension) == from)
        .forEach(cost -> before.put(cost.others(dimension), cost.nanos()));
    DoubleSummaryStatistics logarithms =
        costs.stream()
            .filter(cost -> cost.value(dimension) == to)
            .filter(cost -> before.containsKey(cost.others(dimension)))
            .mapToDouble(
                cost -> Math.log(cost.nanos() / before.getOrDefault(cost.others(dimension), 0.0)))
            .summaryStatistics();
    if (logarithms.getCount() > 0) {
      table.add(
          List.of(
              benchmark,
              dimension,
              "%,d".formatted(from),
              "%,d".formatted(to),
              "%.2f".formatted(Math.exp(logarithms.getAverage())),
              "%.2f".formatted(Math.exp(logarithms.getMin())),
              "%.2f".formatted(Math.exp(logarithms.getMax()))));
    }
  }
}
