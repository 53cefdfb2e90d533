package io.waybill.bench.engine;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.Result;

/**
 * What a message costs under some conditions.
 *
 * @param benchmark the name of its class
 * @param conditions the values of its parameters
 * @param nanos for each message
 * @param error half of the interval that holds the true value in 999 cases of 1,000
 */
record Cost(String benchmark, Map<String, String> conditions, double nanos, double error) {

  static Cost of(BenchmarkResult result) {
    BenchmarkParams params = result.getParams();
    String[] name = params.getBenchmark().split("\\.");
    Map<String, String> conditions = new TreeMap<>();
    params.getParamsKeys().forEach(key -> conditions.put(key, params.getParam(key)));
    Result<?> nanos = result.getPrimaryResult();
    return new Cost(name[name.length - 2], conditions, nanos.getScore(), nanos.getScoreError());
  }

  /** Whether a condition is a number. */
  boolean measures(String condition) {
    return conditions.getOrDefault(condition, "").matches("\\d+");
  }

  /** The number that a condition is. */
  long value(String condition) {
    return Long.parseLong(conditions.getOrDefault(condition, "0"));
  }

  /** All conditions but one. */
  Map<String, String> others(String condition) {
    Map<String, String> others = new TreeMap<>(conditions);
    others.remove(condition);
    return others;
  }

  @Override
  public String toString() {
    String under =
        conditions.entrySet().stream()
            .map(each -> each.getKey() + "=" + each.getValue())
            .collect(Collectors.joining(" "));
    return "%s %s: %,.0f ns ± %,.0f".formatted(benchmark, under, nanos, error);
  }
}
