package io.waybill.operator;

import io.waybill.broker.Action;
import io.waybill.broker.ActionRefused;
import io.waybill.broker.Intake;
import io.waybill.broker.NotNow;
import io.waybill.broker.Receipt;
import io.waybill.broker.Receipt.Result;
import io.waybill.broker.Report;
import io.waybill.journal.MessageView;
import io.waybill.journal.Moment.Stand;
import io.waybill.journal.Replies;
import io.waybill.journal.StepView;
import io.waybill.journal.Waybills.Count;
import io.waybill.journal.Waybills.LanePlace;
import io.waybill.journal.Waybills.LaneView;
import io.waybill.journal.Waybills.LinkView;
import io.waybill.message.Fingerprint;
import io.waybill.message.HistoryEntry;
import io.waybill.message.LaneName;
import io.waybill.message.MessageRow;
import io.waybill.message.NumberRange;
import io.waybill.message.Order;
import io.waybill.message.PauseState;
import io.waybill.message.Payload;
import io.waybill.message.PostedAs;
import io.waybill.message.Reason;
import io.waybill.message.Received;
import io.waybill.message.Release;
import io.waybill.message.SeriesState;
import io.waybill.message.Standing;
import io.waybill.message.Status;
import io.waybill.message.StoredReply;
import io.waybill.message.Submission;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A broker and its journal in memory: takes what it is told to take, and remembers all it saw. */
public final class FakeBroker
    implements Intake, Decisions, Ledger, Orders, Imports, Reloads, Reports, Why.Inquiry {

  public static final Instant THEN = Instant.parse("2026-11-21T08:00:00Z");

  public final List<Submission> submissions = new ArrayList<>();
  public final List<Action> actions = new ArrayList<>();
  public final List<Order> orders = new ArrayList<>();

  /** What was imported: each fact, and what was said about it. */
  public final List<PostedAs> posted = new ArrayList<>();

  public final List<String> imports = new ArrayList<>();
  public final List<String> reloads = new ArrayList<>();

  /** What comes of a reload. */
  public volatile Reloads.Outcome reloaded = new Reloads.Outcome(List.of(), false, Set.of());

  public final Map<Long, MessageRow> rows = new TreeMap<>();
  public final Map<Long, Payload> payloads = new TreeMap<>();
  public final Map<Long, List<HistoryEntry>> histories = new TreeMap<>();
  public final Map<Long, StoredReply> replies = new TreeMap<>();
  public final Map<Long, String> released = new TreeMap<>();

  public final List<StepView> steps = new ArrayList<>();
  public final List<Report> reports = new ArrayList<>();

  private Result result = Result.ACCEPTED;
  private Status status = Status.SUBMITTED;
  private @Nullable Reason reason;
  private boolean ownsId = true;
  private @Nullable NotNow notNow;
  private @Nullable CompletableFuture<Void> gate;
  private ActionRefused.@Nullable Cause refusal;
  private List<MessageRow> requiring = List.of();

  /** As new. */
  public synchronized void reset() {
    submissions.clear();
    actions.clear();
    orders.clear();
    posted.clear();
    imports.clear();
    reloads.clear();
    rows.clear();
    payloads.clear();
    histories.clear();
    replies.clear();
    released.clear();
    steps.clear();
    reports.clear();
    answers(Result.ACCEPTED, Status.SUBMITTED, null, true);
    notNow = null;
    gate = null;
    refusal = null;
    requiring = List.of();
  }

  /** What the next submissions are told. */
  public synchronized void answers(
      Result nextResult, Status nextStatus, @Nullable Reason nextReason, boolean nextOwnsId) {
    result = nextResult;
    status = nextStatus;
    reason = nextReason;
    ownsId = nextOwnsId;
  }

  @Override
  public synchronized CompletableFuture<Void> importPosted(
      List<PostedAs> facts, String what, String who, String why) {
    posted.addAll(facts);
    imports.add(what + " by " + who + ": " + why);
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public synchronized Reloads.Outcome reload(String who, String why, boolean dryRun) {
    if (!dryRun) {
      reloads.add(who + ": " + why);
    }
    return reloaded;
  }

  /** From now on it can take nothing. */
  public synchronized void isBusy() {
    notNow = new NotNow("The journal cannot be reached.", Duration.ofSeconds(7));
  }

  /** From now on, answers wait for the returned future. */
  public synchronized CompletableFuture<Void> commitsSlowly() {
    gate = new CompletableFuture<>();
    return gate;
  }

  /** From now on it refuses actions. */
  public synchronized void refuses(ActionRefused.Cause cause) {
    refusal = cause;
  }

  @Override
  public synchronized CompletableFuture<Receipt> submit(Submission submission) {
    if (notNow != null) {
      return CompletableFuture.failedFuture(notNow);
    }
    submissions.add(submission);
    MessageRow row = add(submission, rows.size() + 1L);
    Receipt receipt = new Receipt(result, row);
    return gate == null
        ? CompletableFuture.completedFuture(receipt)
        : gate.thenApply(opened -> receipt);
  }

  private MessageRow add(Submission submission, long seq) {
    String id = submission.messageId() == null ? "" : submission.messageId();
    String operation = submission.operation() == null ? "" : submission.operation();
    MessageRow row = row(seq, operation, submission.sender(), id, ownsId, status, reason);
    rows.put(seq, row);
    payloads.put(seq, submission.payload());
    histories.put(seq, List.of(new HistoryEntry(seq, 1, THEN, null, status, reason, null, null)));
    return row;
  }

  /** A message of lane cust:4711. */
  public static MessageRow row(
      long seq,
      String operation,
      String sender,
      String id,
      boolean ownsId,
      Status status,
      @Nullable Reason reason) {
    return new MessageRow(
        new Received(
            seq,
            0,
            operation,
            sender,
            id,
            ownsId,
            "PO-7",
            Fingerprint.of(new byte[0]),
            "http:/api/v1/messages",
            THEN),
        standing(status, reason, 3));
  }

  private static Standing standing(Status status, @Nullable Reason reason, int version) {
    return new Standing(
        status,
        reason,
        reason == null ? null : "because of " + reason.sqlName(),
        List.of(new LaneName("cust", "4711")),
        List.of(5L),
        null,
        "erp",
        0,
        1,
        null,
        null,
        null,
        0,
        1,
        0,
        version,
        THEN);
  }

  @Override
  public synchronized CompletableFuture<Void> carryOut(Order order) {
    if (refusal != null) {
      return CompletableFuture.failedFuture(new ActionRefused(refusal, "refused: " + refusal));
    }
    orders.add(order);
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public @Nullable Instant lastProbe(String link) {
    return THEN;
  }

  @Override
  public synchronized CompletableFuture<MessageRow> act(Action action) {
    if (refusal != null) {
      return CompletableFuture.failedFuture(new ActionRefused(refusal, "refused: " + refusal));
    }
    MessageRow row = rows.get(action.seq());
    if (action.version() != null && action.version() != row.standing().version()) {
      return CompletableFuture.failedFuture(
          new ActionRefused(ActionRefused.Cause.CHANGED, "It changed."));
    }
    actions.add(action);
    Status after =
        switch (action.kind()) {
          case RETRY, SETTLE_NOT_POSTED, REPOST -> Status.RETRY;
          case INTERRUPT -> Status.POSTING;
          case SKIP -> Status.SKIPPED;
          case SETTLE_POSTED -> Status.POSTED;
          case REREAD, WAIVE, EDIT -> Status.SUBMITTED;
        };
    MessageRow changed =
        new MessageRow(
            row.received(), standing(after, Reason.BY_HAND, row.standing().version() + 1));
    rows.put(action.seq(), changed);
    return CompletableFuture.completedFuture(changed);
  }

  @Override
  public synchronized Optional<MessageView> message(long seq) {
    return Optional.ofNullable(rows.get(seq)).map(row -> MessageView.of(row, "node-1", 1L));
  }

  @Override
  public synchronized List<MessageView> find(Filter filter) {
    return rows.values().stream()
        .filter(row -> row.seq() > filter.after())
        .filter(row -> filter.sender() == null || filter.sender().equals(row.received().sender()))
        .filter(
            row ->
                filter.statuses().isEmpty() || filter.statuses().contains(row.standing().status()))
        .limit(filter.limit())
        .map(row -> MessageView.of(row, "node-1", 1L))
        .toList();
  }

  @Override
  public synchronized List<HistoryEntry> history(long seq) {
    return histories.getOrDefault(seq, List.of());
  }

  @Override
  public synchronized Optional<Payload> payload(long seq, int revision) {
    return Optional.ofNullable(payloads.get(seq));
  }

  /** What has no document is taken for one whose document was removed. */
  @Override
  public synchronized Optional<Instant> payloadRemovedAt(long seq) {
    return payloads.containsKey(seq) ? Optional.empty() : Optional.of(THEN);
  }

  @Override
  public List<LanePlace> places(long seq) {
    return List.of(new LanePlace(new LaneName("cust", "4711"), 2));
  }

  @Override
  public synchronized List<MessageView> behind(long seq, int limit) {
    return rows.values().stream()
        .filter(row -> row.seq() > seq)
        .limit(limit)
        .map(row -> MessageView.of(row, "node-1", 1L))
        .toList();
  }

  /** Those that the next skips find to require it. */
  public synchronized void requires(MessageRow... rows) {
    requiring = List.of(rows);
  }

  @Override
  public synchronized List<MessageRow> requiring(long seq, int limit) {
    return requiring;
  }

  @Override
  public synchronized Optional<Why> why(long seq) {
    return Optional.ofNullable(rows.get(seq))
        .map(
            row -> {
              Why.Cause failed = Remedies.failed(row);
              return new Why(
                  THEN,
                  new Why.Link(
                      row,
                      Remedies.says(row),
                      List.of(new Stand(new LaneName("cust", "4711"), 0, seq)),
                      List.of(failed),
                      Why.Told.HERE),
                  new Why.Root(seq, failed.kind(), null, failed.text(), failed.help()),
                  List.of());
            });
  }

  @Override
  public List<LaneView> lanes(
      @Nullable String nameSpace, @Nullable String key, @Nullable Boolean held, int limit) {
    return List.of(new LaneView(new LaneName("cust", "4711"), 1, Status.FAILED, 3, THEN));
  }

  @Override
  public List<LaneView> longestLanes(int limit) {
    return lanes(null, null, null, limit);
  }

  @Override
  public synchronized List<Count> counts() {
    return rows.values().stream()
        .map(row -> new Count(row.standing().status(), row.standing().reason(), 1))
        .toList();
  }

  @Override
  public List<Count> countsUnposted() {
    return counts().stream().filter(count -> count.status() != Status.POSTED).toList();
  }

  @Override
  public List<PauseState> pauses() {
    return List.of(
        new PauseState(
            PauseState.Kind.LANE,
            "cust:4711",
            new PauseState.Set(THEN, "anna", "the customer asked")));
  }

  @Override
  public List<SeriesState> numbers(@Nullable LaneName lane, int limit) {
    return List.of(
        new SeriesState(new LaneName("order", "1"), 6, List.of(new NumberRange(9, 10)), 0));
  }

  @Override
  public List<LinkView> links() {
    return List.of(
        new LinkView("edi", false, THEN, "no carrier", null, "link", null, 7),
        new LinkView("erp", false, THEN, "connection refused", THEN));
  }

  @Override
  public synchronized Optional<Replies.Found> reply(long seq) {
    return Optional.ofNullable(replies.get(seq))
        .map(
            reply ->
                new Replies.Found(stored(reply), released.containsKey(seq) ? null : reply.reply()));
  }

  private Replies.Stored stored(StoredReply reply) {
    MessageRow row = rows.get(reply.seq());
    String by = released.get(reply.seq());
    return new Replies.Stored(
        reply.seq(),
        row.received().operation(),
        row.received().sender(),
        row.received().messageId(),
        reply.at(),
        reply.release(),
        reply.keepUntil(),
        reply.reply().code(),
        by == null ? (long) reply.reply().body().length : null,
        by == null ? null : THEN,
        by);
  }

  @Override
  public synchronized void release(long seq, String who) {
    released.putIfAbsent(seq, who);
  }

  @Override
  public synchronized List<Replies.Stored> unreleased(
      @Nullable String sender, long after, int limit) {
    return replies.values().stream()
        .filter(reply -> reply.release() == Release.REQUIRED && reply.seq() > after)
        .filter(reply -> !released.containsKey(reply.seq()))
        .map(this::stored)
        .filter(stored -> sender == null || stored.sender().equals(sender))
        .limit(limit)
        .toList();
  }

  @Override
  public synchronized List<StepView> steps(long seq) {
    return steps.stream().filter(step -> step.seq() == seq).toList();
  }

  @Override
  public synchronized List<StepView> steps(
      String businessId, @Nullable String sender, long after, int limit) {
    return steps.stream()
        .filter(step -> businessId.equals(step.businessId()))
        .filter(step -> sender == null || sender.equals(step.sender()))
        .filter(step -> step.seq() > after)
        .limit(limit)
        .toList();
  }

  @Override
  public synchronized CompletableFuture<MessageRow> report(Report report) {
    reports.add(report);
    MessageRow row = rows.get(report.seq());
    return row == null
        ? CompletableFuture.failedFuture(
            new ActionRefused(ActionRefused.Cause.UNKNOWN, "There is no such message"))
        : CompletableFuture.completedFuture(row);
  }
}
