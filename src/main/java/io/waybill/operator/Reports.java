package io.waybill.operator;

import io.waybill.broker.Report;
import io.waybill.message.MessageRow;
import java.util.concurrent.CompletableFuture;

/** Where reports of components go: the broker, or a fake that remembers. */
public interface Reports {

  /**
   * Takes what a component reports; completes with the message when that is durable, exceptionally
   * with {@link io.waybill.broker.ActionRefused} or {@link io.waybill.broker.NotNow}.
   */
  CompletableFuture<MessageRow> report(Report report);
}
