package io.waybill.broker;

import io.waybill.message.Submission;
import java.util.concurrent.CompletableFuture;

/** Where sources hand documents in. Safe for use by several threads. */
public interface Intake {

  /**
   * Takes a document over, in the order of the calls. The returned future completes when it is
   * durable in the journal or known as a duplicate; exceptionally with {@link NotNow} where the
   * source has to keep it.
   */
  CompletableFuture<Receipt> submit(Submission submission);
}
