package io.waybill.bench.latency;

import io.waybill.bench.run.Cpu;
import io.waybill.bench.run.Figure;
import io.waybill.bench.run.Results;
import io.waybill.bench.run.Sample;
import io.waybill.bench.run.Stopwatch;
import io.waybill.bench.run.Visit;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Sends at a set rate and receives at the destination, in one process with one clock. */
final class Delivery {

  static final Figure P50 =
      Figure.own("p50_ms", " p50 ms", "Milliseconds to the destination, of the median", 2);
  static final Figure P99 =
      Figure.own("p99_ms", " p99 ms", "Milliseconds to the destination, of 99 in a hundred", 2);
  static final List<Figure> FIGURES = List.of(P50, P99);

  /** Of fewer the slowest in a hundred says nothing. */
  private static final int FEWEST = 100;

  private final Visit visit;
  private final String condition;

  Delivery(Visit visit, String condition) {
    this.visit = visit;
    this.condition = condition;
  }

  Sample sample(String sample, double perSecond, double seconds) throws Exception {
    int number = (int) Math.max(FEWEST, perSecond * seconds);
    OpenLoad load = new OpenLoad(number, perSecond);
    visit.servers().checkpoint();
    try (Arrivals arrivals =
        new Arrivals(visit.servers().connections(), visit.stage().out(), sample, number)) {
      Cpu before = visit.cpu();
      Stopwatch watch = new Stopwatch(arrivals::count, number);
      long begin = System.nanoTime();
      load.send(visit.producer(), visit.documents(sample), begin);
      double took = watch.untilFinished(visit::requireAlive, visit::unfinished);
      Cpu used = visit.cpu().since(before);
      Delays delays = arrivals.since(load, begin);
      return visit.sampled(
          condition,
          took,
          arrivals.perSecond(),
          used,
          arrivals.verdict(),
          Map.of(
              P50.name(),
              delays.millis(0.5),
              P99.name(),
              delays.millis(0.99),
              "max_ms",
              delays.millis(1),
              "asked_per_second",
              perSecond,
              "sent_late_p99_ms",
              load.late().millis(0.99)));
    }
  }

  /** A figure of one candidate against one of another, by the medians. */
  static Optional<Double> ratio(
      Results results, String condition, String one, Figure mine, String other, Figure theirs) {
    return Results.quotient(
        results.spread(one, condition, mine.of()), results.spread(other, condition, theirs.of()));
  }
}
