package io.waybill.operator;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.waybill.broker.Receipt;
import io.waybill.broker.StatusChange;
import io.waybill.broker.Watch;
import io.waybill.message.DestinationState;
import io.waybill.message.LinkState;
import io.waybill.message.Outcome;
import io.waybill.message.Status;
import io.waybill.spec.Specification;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Counts what the broker does. Labels have few values, those of enums and of the specification;
 * each counter is looked up once and kept, because it is raised for every message.
 */
public final class Metrics implements Watch {

  /** What is not of the specification: documents that could not be typed. */
  private static final String UNKNOWN = "unknown";

  private final MeterRegistry registry;
  private final Map<String, OfOperation> operations = new HashMap<>();
  private final OfOperation unknown;
  private final Map<String, OfDestination> destinations = new HashMap<>();
  private final Map<String, LinkState> links = new ConcurrentHashMap<>();
  private final Map<Refusal, Counter> refusals = new EnumMap<>(Refusal.class);
  private final Timer commits;
  private final DistributionSummary groups;

  /** Counts there. */
  public Metrics(MeterRegistry registry, Specification specification) {
    this.registry = registry;
    unknown = new OfOperation(UNKNOWN);
    specification
        .operations()
        .keySet()
        .forEach(name -> operations.put(name, new OfOperation(name)));
    specification
        .destinations()
        .keySet()
        .forEach(name -> destinations.put(name, new OfDestination(name)));
    for (String name : specification.links().keySet()) {
      links.put(name, LinkState.unknown(name));
      Gauge.builder("waybill.link.up", () -> link(name).up() ? 1 : 0)
          .description("1 while the link is there, as last seen, and not declared down")
          .tag("link", name)
          .register(registry);
    }
    for (Refusal why : Refusal.values()) {
      refusals.put(
          why,
          Counter.builder("waybill.refused")
              .description("Documents that sources were told to keep for now")
              .tag("cause", label(why))
              .register(registry));
    }
    commits =
        Timer.builder("waybill.journal.commit")
            .description("How long a group took to become durable")
            .serviceLevelObjectives(millis(5, 10, 25, 50, 100, 250, 1_000, 5_000))
            .register(registry);
    groups =
        DistributionSummary.builder("waybill.journal.group")
            .description("Messages written by one commit")
            .baseUnit("messages")
            .register(registry);
  }

  private static Duration[] millis(long... bounds) {
    Duration[] durations = new Duration[bounds.length];
    for (int i = 0; i < bounds.length; i++) {
      durations[i] = Duration.ofMillis(bounds[i]);
    }
    return durations;
  }

  private static String label(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public void received(String source, Receipt receipt) {
    operation(receipt.message().received().operation())
        .received(SourceKind.of(source), receipt.result())
        .increment();
  }

  @Override
  public void refused(Refusal why) {
    Counter counter = refusals.get(why);
    if (counter != null) {
      counter.increment();
    }
  }

  @Override
  public void written(int messages, long nanos) {
    commits.record(nanos, TimeUnit.NANOSECONDS);
    groups.record(messages);
  }

  @Override
  public void changed(List<StatusChange> changes) {
    for (StatusChange change : changes) {
      if (change.entry().from() == change.entry().to()) {
        continue;
      }
      operation(change.row().received().operation())
          .changed(change.entry().from(), change.entry().to())
          .increment();
    }
  }

  @Override
  public void kept(DestinationState state) {
    OfDestination destination = destinations.get(state.name());
    if (destination != null) {
      destination.up.set(state.downSince() == null ? 1 : 0);
    }
  }

  @Override
  public void kept(LinkState state) {
    links.computeIfPresent(state.name(), (name, before) -> state);
  }

  private LinkState link(String name) {
    return links.getOrDefault(name, LinkState.unknown(name));
  }

  /** The links of the specification, as last seen. */
  public Map<String, LinkState> links() {
    return new TreeMap<>(links);
  }

  @Override
  public void ended(String name, Outcome outcome, long nanos) {
    OfDestination destination = destinations.get(name);
    if (destination != null) {
      destination.ended(outcome).record(nanos, TimeUnit.NANOSECONDS);
    }
  }

  private OfOperation operation(String name) {
    OfOperation operation = operations.get(name);
    return operation == null ? unknown : operation;
  }

  /** How a document came in, by the beginning of its source. */
  private enum SourceKind {
    HTTP,
    JMS,
    FILE,
    FTP,
    SFTP,
    OTHER;

    private final String prefix = label(this) + ":";

    static SourceKind of(String source) {
      for (SourceKind kind : values()) {
        if (source.startsWith(kind.prefix)) {
          return kind;
        }
      }
      return OTHER;
    }
  }

  /**
   * The counters of an operation, made when first needed. Two threads may make the same one: the
   * registry gives both the same.
   */
  private final class OfOperation {

    private static final int RESULTS = Receipt.Result.values().length;
    private static final int STATUSES = Status.values().length;

    private final String name;
    private final AtomicReferenceArray<@Nullable Counter> received =
        new AtomicReferenceArray<>(SourceKind.values().length * RESULTS);
    private final AtomicReferenceArray<@Nullable Counter> changed =
        new AtomicReferenceArray<>((STATUSES + 1) * STATUSES);

    OfOperation(String name) {
      this.name = name;
    }

    Counter received(SourceKind kind, Receipt.Result result) {
      int at = kind.ordinal() * RESULTS + result.ordinal();
      Counter known = received.get(at);
      if (known == null) {
        known =
            Counter.builder("waybill.received")
                .description("Documents taken over from sources, or known to be here")
                .tag("source", label(kind))
                .tag("operation", name)
                .tag("result", label(result))
                .register(registry);
        received.set(at, known);
      }
      return known;
    }

    Counter changed(@Nullable Status from, Status to) {
      int at = (from == null ? STATUSES : from.ordinal()) * STATUSES + to.ordinal();
      Counter known = changed.get(at);
      if (known == null) {
        known =
            Counter.builder("waybill.status.changes")
                .description("Durable changes of the status of messages")
                .tag("operation", name)
                .tag("from", from == null ? "new" : from.sqlName())
                .tag("to", to.sqlName())
                .register(registry);
        changed.set(at, known);
      }
      return known;
    }
  }

  /** What is counted of a destination; made when first needed in the same way. */
  private final class OfDestination {

    private final String name;
    private final AtomicInteger up = new AtomicInteger(1);
    private final Map<Class<? extends Outcome>, Timer> ended = new ConcurrentHashMap<>();

    OfDestination(String name) {
      this.name = name;
      Gauge.builder("waybill.destination.up", up, AtomicInteger::get)
          .description("1 while the destination as a whole can be reached, as last seen")
          .tag("destination", name)
          .register(registry);
    }

    Timer ended(Outcome outcome) {
      Timer known = ended.get(outcome.getClass());
      return known != null ? known : ended.computeIfAbsent(outcome.getClass(), this::timer);
    }

    private Timer timer(Class<? extends Outcome> outcome) {
      return Timer.builder("waybill.postings")
          .description("Postings that ended, and how long they took")
          .tag("destination", name)
          .tag(
              "outcome",
              outcome.getSimpleName().replaceAll("\\B(?=[A-Z])", "_").toLowerCase(Locale.ROOT))
          .serviceLevelObjectives(millis(10, 50, 100, 500, 1_000, 5_000, 30_000))
          .register(registry);
    }
  }
}
