package io.waybill.bench.run;

import io.waybill.bench.judge.Verdict;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;

/**
 * One measurement of one candidate under one condition.
 *
 * @param candidate its name
 * @param condition its name
 * @param seconds from the moment the first document could be taken until the tables of the
 *     candidate called the last one finished
 * @param arrivals documents a second between the first and the last one at the destination
 * @param cpu what the processes used
 * @param verdict whether all arrived, in which order
 * @param figures what this condition measures besides, by name
 */
public record Sample(
    String candidate,
    String condition,
    double seconds,
    double arrivals,
    Cpu cpu,
    Verdict verdict,
    Map<String, Double> figures) {

  public Sample {
    figures = Map.copyOf(figures);
  }

  /** Documents a second, from the first moment to the last. */
  public double rate() {
    return verdict.sent() / seconds;
  }

  /** A figure of its condition. */
  public double figure(String name) {
    return Objects.requireNonNull(figures.get(name), name);
  }

  /** Processor time for each document, in microseconds. */
  public double micros(ToDoubleFunction<Cpu> whose) {
    return whose.applyAsDouble(cpu) * 1e6 / verdict.sent();
  }

  /** The share of all processors that went to what has nothing to do with the measurement. */
  public double others() {
    return cpu.others() / seconds / Runtime.getRuntime().availableProcessors();
  }
}
