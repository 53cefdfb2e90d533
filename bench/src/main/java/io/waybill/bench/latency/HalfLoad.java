package io.waybill.bench.latency;

import io.waybill.bench.run.Beside;
import io.waybill.bench.run.Condition;
import io.waybill.bench.run.Figure;
import io.waybill.bench.run.Prefilled;
import io.waybill.bench.run.Results;
import io.waybill.bench.run.Sample;
import io.waybill.bench.run.Target;
import io.waybill.bench.run.Visit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Half of what the candidate has done when it had all it could do. */
public final class HalfLoad implements Condition {

  private static final double SHARE = 0.5;
  private static final String P99_TO_P50 = "p99_to_p50";

  @Override
  public String name() {
    return "half-load";
  }

  @Override
  public String words() {
    return "half as many documents a second as the candidate has done beside a producer (or prefilled,"
        + " where that was not measured): from the time each is to be sent until it is received";
  }

  @Override
  public List<Figure> figures() {
    return Delivery.FIGURES;
  }

  @Override
  public Sample sample(Visit visit, String sample) throws Exception {
    String full = visit.measured(Beside.NAME) ? Beside.NAME : Prefilled.NAME;
    double perSecond = SHARE * visit.speed(full);
    return new Delivery(visit, name()).sample(sample, perSecond, visit.length().toMillis() / 1e3);
  }

  @Override
  public Map<String, Double> ratios(Results results) {
    Map<String, Double> ratios = new LinkedHashMap<>();
    Delivery.ratio(results, name(), "waybill", Delivery.P99, "waybill", Delivery.P50)
        .ifPresent(ratio -> ratios.put(P99_TO_P50, ratio));
    return ratios;
  }

  @Override
  public List<Target> targets() {
    return List.of(Target.atMost(10, P99_TO_P50, "times p50 is p99"));
  }
}
