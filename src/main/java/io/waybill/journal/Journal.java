package io.waybill.journal;

import io.waybill.message.Changeover;
import io.waybill.message.DestinationState;
import io.waybill.message.Fingerprint;
import io.waybill.message.KnownNumbers;
import io.waybill.message.LinkState;
import io.waybill.message.MessageKey;
import io.waybill.message.MessageRow;
import io.waybill.message.Numbered;
import io.waybill.message.Page;
import io.waybill.message.ParkedLane;
import io.waybill.message.PauseState;
import io.waybill.message.Payload;
import io.waybill.message.PostedAs;
import io.waybill.message.PostingId;
import io.waybill.message.Reply;
import io.waybill.spec.Ordering;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.ObjLongConsumer;

/**
 * The state table as the loop needs it. Every method may throw a {@link JournalException}; what
 * kind it is decides what the loop does.
 */
public interface Journal {

  /** How many partitions there are, for good: a lane's partition is part of its messages. */
  int PARTITIONS = 32;

  /**
   * Makes this node the owner of all partitions: raises the epoch of every lease row, which waits
   * for or defeats commits still under way, and returns the new epoch.
   */
  long takeOver(String node);

  /**
   * Reads everything that is open, holds a place or waits, and is not parked: what the engine keeps
   * in memory, each with the epoch under which its row was written last.
   */
  void readOpen(ObjLongConsumer<MessageRow> each);

  /** Reads the lanes of which messages are parked. */
  void readParkedLanes(Consumer<ParkedLane> each);

  /** The destinations at which messages are parked. */
  Set<String> parkedDestinations();

  /** Reads the parked messages on these pages, in the order of the queue; a list for each page. */
  Map<Page, List<MessageRow>> parked(Collection<Page> pages);

  /** Of which operations, and by what, open messages need to know that messages were posted. */
  Set<PostedAs.Kind> needed();

  /**
   * From now on just this is remembered of posted messages; what is new among it is filled in from
   * the messages there are.
   */
  void remember(Set<PostedAs.Kind> kinds);

  /** Those of the facts that are true. */
  Set<PostedAs> posted(Collection<PostedAs> facts);

  /**
   * Reads open messages that {@link #readOpen} leaves out and that wait for others, are of one of
   * these operations, or stand in several lanes.
   */
  void readTied(Set<String> operations, Consumer<MessageRow> each);

  /** What is known of these numbers, and how far those of their lanes are done. */
  KnownNumbers numbers(Collection<Numbered> numbers);

  /** The greatest number ever given to a message, 0 where there is none. */
  long lastSeq();

  /** What is kept of the destinations. */
  List<DestinationState> destinations();

  /** What is kept of the links. */
  List<LinkState> links();

  /** What persons have paused. */
  List<PauseState> pauses();

  /** The links at which messages are parked. */
  Set<String> parkedLinks();

  /** How order was kept when that was written last, by operation. */
  Map<String, Ordering> orderings();

  /**
   * From now on order is kept like this. Of what changed, each set of operations is a changeover
   * where messages of them are open.
   */
  void follow(Collection<Ordering> present, List<Set<String>> changed);

  /** The changeovers under way. */
  List<Changeover> changeovers();

  /** Reads the numbers of the open messages that came before a changeover. */
  void readBefore(Changeover changeover, LongConsumer each);

  /** How many messages are open at these destinations; only those that have any. */
  Map<String, Long> openAt(Set<String> destinations);

  /** Writes a group in one transaction, durable on return. */
  void commit(Group group);

  /** Earlier messages that own these keys; of those no longer kept, what is known of them. */
  Map<MessageKey, MessageRow> owners(Collection<MessageKey> keys);

  /**
   * Earlier messages with these bytes from that sender that own no id (unreadable, untyped,
   * unkeyed, or in conflict), whatever became of them, by sender and fingerprint; the newest where
   * there are several.
   */
  Map<Twin, MessageRow> twins(Collection<Twin> twins);

  /** Messages by number. */
  Map<Long, MessageRow> rows(Collection<Long> seqs);

  /** Those of the posting ids whose effect is recorded in the broker's database. */
  Set<PostingId> effects(Collection<PostingId> ids);

  /** The bytes to post of these messages, by number and revision. */
  Map<PayloadKey, Payload> payloads(Collection<PayloadKey> keys);

  /** What the steps before these answered, by message and name of the step. */
  Map<Long, Map<String, Reply>> stepReplies(Collection<StepKey> before);

  /** Who sent which bytes. */
  record Twin(String sender, Fingerprint fingerprint) {}

  /** Names a step of a run of a message. */
  record StepKey(long seq, int run, int step) {}

  /** Names a stored document. */
  record PayloadKey(long seq, int revision) {}
}
