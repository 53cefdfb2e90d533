package io.waybill.provider;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A transaction in the history.
 *
 * @param run null where it was cancelled before it came
 * @param order later ones have higher numbers; null where it was never performed
 * @param answer null where it was never performed
 */
public record Recorded(
    TransactionId transaction,
    Status status,
    @Nullable Integer run,
    @Nullable Long order,
    @Nullable Answer answer,
    @Nullable Instant performedAt,
    @Nullable Instant cancelledAt) {

  /** Whether it stands. */
  public enum Status {
    PERFORMED,
    CANCELLED
  }
}
