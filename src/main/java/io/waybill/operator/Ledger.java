package io.waybill.operator;

import io.waybill.journal.MessageView;
import io.waybill.journal.Replies;
import io.waybill.journal.StepView;
import io.waybill.journal.Waybills.Count;
import io.waybill.journal.Waybills.LanePlace;
import io.waybill.journal.Waybills.LaneView;
import io.waybill.journal.Waybills.LinkView;
import io.waybill.message.HistoryEntry;
import io.waybill.message.LaneName;
import io.waybill.message.MessageRow;
import io.waybill.message.PauseState;
import io.waybill.message.Payload;
import io.waybill.message.SeriesState;
import io.waybill.message.Status;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the journal tells people. The journal itself, or a fake that remembers. */
public interface Ledger {

  /** The message of that number. */
  Optional<MessageView> message(long seq);

  /** Messages by number, from the one after {@code filter.after()} on. */
  List<MessageView> find(Filter filter);

  /** The timeline of a message, oldest first. */
  List<HistoryEntry> history(long seq);

  /** The document of a message, as received or in a later revision. */
  Optional<Payload> payload(long seq, int revision);

  /** Since when the documents of a message are no longer kept; empty while they are. */
  Optional<Instant> payloadRemovedAt(long seq);

  /** The lanes in which the message holds a place, and how many stand before it. */
  List<LanePlace> places(long seq);

  /** Those that stand behind the message in one of its lanes, the first of them. */
  List<MessageView> behind(long seq, int limit);

  /** Open messages that require the message to be posted, the first of them. */
  List<MessageRow> requiring(long seq, int limit);

  /**
   * Lanes in which an open message holds a place; null stands for all.
   *
   * @param held true for those that stand still until somebody acts, false for the others
   */
  List<LaneView> lanes(
      @Nullable String nameSpace, @Nullable String key, @Nullable Boolean held, int limit);

  /** The lanes in which most messages wait, the longest first. */
  List<LaneView> longestLanes(int limit);

  /** How many messages there are by status and reason; reads the whole table. */
  List<Count> counts();

  /** The same but for posted ones: quick whatever the table's size. */
  List<Count> countsUnposted();

  /** What persons have paused. */
  List<PauseState> pauses();

  /** How far the numbers of lanes are done; null stands for all lanes. */
  List<SeriesState> numbers(@Nullable LaneName lane, int limit);

  /** The links, as last seen. */
  List<LinkView> links();

  /** What the destination of a message answered, and what became of that. */
  Optional<Replies.Found> reply(long seq);

  /** Drops the reply to a message at the word of its sender, once. */
  void release(long seq, String who);

  /** Replies that have to be released and are not, of a sender or of all. */
  List<Replies.Stored> unreleased(@Nullable String sender, long after, int limit);

  /** The steps of a message; none where it is no process. */
  List<StepView> steps(long seq);

  /**
   * Every message and step under a business id, of a sender or of all.
   *
   * @param limit of so many messages
   */
  List<StepView> steps(String businessId, @Nullable String sender, long after, int limit);

  /** Which messages; null and an empty list stand for all. */
  record Filter(
      @Nullable String operation,
      @Nullable String sender,
      @Nullable String messageId,
      @Nullable String businessId,
      @Nullable LaneName lane,
      List<Status> statuses,
      @Nullable Instant since,
      @Nullable String source,
      long after,
      int limit) {}
}
