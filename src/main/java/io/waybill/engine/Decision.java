package io.waybill.engine;

import io.waybill.message.ClosedGap;
import io.waybill.message.DestinationState;
import io.waybill.message.HistoryEntry;
import io.waybill.message.LinkState;
import io.waybill.message.MessageRow;
import io.waybill.message.Order;
import io.waybill.message.PauseState;
import io.waybill.message.Payload;
import io.waybill.message.PostedAs;
import io.waybill.message.SeriesState;
import io.waybill.message.Status;
import io.waybill.message.StepRow;
import io.waybill.message.StoredReply;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the engine decided: first what must be written, then what may happen once it is. */
public sealed interface Decision {

  /** A new message. */
  record Inserted(MessageRow row) implements Decision {}

  /**
   * A message changed.
   *
   * @param row as it is now
   * @param fromStatus its status before this step
   * @param fromVersion its version before this step
   * @param fromParked whether it was parked before this step
   * @param reread whether its identity changed too
   */
  record Changed(
      MessageRow row, Status fromStatus, int fromVersion, boolean fromParked, boolean reread)
      implements Decision {}

  /** A message was posted, and others may require that; 0 where it was posted elsewhere. */
  record Remembered(PostedAs fact, long seq) implements Decision {}

  /** A reply came, to be kept for its sender. */
  record Replied(StoredReply reply) implements Decision {}

  /** A message has another document. */
  record Revised(MessageRow row, Payload payload) implements Decision {}

  /** A step of a process began, ended, or stands otherwise. */
  record StepChanged(StepRow step) implements Decision {}

  /** A line of history. */
  record Noted(HistoryEntry entry) implements Decision {}

  /** What is kept of a destination changed. */
  record DestinationChanged(DestinationState state) implements Decision {}

  /** What is kept of a link changed. */
  record LinkChanged(LinkState state) implements Decision {}

  /**
   * Numbers of a lane are done.
   *
   * @param state as it is now
   * @param fromVersion its version before this step
   * @param closed which of them were missing, and are not waited for any more
   */
  record SeriesChanged(SeriesState state, int fromVersion, List<ClosedGap> closed)
      implements Decision {}

  /** Something was paused, or resumed. */
  record PauseChanged(PauseState state) implements Decision {}

  /** A person decided something that concerns no message alone. */
  record Audited(Instant at, Order order) implements Decision {}

  /** Once durable: a person's order was carried out. */
  record CarriedOut(long ticket) implements Decision {}

  /**
   * Once durable: post it.
   *
   * @param row the message
   * @param after the attempt that has to succeed before this one may leave; null for none
   */
  record Post(MessageRow row, @Nullable Attempt after) implements Decision {}

  /** Names an attempt: a message, and the version of its row when the intent was written. */
  record Attempt(long seq, int version) {}

  /** Once durable: answer a submission. */
  record Answered(long ticket, Result result, MessageRow row) implements Decision {}

  /** Once durable: a person's action was carried out. */
  record Done(long ticket, MessageRow row) implements Decision {}

  /** A person's action was refused. */
  record Declined(long ticket, Why cause, String message) implements Decision {}

  /** What became of a submission. */
  enum Result {
    /** New. */
    ACCEPTED,
    /** Same id and bytes as an earlier one. */
    DUPLICATE,
    /** Same id as an earlier one, other bytes; journaled as failed. */
    CONFLICT,
    /** Cannot be read, typed or keyed; journaled as failed. */
    FAILED
  }

  /** Why an action was refused. */
  enum Why {
    /** There is no such message. */
    UNKNOWN,
    /** The row changed since the person saw it. */
    CHANGED,
    /** Not allowed in its present status. */
    NOT_ALLOWED,
    /** The document that came with it cannot be used. */
    UNFIT
  }
}
