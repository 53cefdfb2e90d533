package io.waybill.operator;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.waybill.broker.Housekeeper.Progress;
import io.waybill.broker.Housekeeper.Report;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** Counts what housekeeping removes. */
final class KeepingMetrics implements MeterBinder {

  private final Keeping keeping;
  private final Clock clock;

  KeepingMetrics(Keeping keeping, Clock clock) {
    this.keeping = keeping;
    this.clock = clock;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    for (Progress kind : keeping.report().kinds()) {
      String name = kind.part().name();
      for (String rows : kind.part().removes()) {
        FunctionCounter.builder(
                "waybill.housekeeping.removed",
                this,
                it -> it.of(name, now -> now.removed().getOrDefault(rows, 0L)))
            .description("Rows removed because their time was over")
            .tag("rows", rows)
            .register(registry);
      }
      FunctionCounter.builder(
              "waybill.housekeeping.busy", this, it -> it.of(name, now -> seconds(now.busy())))
          .description("How long that took, without the rests")
          .baseUnit("seconds")
          .tag("kind", name)
          .register(registry);
      Gauge.builder("waybill.housekeeping.oldest", this, it -> it.of(name, it::ageOfOldest))
          .description("The age of the oldest that was still there after the last pass")
          .baseUnit("seconds")
          .tag("kind", name)
          .register(registry);
    }
    Gauge.builder("waybill.housekeeping.ended", this, it -> it.age(it.report().ended()))
        .description("How long ago the last pass came to its end")
        .baseUnit("seconds")
        .register(registry);
  }

  private Report report() {
    return keeping.report();
  }

  private double of(String kind, ToDoubleFunction<Progress> value) {
    return report().kinds().stream()
        .filter(progress -> progress.part().name().equals(kind))
        .mapToDouble(value)
        .findFirst()
        .orElse(Double.NaN);
  }

  private double ageOfOldest(Progress progress) {
    return age(progress.oldest());
  }

  private double age(@Nullable Instant moment) {
    return moment == null ? Double.NaN : seconds(Duration.between(moment, clock.instant()));
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }
}
