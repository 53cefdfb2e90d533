package io.waybill.operator;

import io.waybill.message.DestinationState;
import io.waybill.message.HistoryEntry;
import io.waybill.message.LaneName;
import io.waybill.message.MessageRow;
import io.waybill.message.Payload;
import io.waybill.message.Status;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the journal tells people. The journal itself, or a fake that remembers. */
public interface Ledger {

  /** The message of that number. */
  Optional<Entry> message(long seq);

  /** Messages by number, from the one after {@code filter.after()} on. */
  List<Entry> find(Filter filter);

  /** The timeline of a message, oldest first. */
  List<HistoryEntry> history(long seq);

  /** The document of a message, as received or in a later revision. */
  Optional<Payload> payload(long seq, int revision);

  /** The lanes in which the message holds a place, and how many stand before it. */
  List<Place> places(long seq);

  /** Those that stand behind the message in one of its lanes, the first of them. */
  List<Entry> behind(long seq, int limit);

  /** Lanes in which an open message holds a place. */
  List<Lane> lanes(LaneFilter filter);

  /** What is kept of the destinations. */
  List<DestinationState> destinations();

  /**
   * A message as people see it.
   *
   * @param row what the journal has
   * @param node the node that changed it last
   * @param epoch the fencing number under which it was changed last
   */
  record Entry(MessageRow row, @Nullable String node, @Nullable Long epoch) {}

  /** A place in a lane: how many stand before it. */
  record Place(LaneName lane, long ahead) {}

  /** A lane: who is first, how many wait behind it, and since when. */
  record Lane(LaneName name, long first, Status firstStatus, long waiting, Instant oldest) {}

  /** Which messages; null stands for all. */
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

  /** Which lanes; null stands for all, {@code held} for those whose first waits for a person. */
  record LaneFilter(@Nullable String nameSpace, @Nullable String key, boolean held, int limit) {}
}
