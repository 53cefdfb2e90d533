package io.waybill.spec;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A system that messages are posted to.
 *
 * @param name its name, as in {@code waybill:post:NAME}
 * @param delivery what it makes possible
 * @param remembers how long and for how many ids it refuses repetitions ({@code deduplicating})
 * @param late how long a lost first try may still arrive ({@code queryable}, {@code hold})
 * @param inFlight postings at once over all lanes
 * @param timeout of one posting
 * @param links the links every message to it needs
 * @param retry how failures are repeated
 * @param classify overrides of the failure classes
 * @param reports how long it may take until it reports that it is done; null where the end of a
 *     posting says so
 */
public record Destination(
    String name,
    DeliveryClass delivery,
    Remembers remembers,
    Duration late,
    int inFlight,
    Duration timeout,
    List<String> links,
    Retry retry,
    Classify classify,
    @Nullable Duration reports) {

  /** One that is done when the posting ends. */
  public Destination(
      String name,
      DeliveryClass delivery,
      Remembers remembers,
      Duration late,
      int inFlight,
      Duration timeout,
      List<String> links,
      Retry retry,
      Classify classify) {
    this(name, delivery, remembers, late, inFlight, timeout, links, retry, classify, null);
  }

  /**
   * What a deduplicating destination remembers.
   *
   * @param time for how long; null for ever
   * @param count how many ids; null for all
   */
  public record Remembers(@Nullable Duration time, @Nullable Long count) {
    /** Everything, for ever. */
    public static final Remembers ALL = new Remembers(null, null);
  }

  /**
   * Overrides of the failure classes: HTTP status codes as numbers, exceptions by class name.
   *
   * @param permanent refused for good
   * @param passing transient: repeated, spends an attempt
   * @param ambiguous the answer is lost
   * @param unavailable the destination as a whole
   */
  public record Classify(
      Set<String> permanent, Set<String> passing, Set<String> ambiguous, Set<String> unavailable) {
    /** No overrides. */
    public static final Classify DEFAULT = new Classify(Set.of(), Set.of(), Set.of(), Set.of());
  }
}
