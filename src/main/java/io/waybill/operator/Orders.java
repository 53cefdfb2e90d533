package io.waybill.operator;

import io.waybill.message.Order;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Where people's decisions go that concern no message alone: the broker, or a fake. */
public interface Orders {

  /**
   * Carries it out; completes when that is durable, exceptionally with {@link
   * io.waybill.broker.ActionRefused} or {@link io.waybill.broker.NotNow}.
   */
  CompletableFuture<Void> carryOut(Order order);

  /** When a link was probed last by this broker; null where it was not. */
  @Nullable Instant lastProbe(String link);
}
