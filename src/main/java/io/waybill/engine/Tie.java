package io.waybill.engine;

import io.waybill.message.LaneName;
import io.waybill.message.MessageRow;
import io.waybill.message.Need;
import io.waybill.message.Numbered;
import io.waybill.message.Parked;
import io.waybill.message.PostedAs;
import io.waybill.message.Reason;
import io.waybill.message.Standing;
import io.waybill.message.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What memory knows of an open message that is tied to others by more than one lane: it waits for
 * others, others may wait for it, or it stands in several lanes. It stays when the message itself
 * is parked, because where it has to stand depends on all of these together.
 */
final class Tie {

  final long seq;
  final String operation;
  final @Nullable Exit exit;

  /** What it needed when it was loaded or came. */
  final List<Need> needs;

  /** The numbers it had when it was loaded or came. */
  final List<Numbered> numbers;

  /** The numbers that it holds. */
  final List<Series.Member> members = new ArrayList<>(0);

  /** What others know once it is posted. */
  final List<PostedAs> facts;

  /** The message; null while only the table has it. */
  @Nullable OpenMessage message;

  /** Where it stands; empty while it holds no place. */
  List<LaneName> lanes = List.of();

  List<Long> ranks = List.of();

  /** What it needs and has not. */
  final List<Wait> waits = new ArrayList<>(1);

  /** Who waits, and expects it from this message. */
  final Set<Wait> requiredBy = new LinkedHashSet<>();

  /** When one of its waits is over; null for never. */
  @Nullable Instant deadline;

  /** By what it is found while only the table has it; null where it has failed and is at rest. */
  @Nullable Parked parked;

  private boolean tried;
  private boolean failed;

  Tie(MessageRow row, @Nullable Exit exit, List<PostedAs> facts) {
    seq = row.seq();
    operation = row.received().operation();
    this.exit = exit;
    needs = row.received().needs();
    numbers = row.received().numbers();
    this.facts = facts;
    deadline = row.standing().status() == Status.SUBMITTED ? row.standing().dueAt() : null;
    parked = row.standing().parked();
    tried = row.standing().firstTriedAt() != null || begun(row.standing());
    failed = row.standing().status() == Status.FAILED;
  }

  private static boolean begun(Standing standing) {
    return standing.plan() != null && standing.step() > standing.plan().first();
  }

  /** The table has it, and memory no more. */
  void leave(OpenMessage parting) {
    parked = parting.parked;
    tried = tried(parting);
    failed = parting.status == Status.FAILED;
    message = null;
  }

  private static boolean tried(OpenMessage message) {
    return message.firstTriedAt != null
        || message.begun()
        || switch (message.status) {
          case SUBMITTED, RETRIABLE, RETRY, FAILED -> false;
          case POSTING, IN_DOUBT, POSTED, SKIPPED, CANCELLING, CANCELLED -> true;
        };
  }

  /** Whether it has never been sent: it may still be overtaken by what it waits for. */
  boolean untried() {
    return message == null ? !tried : !tried(message);
  }

  /** Whether it may be posted without a person, so that others may expect something of it. */
  boolean able() {
    return message == null ? !failed : message.status != Status.FAILED && !message.status.closed();
  }

  boolean posted() {
    return message != null && message.status == Status.POSTED;
  }

  boolean posting() {
    return message != null && message.status == Status.POSTING;
  }

  long rank(LaneName lane) {
    return ranks.get(lanes.indexOf(lane));
  }

  /** Why it waits. */
  Reason reason() {
    return waits.stream().allMatch(wait -> wait.member != null) ? Reason.GAP : Reason.PREREQUISITE;
  }

  /** What it waits for, in words. */
  String missing() {
    StringBuilder words = new StringBuilder();
    for (Wait wait : waits) {
      words.append(words.isEmpty() ? "waits for " : " and ").append(wait.text());
      Duration within = wait.need.within();
      if (wait.overdue && within != null) {
        words.append(", which did not come within ").append(told(within));
      }
    }
    return words.toString();
  }

  /** As it is written in the specification. */
  static String told(Duration time) {
    if (time.toSeconds() * 1_000 != time.toMillis()) {
      return time.toMillis() + "ms";
    }
    if (time.toMinutes() * 60 != time.toSeconds()) {
      return time.toSeconds() + "s";
    }
    if (time.toHours() * 60 != time.toMinutes()) {
      return time.toMinutes() + "m";
    }
    return time.toHours() % 24 == 0 ? time.toDays() + "d" : time.toHours() + "h";
  }

  @Override
  public String toString() {
    return operation + " " + seq;
  }
}
