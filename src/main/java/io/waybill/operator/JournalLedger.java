package io.waybill.operator;

import io.waybill.journal.MessageView;
import io.waybill.journal.Replies;
import io.waybill.journal.StepView;
import io.waybill.journal.Steps;
import io.waybill.journal.Waybills;
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
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Tells what the state table has. */
public final class JournalLedger implements Ledger {

  private final Waybills waybills;
  private final Replies replies;
  private final Steps steps;

  /** Asks there. */
  public JournalLedger(Waybills waybills, Replies replies, Steps steps) {
    this.steps = steps;
    this.waybills = waybills;
    this.replies = replies;
  }

  @Override
  public Optional<MessageView> message(long seq) {
    return waybills.message(seq);
  }

  /** Several statuses are asked for one by one: each has its index, and a page of each suffices. */
  @Override
  public List<MessageView> find(Filter filter) {
    if (filter.statuses().isEmpty()) {
      return waybills.find(question(filter, null));
    }
    return filter.statuses().stream()
        .distinct()
        .flatMap(status -> waybills.find(question(filter, status)).stream())
        .sorted(Comparator.comparingLong(MessageView::seq))
        .limit(filter.limit())
        .toList();
  }

  private static Waybills.Filter question(Filter filter, @Nullable Status status) {
    return new Waybills.Filter(
        filter.operation(),
        filter.sender(),
        filter.messageId(),
        filter.businessId(),
        filter.lane(),
        status,
        filter.since(),
        filter.source(),
        filter.after(),
        filter.limit());
  }

  @Override
  public List<HistoryEntry> history(long seq) {
    return waybills.history(seq);
  }

  @Override
  public Optional<Payload> payload(long seq, int revision) {
    return waybills.payload(seq, revision);
  }

  @Override
  public Optional<Instant> payloadRemovedAt(long seq) {
    return waybills.payloadRemovedAt(seq);
  }

  @Override
  public List<LanePlace> places(long seq) {
    return waybills.places(seq);
  }

  @Override
  public List<MessageView> behind(long seq, int limit) {
    return waybills.behind(seq, limit);
  }

  @Override
  public List<MessageRow> requiring(long seq, int limit) {
    return waybills.requiring(seq, limit);
  }

  @Override
  public List<LaneView> lanes(
      @Nullable String nameSpace, @Nullable String key, @Nullable Boolean held, int limit) {
    return waybills.lanes(nameSpace, key, held, limit);
  }

  @Override
  public List<LaneView> longestLanes(int limit) {
    return waybills.longestLanes(limit);
  }

  @Override
  public List<Count> counts() {
    return waybills.counts();
  }

  @Override
  public List<Count> countsUnposted() {
    return waybills.countsUnposted();
  }

  @Override
  public List<PauseState> pauses() {
    return waybills.pauses();
  }

  @Override
  public List<SeriesState> numbers(@Nullable LaneName lane, int limit) {
    return waybills.numbers(lane, limit);
  }

  @Override
  public List<LinkView> links() {
    return waybills.links();
  }

  @Override
  public Optional<Replies.Found> reply(long seq) {
    return replies.of(seq);
  }

  @Override
  public void release(long seq, String who) {
    replies.release(seq, who);
  }

  @Override
  public List<StepView> steps(long seq) {
    return steps.of(seq);
  }

  @Override
  public List<StepView> steps(String businessId, @Nullable String sender, long after, int limit) {
    return steps.ofBusiness(businessId, sender, after, limit);
  }

  @Override
  public List<Replies.Stored> unreleased(@Nullable String sender, long after, int limit) {
    return replies.unreleased(sender, after, limit);
  }
}
