package io.waybill.broker;

import io.waybill.message.Payload;
import org.jspecify.annotations.Nullable;

/**
 * A person's decision about one message.
 *
 * @param kind what to do
 * @param seq the message
 * @param who the authenticated person
 * @param why the reason given; not blank
 * @param version the version of the row the person saw; null where it does not matter
 * @param prerequisite what is waived; null for the only one that is missing
 * @param document the new document, for {@code EDIT}; without a media type it keeps the one before
 */
public record Action(
    Kind kind,
    long seq,
    String who,
    String why,
    @Nullable Integer version,
    @Nullable String prerequisite,
    @Nullable Payload document) {

  /** An action without a document. */
  public Action(
      Kind kind,
      long seq,
      String who,
      String why,
      @Nullable Integer version,
      @Nullable String prerequisite) {
    this(kind, seq, who, why, version, prerequisite, null);
  }

  /** An action that is about the message as a whole. */
  public Action(Kind kind, long seq, String who, String why, @Nullable Integer version) {
    this(kind, seq, who, why, version, null, null);
  }

  /** What a person may do. */
  public enum Kind {
    /** Post it (again), in its place or, where it left its lanes, at their end. */
    RETRY,
    /** Close it unposted; whoever waits behind it goes on. */
    SKIP,
    /** The destination has it: close it as posted. */
    SETTLE_POSTED,
    /** The destination does not have it: post it again. */
    SETTLE_NOT_POSTED,
    /** Type and key it by the present specification and put it at the end of its lanes. */
    REREAD,
    /** Do without a prerequisite that is missing. */
    WAIVE,
    /**
     * Put another document in the place of its own: a new revision under a posting id of its own.
     */
    EDIT,
    /** Give up an attempt under way: its answer counts as lost, and the delivery class decides. */
    INTERRUPT,
    /** Post it once more though it is posted, as a new run at the end of its lanes. */
    REPOST
  }
}
