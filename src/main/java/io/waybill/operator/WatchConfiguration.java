package io.waybill.operator;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.waybill.broker.Broker;
import io.waybill.journal.Backlog;
import io.waybill.spec.Specification;
import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What tells others how the broker is: its health, and its metrics. */
@Configuration(proxyBeanMethods = false)
public class WatchConfiguration {

  @Bean
  Metrics metrics(MeterRegistry registry, Specification specification) {
    return new Metrics(registry, specification);
  }

  @Bean
  Pulse pulse(Backlog backlog) {
    return new Pulse(backlog::requireAnswer, Duration.ofSeconds(1), Duration.ofSeconds(5));
  }

  @Bean
  Drain drain(IntakeSettings settings) {
    return new Drain(settings.drain());
  }

  /** Part of being alive: without its loop the broker does nothing, whatever else there is. */
  @Bean
  HealthIndicator loopHealthIndicator(Broker broker) {
    return () -> (broker.runs() ? Health.up() : Health.down()).build();
  }

  /** Part of being ready: without its journal the broker takes nothing. */
  @Bean
  HealthIndicator journalHealthIndicator(Broker broker, Pulse pulse) {
    return () -> {
      String trouble = trouble(broker, pulse);
      return trouble == null
          ? Health.up().build()
          : Health.down().withDetail("trouble", trouble).build();
    };
  }

  /** A link that is missing is no fault of the broker: it is told, and the broker is well. */
  @Bean
  HealthIndicator linksHealthIndicator(Metrics metrics) {
    return () -> {
      Health.Builder health = Health.up();
      metrics
          .links()
          .forEach(
              (name, link) ->
                  health.withDetail(name, link.up() ? "up" : "down: " + link.trouble()));
      return health.build();
    };
  }

  private static @Nullable String trouble(Broker broker, Pulse pulse) {
    String ofBroker = broker.trouble();
    return ofBroker == null ? pulse.trouble() : ofBroker;
  }

  @Bean
  MeterBinder brokerMetrics(Broker broker, Pulse pulse, Specification specification) {
    return registry -> {
      Gauge.builder("waybill.journal.available", () -> trouble(broker, pulse) == null ? 1 : 0)
          .description("1 while the journal can be written")
          .register(registry);
      Gauge.builder("waybill.memory.messages", broker, Broker::inMemory)
          .description("Open messages in memory, lanes included at what they take")
          .register(registry);
      Gauge.builder("waybill.memory.messages.limit", broker, it -> it.settings().heldMessages())
          .description("How many it holds before no more are taken in")
          .register(registry);
      Gauge.builder("waybill.waiting.messages", broker, Broker::waiting)
          .description("Documents that wait to be written")
          .register(registry);
      for (String name : specification.destinations().keySet()) {
        Gauge.builder("waybill.postings.in.flight", broker, it -> it.inFlight(name))
            .description("Postings that the destination has not answered yet")
            .tag("destination", name)
            .register(registry);
      }
    };
  }

  @Bean
  MeterBinder keepingMetrics(Keeping keeping, Clock clock) {
    return new KeepingMetrics(keeping, clock);
  }

  @Bean
  OpenMessages openMessages(
      Backlog backlog, Clock clock, ObjectProvider<PrometheusRegistry> prometheus) {
    OpenMessages open = new OpenMessages(backlog::parts, clock);
    prometheus.ifAvailable(registry -> registry.register(open));
    return open;
  }
}
