package io.waybill.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class KeepingMetricsTest {

  @Test
  void whatWasRemovedIsCountedAndTheOldestHasItsAge() {
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    Clock clock = Clock.fixed(FakeBroker.THEN.plusSeconds(60), ZoneOffset.UTC);

    new KeepingMetrics(new FakeKeeping(), clock).bindTo(registry);

    assertThat(
            registry
                .get("waybill.housekeeping.removed")
                .tag("rows", "payloads")
                .functionCounter()
                .count())
        .isEqualTo(7);
    assertThat(
            registry
                .get("waybill.housekeeping.busy")
                .tag("kind", "payloads")
                .functionCounter()
                .count())
        .isEqualTo(0.012);
    assertThat(registry.get("waybill.housekeeping.oldest").tag("kind", "payloads").gauge().value())
        .isEqualTo(60);
    assertThat(registry.get("waybill.housekeeping.ended").gauge().value()).isEqualTo(57);
  }
}
