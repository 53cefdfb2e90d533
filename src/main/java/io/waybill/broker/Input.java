package io.waybill.broker;

import io.waybill.message.Fingerprint;
import io.waybill.message.MessageRow;
import io.waybill.message.Order;
import io.waybill.message.Outcome;
import io.waybill.message.PostedAs;
import io.waybill.message.PostingId;
import io.waybill.message.Submission;
import io.waybill.spec.Reading;
import io.waybill.spec.Specification;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What reaches the loop from other threads. */
sealed interface Input {

  /** A document, read already by that specification. */
  record Submitted(
      Submission submission,
      Reading reading,
      Fingerprint fingerprint,
      int partition,
      Specification by,
      CompletableFuture<Receipt> answer)
      implements Input {}

  /** What a person decided, and waits for. */
  sealed interface Decided extends Input {
    /** Completes when it is durable; exceptionally where it is refused. */
    CompletableFuture<?> answer();
  }

  /** A person's action. */
  record Acted(Action action, CompletableFuture<MessageRow> answer) implements Decided {}

  /** What a component reported, and waits for. */
  record Reported(Report report, CompletableFuture<MessageRow> answer) implements Decided {}

  /** What came of an attempt. */
  record Ended(PostingId id, long seq, int version, Outcome outcome) implements Input {}

  /** A route to a destination runs, or runs no more. */
  record RouteChanged(String destination, boolean open) implements Input {}

  /** A person's decision about something other than a message. */
  record Ordered(Order order, CompletableFuture<Void> answer) implements Decided {}

  /** Is decided with nothing else under way, and durable before anything else is decided. */
  sealed interface Alone extends Decided {}

  /**
   * What was posted before there was this broker.
   *
   * @param what is imported, in words
   */
  record Imported(
      List<PostedAs> facts, String what, String who, String why, CompletableFuture<Void> answer)
      implements Alone {}

  /**
   * Other rules hold from now on.
   *
   * @param specification the rules
   * @param reader how documents are read by them
   * @param accepted told when they hold, before anything is decided by them
   */
  record Reloaded(
      Specification specification,
      Function<Submission, Reading> reader,
      Consumer<Specification> accepted,
      String who,
      String why,
      CompletableFuture<Void> answer)
      implements Alone {}

  /** What a probe saw of a link. */
  record Probed(String link, boolean up, @Nullable String trouble) implements Input {}

  /** A group was written, or not. */
  record Committed(long number, @Nullable RuntimeException failure) implements Input {}

  /** Wakes the loop. */
  record Wake() implements Input {}
}
