package io.waybill.broker;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * The large bodies that are being split at present, for those who watch. Safe for use by several
 * threads.
 */
public final class Underway {

  /**
   * How far one of them is.
   *
   * @param source the body, e.g. {@code file:orders.csv}
   * @param sender who sent it
   * @param since when it was begun
   * @param size in bytes
   * @param read how many of them were read
   * @param documents how many documents are durable
   * @param failed how many of these failed or were in conflict
   */
  public record Body(
      String source,
      String sender,
      Instant since,
      long size,
      long read,
      long documents,
      long failed) {}

  private final Set<Supplier<Body>> bodies = ConcurrentHashMap.newKeySet();

  /** Begins to show one; to be ended by whoever began it. */
  public void begin(Supplier<Body> body) {
    bodies.add(body);
  }

  /** Shows it no more. */
  public void end(Supplier<Body> body) {
    bodies.remove(body);
  }

  /** All of them, the oldest first. */
  public List<Body> now() {
    return bodies.stream()
        .map(Supplier::get)
        .sorted(Comparator.comparing(Body::since).thenComparing(Body::source))
        .toList();
  }
}
