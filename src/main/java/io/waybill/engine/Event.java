package io.waybill.engine;

import io.waybill.message.Fingerprint;
import io.waybill.message.KnownNumbers;
import io.waybill.message.MessageRow;
import io.waybill.message.Order;
import io.waybill.message.Outcome;
import io.waybill.message.Payload;
import io.waybill.message.PostedAs;
import io.waybill.message.PostingId;
import io.waybill.spec.Reading;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What happens to the engine, together with the facts that only the table knows. */
public sealed interface Event {

  /**
   * A document came.
   *
   * @param ticket names the submission in the answer
   * @param reading how the specification reads it
   * @param sender who sent it
   * @param source where it came from
   * @param fingerprint of its bytes
   * @param partition the partition that owns it
   * @param owner fact: the earlier message that owns its key; null where the table has none
   * @param twin fact: an earlier failed message of the same bytes and sender that owns no id
   * @param posted facts: what it needs and the table knows
   * @param numbers facts: what the table knows of its numbers
   */
  record Arrived(
      long ticket,
      Reading reading,
      String sender,
      String source,
      Fingerprint fingerprint,
      int partition,
      @Nullable MessageRow owner,
      @Nullable MessageRow twin,
      Set<PostedAs> posted,
      KnownNumbers numbers)
      implements Event {

    /** A document without numbers. */
    public Arrived(
        long ticket,
        Reading reading,
        String sender,
        String source,
        Fingerprint fingerprint,
        int partition,
        @Nullable MessageRow owner,
        @Nullable MessageRow twin,
        Set<PostedAs> posted) {
      this(
          ticket,
          reading,
          sender,
          source,
          fingerprint,
          partition,
          owner,
          twin,
          posted,
          KnownNumbers.NONE);
    }

    /** A document of which nothing it needs is known. */
    public Arrived(
        long ticket,
        Reading reading,
        String sender,
        String source,
        Fingerprint fingerprint,
        int partition,
        @Nullable MessageRow owner,
        @Nullable MessageRow twin) {
      this(ticket, reading, sender, source, fingerprint, partition, owner, twin, Set.of());
    }
  }

  /**
   * An attempt ended.
   *
   * @param seq the message
   * @param version of its row when the intent was written: names the attempt
   * @param outcome what came of it
   * @param effectRecorded fact, for transactional destinations: whether the effect is in the
   *     database
   * @param id under which it was sent; null where that is not known
   */
  record Ended(
      long seq, int version, Outcome outcome, boolean effectRecorded, @Nullable PostingId id)
      implements Event {

    /** An attempt of a message that is posted once. */
    public Ended(long seq, int version, Outcome outcome, boolean effectRecorded) {
      this(seq, version, outcome, effectRecorded, null);
    }
  }

  /**
   * A person decided.
   *
   * @param ticket names the action in the answer
   * @param verb what to do
   * @param seq the message
   * @param who the person
   * @param why the reason given
   * @param version the version of the row the person saw; null where it does not matter
   * @param row fact: the message, where the engine may not hold it; null where there is none
   * @param reread fact: how the present specification reads its bytes, for {@code REREAD}
   * @param owner fact: the message that owns the key so read
   * @param prerequisite what the person waives, for {@code WAIVE}; null for the only one missing
   * @param posted facts: what it needs and the table knows
   * @param edition fact: the new document, for {@code EDIT}
   * @param numbers facts: what the table knows of the numbers so read
   */
  record Decided(
      long ticket,
      Verb verb,
      long seq,
      String who,
      String why,
      @Nullable Integer version,
      @Nullable MessageRow row,
      @Nullable Reread reread,
      @Nullable MessageRow owner,
      @Nullable String prerequisite,
      Set<PostedAs> posted,
      @Nullable Edition edition,
      KnownNumbers numbers)
      implements Event {

    /** A decision without a document, about a message without numbers. */
    public Decided(
        long ticket,
        Verb verb,
        long seq,
        String who,
        String why,
        @Nullable Integer version,
        @Nullable MessageRow row,
        @Nullable Reread reread,
        @Nullable MessageRow owner,
        @Nullable String prerequisite,
        Set<PostedAs> posted) {
      this(
          ticket,
          verb,
          seq,
          who,
          why,
          version,
          row,
          reread,
          owner,
          prerequisite,
          posted,
          null,
          KnownNumbers.NONE);
    }

    /** A decision about a message that needs nothing. */
    public Decided(
        long ticket,
        Verb verb,
        long seq,
        String who,
        String why,
        @Nullable Integer version,
        @Nullable MessageRow row,
        @Nullable Reread reread,
        @Nullable MessageRow owner) {
      this(ticket, verb, seq, who, why, version, row, reread, owner, null, Set.of());
    }
  }

  /** How the present specification reads a stored document, and the partition that would own it. */
  record Reread(Reading reading, int partition) {}

  /**
   * A document that is to take the place of a message's.
   *
   * @param reading how the present specification reads it
   * @param payload the document, with what is kept with the one before
   * @param fingerprint of its bytes
   */
  record Edition(Reading reading, Payload payload, Fingerprint fingerprint) {}

  /** What a person may do with a message. */
  enum Verb {
    /** Post it (again), in its place or, where it left its lanes, at their end. */
    RETRY,
    /** Close it unposted. */
    SKIP,
    /** The destination has it. */
    SETTLE_POSTED,
    /** The destination does not have it: post it again. */
    SETTLE_NOT_POSTED,
    /** Type and key it by the present specification. */
    REREAD,
    /** Do without something it needs. */
    WAIVE,
    /** Put another document in the place of its own. */
    EDIT,
    /** Give up an attempt under way: its answer counts as lost. */
    INTERRUPT,
    /** Execute it once more, though the destination has it: a new run. */
    REPOST
  }

  /**
   * A component reported what came of a posting.
   *
   * @param ticket names the report in the answer
   * @param outcome posted or refused
   * @param row fact: the message, where the engine may not hold it; null where there is none
   * @param posted facts: what it needs and the table knows
   */
  record Reported(
      long ticket,
      long seq,
      PostingId id,
      Outcome outcome,
      @Nullable MessageRow row,
      Set<PostedAs> posted)
      implements Event {}

  /**
   * A person decided about something other than a message.
   *
   * @param ticket names the order in the answer
   * @param numbers facts: what the table knows of the numbers it is about
   */
  record Ordered(long ticket, Order order, KnownNumbers numbers) implements Event {

    /** A decision that is not about numbers. */
    public Ordered(long ticket, Order order) {
      this(ticket, order, KnownNumbers.NONE);
    }
  }

  /**
   * A person tells what was posted before there was this broker.
   *
   * @param ticket names the import in the answer
   */
  record Imported(long ticket, List<PostedAs> facts) implements Event {

    /** An import of these facts. */
    public Imported {
      facts = List.copyOf(facts);
    }
  }

  /**
   * A link was probed.
   *
   * @param detail what was seen
   */
  record Probed(String link, boolean up, @Nullable String detail) implements Event {}

  /** Time has passed: whatever is due by now is done. */
  record TimeCame() implements Event {}

  /** A route to the destination runs: postings may leave. */
  record Opened(String destination) implements Event {}

  /** No route to the destination runs any more. */
  record Closed(String destination) implements Event {}
}
