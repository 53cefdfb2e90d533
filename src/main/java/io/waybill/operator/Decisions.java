package io.waybill.operator;

import io.waybill.broker.Action;
import io.waybill.message.MessageRow;
import java.util.concurrent.CompletableFuture;

/** Where people's decisions go: the broker, or a fake that remembers. */
public interface Decisions {

  /**
   * Carries out a person's action; completes with the changed message when that is durable,
   * exceptionally with {@link io.waybill.broker.ActionRefused} or {@link io.waybill.broker.NotNow}.
   */
  CompletableFuture<MessageRow> act(Action action);
}
