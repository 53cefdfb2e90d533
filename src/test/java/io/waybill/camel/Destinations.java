package io.waybill.camel;

import io.waybill.spec.DeliveryClass;
import io.waybill.spec.Destination;
import io.waybill.spec.Destination.Classify;
import io.waybill.spec.Retry;
import java.time.Duration;
import java.util.List;

/** Destinations for tests. */
final class Destinations {

  private Destinations() {}

  static Destination of(String name, DeliveryClass delivery, Classify classify) {
    return new Destination(
        name,
        delivery,
        Destination.Remembers.ALL,
        Duration.ofMinutes(5),
        8,
        Duration.ofSeconds(30),
        List.of(),
        Retry.DEFAULT,
        classify);
  }

  static Destination of(String name, DeliveryClass delivery) {
    return of(name, delivery, Classify.DEFAULT);
  }
}
