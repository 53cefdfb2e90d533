package io.waybill.bench.latency;

import io.waybill.bench.run.Condition;
import io.waybill.bench.run.Figure;
import io.waybill.bench.run.Results;
import io.waybill.bench.run.Sample;
import io.waybill.bench.run.Target;
import io.waybill.bench.run.Visit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The candidate has hardly anything to do: one document comes after the other. */
public final class Latency implements Condition {

  private static final double PER_SECOND = 20;

  /** As many documents as it takes for the slowest of a hundred to say anything. */
  private static final double LENGTHS = 2;

  @Override
  public String name() {
    return "latency";
  }

  @Override
  public String words() {
    return "%.0f documents a second, each alone: from the time it is to be sent until it is received"
        .formatted(PER_SECOND);
  }

  @Override
  public List<Figure> figures() {
    return Delivery.FIGURES;
  }

  @Override
  public Sample sample(Visit visit, String sample) throws Exception {
    double seconds = visit.length().toMillis() / 1e3 * LENGTHS;
    return new Delivery(visit, name()).sample(sample, PER_SECOND, seconds);
  }

  @Override
  public Map<String, Double> ratios(Results results) {
    Map<String, Double> ratios = new LinkedHashMap<>();
    for (Figure figure : figures()) {
      Delivery.ratio(results, name(), "waybill", figure, "baseline-1", figure)
          .ifPresent(ratio -> ratios.put(against(figure), ratio));
    }
    return ratios;
  }

  private static String against(Figure figure) {
    return figure.name().replace("_ms", "_ordered_baseline");
  }

  @Override
  public List<Target> targets() {
    return List.of(
        Target.atMost(
            1, against(Delivery.P50), "times the p50 of the application by hand, in order"),
        Target.atMost(
            1, against(Delivery.P99), "times the p99 of the application by hand, in order"));
  }
}
