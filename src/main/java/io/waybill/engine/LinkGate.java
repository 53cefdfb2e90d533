package io.waybill.engine;

import io.waybill.message.LinkState;
import io.waybill.message.Page;
import io.waybill.message.Reason;
import io.waybill.message.Status;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The gate of one link: the messages that wait for it, and how fast they follow when it is back. At
 * first one of them is tried; with each that is answered one more may be under way, with each that
 * comes to grief half as many. When nobody waits any more, the gate stands open.
 */
final class LinkGate {

  private static final Comparator<OpenMessage> BY_SEQ = Comparator.comparingLong(OpenMessage::seq);

  /** So many under way keep any destination busy. */
  static final int MOST_AT_ONCE = 1_024;

  private static final int MOST_READ = 1_000;

  /** How many messages it takes before others are parked. */
  private final int room;

  /** Whether the specification knows it; one that it does not know holds nobody. */
  private final boolean specified;

  LinkState state;

  /** Retriable because it is missing. */
  final TreeSet<OpenMessage> waiting = new TreeSet<>(BY_SEQ);

  /** Those that were let through while others waited, and were not answered yet. */
  private final Set<OpenMessage> passing = new HashSet<>();

  /** How many of those there may be. */
  private int window = 1;

  /** Everyone parked here up to this number is in memory, or was. */
  private long known;

  /** Whether others may be parked here beyond that number. */
  private boolean parked;

  /** Whether messages may be queued at destinations that have to come back and wait here. */
  boolean wentDown;

  LinkGate(String name, boolean specified, int room) {
    this.state = LinkState.unknown(name);
    this.specified = specified;
    this.room = room;
  }

  String name() {
    return state.name();
  }

  /** Whether messages that need it may be posted. */
  boolean up() {
    return !specified || state.up();
  }

  /** Whether it is back, and not all who waited have followed yet. */
  boolean isReturning() {
    return up() && (parked || !waiting.isEmpty());
  }

  /** Whether one more may follow. */
  boolean takesMore() {
    return up() && passing.size() < window;
  }

  /** Why a message waits here, in words. */
  String detail() {
    String trouble = state.trouble();
    return up()
        ? "link %s is back; messages follow as it bears them".formatted(name())
        : "link %s: %s".formatted(name(), trouble);
  }

  boolean isPassing(OpenMessage message) {
    return passing.contains(message);
  }

  /** A message goes through; it is counted while others wait. */
  void passes(OpenMessage message) {
    if (isReturning() && passing.add(message)) {
      message.passing = true;
    }
  }

  /** A message that went through is no longer on its way: what does that say of the link? */
  void ended(OpenMessage message, Status to, @Nullable Reason reason) {
    if (!passing.remove(message)) {
      return;
    }
    if (to == Status.POSTED || to == Status.FAILED) {
      window = Math.min(MOST_AT_ONCE, window + 1);
    } else if (to == Status.IN_DOUBT || (to == Status.RETRIABLE && reason != Reason.LINK)) {
      window = Math.max(1, window / 2);
    }
  }

  /** A message that went through is left to the table. */
  void forget(OpenMessage message) {
    passing.remove(message);
  }

  /** It is missing now, or back. */
  void changed(boolean wasUp) {
    if (wasUp && !up()) {
      wentDown = true;
    } else if (!wasUp && up()) {
      window = 1;
    }
  }

  /** Whether a message that has to wait here is better left to the table. */
  boolean crowded(OpenMessage message) {
    return parked ? message.seq() > known : waiting.size() > room;
  }

  /** From this number on the table knows of more. */
  void parkedFrom(long seq) {
    known = parked ? Math.min(known, seq - 1) : seq - 1;
    parked = true;
  }

  /** Whether so few are left that more have to be read. */
  boolean runsShort() {
    return parked && up() && waiting.size() <= page() / 2;
  }

  private int page() {
    return Math.max(1, Math.min(MOST_READ, room / 2));
  }

  Page.OfLink nextPage() {
    return new Page.OfLink(name(), known, page());
  }

  /** Those parked here were read up to this number, or to the end. */
  void read(long upTo, boolean toTheEnd) {
    known = Math.max(known, upTo);
    parked = !toTheEnd;
  }
}
