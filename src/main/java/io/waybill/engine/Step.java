package io.waybill.engine;

import io.waybill.message.ClosedGap;
import io.waybill.message.HistoryEntry;
import io.waybill.message.MessageRow;
import io.waybill.message.Moves;
import io.waybill.message.Order;
import io.waybill.message.Parked;
import io.waybill.message.PauseState;
import io.waybill.message.Payload;
import io.waybill.message.PostedAs;
import io.waybill.message.Reason;
import io.waybill.message.Status;
import io.waybill.message.StepRow;
import io.waybill.message.StoredReply;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One step of the engine under way: every change of a message is made and recorded here. */
final class Step {

  /** The longest detail kept; what a sender or destination says is not ours to bound otherwise. */
  private static final int MOST_DETAIL = 1_000;

  private record Before(
      Status status, int version, boolean isNew, boolean parked, boolean reread) {}

  private final Instant now;
  private final boolean mayPark;
  private final Map<OpenMessage, Before> changed = new LinkedHashMap<>();
  private final List<Decision> records = new ArrayList<>();
  private final Set<Exit> exits = new LinkedHashSet<>();
  private final List<OpenMessage> posts = new ArrayList<>();
  private final List<Answer> answers = new ArrayList<>();
  private final Set<OpenMessage> unnoted = new LinkedHashSet<>();
  private final ArrayDeque<OpenMessage> toConsider = new ArrayDeque<>();

  /** An answer is given about the message as it stands at the end of the step. */
  private record Answer(long ticket, Decision.@Nullable Result result, OpenMessage message) {}

  private Step(Instant now, boolean mayPark) {
    this.now = now;
    this.mayPark = mayPark;
  }

  /** A step that leaves to the table what memory need not hold. */
  static Step parking(Instant now) {
    return new Step(now, true);
  }

  /** A step about messages that have just been read from the table. */
  static Step keepingAll(Instant now) {
    return new Step(now, false);
  }

  Instant now() {
    return now;
  }

  /** Records a new message in its first status. */
  void begin(OpenMessage message) {
    if (!Moves.FIRST.contains(message.status)) {
      throw new IllegalStateException("A message cannot start as " + message.status);
    }
    changed.put(message, new Before(message.status, message.version, true, false, false));
    unnoted.add(message);
  }

  /** Moves a message to another status; refuses what the table of moves does not allow. */
  void move(OpenMessage message, Status to, @Nullable Reason reason, @Nullable String detail) {
    move(message, to, reason, detail, null);
  }

  /** The same, decided by a person. */
  void move(
      OpenMessage message,
      Status to,
      @Nullable Reason reason,
      @Nullable String detail,
      @Nullable String who) {
    boolean allowed =
        who == null ? Moves.allowed(message.status, to) : Moves.allowedToPerson(message.status, to);
    if (!allowed) {
      throw new IllegalStateException(
          "Message %d may not move from %s to %s".formatted(message.seq(), message.status, to));
    }
    if (message.status == Status.POSTING && !to.closed()) {
      message.places.forEach(place -> place.lane.forgetPosting());
    }
    touch(message, false);
    Status from = firstNoted(message, to) ? null : message.status;
    Exit exit = message.exit;
    if (exit != null) {
      exit.count(message, -1);
    }
    if (message.passing && to != Status.POSTING && to != Status.RETRY) {
      message.gates.forEach(gate -> gate.ended(message, to, reason));
      message.passing = false;
    }
    message.link = null;
    message.status = to;
    if (exit != null) {
      exit.count(message, 1);
    }
    message.reason = reason;
    message.detail = bounded(detail);
    message.dueAt = null;
    note(message, from, who);
  }

  /**
   * Whether this move is the first line of a new message's history: what may start in that status
   * is not said to have been submitted before.
   */
  private boolean firstNoted(OpenMessage message, Status to) {
    if (!unnoted.remove(message)) {
      return false;
    }
    if (Moves.FIRST.contains(to)) {
      return true;
    }
    note(message, null, null);
    return false;
  }

  /** What went through the gates of its links was answered, though more of it is to come. */
  void passed(OpenMessage message) {
    if (message.passing) {
      message.gates.forEach(gate -> gate.ended(message, Status.POSTED, null));
      message.passing = false;
    }
  }

  /** Says for which link a message waits that was moved for that. */
  void waitFor(OpenMessage message, String link) {
    if (message.exit != null) {
      message.exit.count(message, -1);
    }
    message.link = link;
  }

  /** Changes only what is said about a message, not its status. */
  void explain(OpenMessage message, @Nullable Reason reason, @Nullable String detail) {
    if (message.reason != reason || !Objects.equals(message.detail, detail)) {
      touch(message, false);
      message.reason = reason;
      message.detail = bounded(detail);
    }
  }

  /** The place of a message in a lane changes. */
  void moved(OpenMessage message) {
    touch(message, false);
  }

  /** Sets until when a message waits. */
  void waitsUntil(OpenMessage message, @Nullable Instant until) {
    if (!Objects.equals(message.dueAt, until)) {
      touch(message, false);
      message.dueAt = until;
    }
  }

  /** What others may require is true, once this is durable. */
  void remember(OpenMessage message, PostedAs fact) {
    records.add(new Decision.Remembered(fact, message.seq()));
  }

  /** What the destination answered is kept, and given to the sender once this is durable. */
  void replied(StoredReply reply) {
    records.add(new Decision.Replied(reply));
  }

  /** The same, of what no message here made true. */
  void remember(PostedAs fact) {
    records.add(new Decision.Remembered(fact, 0));
  }

  /** A step of a process stands so now, whatever becomes of its message. */
  void changed(StepRow row) {
    records.add(new Decision.StepChanged(row));
  }

  boolean mayPark() {
    return mayPark;
  }

  /** Leaves a message that has to wait to the table. */
  void park(OpenMessage message, Parked where) {
    if (message.parked != where) {
      touch(message, false);
      message.parked = where;
      message.leaves = true;
    }
  }

  /** Takes back that a message is left to the table. */
  void keep(OpenMessage message) {
    if (message.leaves) {
      touch(message, false);
    }
  }

  /** Marks that the identity of a message changes too. */
  void reread(OpenMessage message) {
    touch(message, true);
  }

  private void touch(OpenMessage message, boolean reread) {
    Before before = changed.get(message);
    if (before == null) {
      changed.put(
          message,
          new Before(message.status, message.version, false, message.parked != null, reread));
      message.version++;
      message.changedAt = now;
    } else if (reread && !before.reread()) {
      changed.put(
          message,
          new Before(before.status(), before.version(), before.isNew(), before.parked(), true));
    }
    message.parked = null;
    message.leaves = false;
  }

  /** Numbers of a lane are done, or not waited for any more. */
  void changed(Series series, int before, List<ClosedGap> closed) {
    records.add(new Decision.SeriesChanged(series.state(), before, List.copyOf(closed)));
  }

  /** Something happened to a message that is not a move, and that nobody decided. */
  void happened(OpenMessage message, Reason reason, String detail) {
    records.add(
        new Decision.Noted(
            new HistoryEntry(
                message.seq(),
                message.run,
                now,
                message.status,
                message.status,
                reason,
                bounded(detail),
                null)));
  }

  /** A new message begins with what is said of it now. */
  void beginAsSaid(OpenMessage message) {
    begin(message);
    firstNoted(message, message.status);
    note(message, null, null);
  }

  /** A person decided something that is not a move. */
  void decided(OpenMessage message, String detail, String who) {
    records.add(
        new Decision.Noted(
            new HistoryEntry(
                message.seq(),
                message.run,
                now,
                message.status,
                message.status,
                Reason.BY_HAND,
                bounded(detail),
                who)));
  }

  /** It has another document. */
  void revised(OpenMessage message, Payload payload) {
    records.add(new Decision.Revised(message.row(), payload));
  }

  private void note(OpenMessage message, @Nullable Status from, @Nullable String who) {
    records.add(
        new Decision.Noted(
            new HistoryEntry(
                message.seq(),
                message.run,
                now,
                from,
                message.status,
                message.reason,
                message.detail,
                who)));
  }

  static @Nullable String bounded(@Nullable String detail) {
    return detail == null || detail.length() <= MOST_DETAIL
        ? detail
        : detail.substring(0, MOST_DETAIL - 1) + "…";
  }

  boolean changed(OpenMessage message) {
    return changed.containsKey(message);
  }

  void changed(PauseState pause) {
    records.add(new Decision.PauseChanged(pause));
  }

  void changed(LinkGate gate) {
    records.add(new Decision.LinkChanged(gate.state));
  }

  /** A person decided something that concerns no message alone. */
  void audit(Order order) {
    records.add(new Decision.Audited(now, order));
  }

  void carriedOut(long ticket) {
    records.add(new Decision.CarriedOut(ticket));
  }

  void changed(Exit exit) {
    exits.add(exit);
  }

  void post(OpenMessage message) {
    posts.add(message);
  }

  void answer(long ticket, Decision.Result result, OpenMessage message) {
    answers.add(new Answer(ticket, result, message));
  }

  void answer(long ticket, Decision.Result result, MessageRow row) {
    records.add(new Decision.Answered(ticket, result, row));
  }

  void done(long ticket, OpenMessage message) {
    answers.add(new Answer(ticket, null, message));
  }

  void decline(long ticket, Decision.Why cause, String text) {
    records.add(new Decision.Declined(ticket, cause, text));
  }

  /** One of these may be first in its lanes now. */
  void reconsider(List<OpenMessage> messages) {
    toConsider.addAll(messages);
  }

  /** The next message to reconsider; null where there is none. */
  @Nullable OpenMessage toConsider() {
    return toConsider.poll();
  }

  /** Everything decided, rows first. */
  List<Decision> decisions() {
    unnoted.forEach(message -> note(message, null, null));
    unnoted.clear();
    List<Decision> decisions = new ArrayList<>(changed.size() + records.size() + 2);
    Map<OpenMessage, MessageRow> rows = new LinkedHashMap<>();
    changed.forEach(
        (message, before) -> {
          MessageRow row = message.row();
          rows.put(message, row);
          decisions.add(
              before.isNew()
                  ? new Decision.Inserted(row)
                  : new Decision.Changed(
                      row, before.status(), before.version(), before.parked(), before.reread()));
        });
    exits.forEach(exit -> decisions.add(new Decision.DestinationChanged(exit.state())));
    decisions.addAll(records);
    rows.keySet().forEach(message -> Processes.follow(message, now, decisions));
    for (Answer answer : answers) {
      MessageRow row = rows.computeIfAbsent(answer.message(), OpenMessage::row);
      decisions.add(
          answer.result() == null
              ? new Decision.Done(answer.ticket(), row)
              : new Decision.Answered(answer.ticket(), answer.result(), row));
    }
    for (OpenMessage message : posts) {
      if (message.status == Status.POSTING || message.status == Status.CANCELLING) {
        OpenMessage after = message.after;
        decisions.add(
            new Decision.Post(
                rows.computeIfAbsent(message, OpenMessage::row),
                after == null ? null : new Decision.Attempt(after.seq(), after.version)));
      }
    }
    return decisions;
  }
}
