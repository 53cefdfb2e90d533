package io.waybill.spec;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How a destination's transient failures are repeated.
 *
 * @param first the pause before the second attempt
 * @param factor by which each further pause grows
 * @param most the longest pause
 * @param jitter the share by which a pause varies, 0 to 1
 * @param attempts how many attempts at most; null for unlimited
 * @param expire how long after the first failed attempt a message may still be tried
 */
public record Retry(
    Duration first,
    double factor,
    Duration most,
    double jitter,
    @Nullable Integer attempts,
    Duration expire) {

  /** The default: 1 s doubling to 5 min, a fifth of jitter, given up after 72 h. */
  public static final Retry DEFAULT =
      new Retry(Duration.ofSeconds(1), 2, Duration.ofMinutes(5), 0.2, null, Duration.ofHours(72));

  /**
   * The pause after the given number of failed attempts.
   *
   * @param failures failed attempts so far, from 1
   * @param chance a number from 0 (inclusive) to 1 that picks the jitter
   */
  public Duration pause(int failures, double chance) {
    double millis = first.toMillis() * Math.pow(factor, Math.min(failures - 1, 1000));
    double bounded = Math.min(millis, (double) most.toMillis());
    return Duration.ofMillis(Math.round(bounded * (1 + jitter * (2 * chance - 1))));
  }

  /** When a message whose first attempt failed at that moment expires. */
  public Instant expiry(Instant firstFailure) {
    return firstFailure.plus(expire);
  }
}
