package io.waybill.bench.engine;

import io.waybill.bench.work.Lanes;
import io.waybill.engine.Event;
import io.waybill.message.Fingerprint;
import io.waybill.message.LaneName;
import io.waybill.spec.DeliveryClass;
import io.waybill.spec.Destination;
import io.waybill.spec.OnFailure;
import io.waybill.spec.Operation;
import io.waybill.spec.Reading;
import io.waybill.spec.Retry;
import io.waybill.spec.Specification;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** The orders of one sender for one destination as they arrive, each with an id of its own. */
final class Orders {

  private static final String OPERATION = "PlaceOrder";
  private static final List<String> NAME_SPACES = List.of("customer", "account", "article");
  private static final long SEED = 4711;

  /** Postings at once, and what the destination remembers: as in {@code bench/home}. */
  private static final int IN_FLIGHT = 512;

  private static final Destination.Remembers REMEMBERS = new Destination.Remembers(null, 200_000L);

  /** The default, but nobody gives up: what waits has to wait as long as is measured. */
  private static final Retry RETRY =
      new Retry(
          Duration.ofSeconds(1), 2, Duration.ofMinutes(5), 0.2, null, Duration.ofDays(100_000));

  private final String sender;
  private final String destination;
  private final int keys;
  private final @Nullable Lanes lanes;
  private final SplittableRandom random = new SplittableRandom(SEED);
  private int made;

  private Orders(String sender, String destination, int keys, @Nullable Lanes lanes) {
    this.sender = sender;
    this.destination = destination;
    this.keys = keys;
    this.lanes = lanes;
  }

  /**
   * Orders in lanes picked by chance.
   *
   * @param keys how many lanes each is in, every one in a name space of its own
   * @param lanes how many lanes each name space has
   * @param skew the exponent of Zipf's law; 0 for lanes that are all alike
   */
  static Orders inLanes(String sender, String destination, int keys, int lanes, double skew) {
    return new Orders(sender, destination, keys, new Lanes(lanes, skew));
  }

  /** Orders that are each in a lane of its own. */
  static Orders alone(String sender, String destination) {
    return new Orders(sender, destination, 1, null);
  }

  /** The specification that knows them. */
  static Specification specification(String... destinations) {
    Map<String, Destination> byName = new LinkedHashMap<>();
    for (String name : destinations) {
      byName.put(
          name,
          new Destination(
              name,
              DeliveryClass.DEDUPLICATING,
              REMEMBERS,
              Duration.ZERO,
              IN_FLIGHT,
              Duration.ofSeconds(30),
              List.of(),
              RETRY,
              Destination.Classify.DEFAULT));
    }
    return new Specification(byName, Map.of(OPERATION, new Operation(OPERATION, OnFailure.HOLD)));
  }

  /** The next ones, read and not known to the table. Nothing in them was ever used before. */
  List<Event> next(int number) {
    List<Event> orders = new ArrayList<>(number);
    for (int i = 0; i < number; i++) {
      orders.add(next());
    }
    return orders;
  }

  private Event next() {
    int order = ++made;
    List<LaneName> names = new ArrayList<>(keys);
    for (int key = 0; key < keys; key++) {
      int lane = lanes == null ? order : lanes.pick(random);
      names.add(new LaneName(NAME_SPACES.get(key), sender + "-" + lane));
    }
    Reading reading =
        new Reading.Read(OPERATION, sender + "-" + order, null, List.copyOf(names), destination);
    byte[] hash = ByteBuffer.allocate(32).putInt(order).array();
    return new Event.Arrived(
        order, reading, sender, "jms:orders.in", Fingerprint.stored(hash), 0, null, null);
  }
}
