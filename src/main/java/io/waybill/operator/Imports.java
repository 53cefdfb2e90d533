package io.waybill.operator;

import io.waybill.message.PostedAs;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Where it is told what was posted before there was this broker: the broker, or a fake. */
@FunctionalInterface
public interface Imports {

  /**
   * Takes it over; completes when that is durable.
   *
   * @param what is imported, in words for the audit
   */
  CompletableFuture<Void> importPosted(List<PostedAs> facts, String what, String who, String why);
}
