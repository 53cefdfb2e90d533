package io.waybill.engine;

import io.waybill.message.DestinationState;
import io.waybill.message.Page;
import io.waybill.message.PauseState;
import io.waybill.message.Status;
import io.waybill.spec.DeliveryClass;
import io.waybill.spec.Destination;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The exit to one destination: its slots, the messages that only wait for a slot, and its link. The
 * link opens (goes down) when the destination as a whole cannot be reached; then one trial posting
 * at a time finds out whether it is back.
 */
final class Exit {

  private static final Comparator<OpenMessage> BY_SEQ = Comparator.comparingLong(OpenMessage::seq);

  /**
   * How many intents of a lane are written together: each leaves when the one before it succeeded.
   * As many as the destination takes at once, but within these bounds.
   */
  static final int LEAST_CHAIN = 64;

  static final int MOST_CHAIN = 512;

  /** How many intents of all lanes together may wait for the one before them. */
  static final int FOLLOWERS = 2_048;

  /** How many parked messages are read at once. */
  private static final int MOST_AT_ONCE = 1_000;

  final Destination destination;

  /** Of the links that every message to it needs. */
  List<LinkGate> gates = List.of();

  /** First in their lanes, every gate open; wait for a slot or for a running route. */
  final TreeSet<OpenMessage> ready = new TreeSet<>(BY_SEQ);

  /** Retriable because the link is down. */
  final TreeSet<OpenMessage> behindLink = new TreeSet<>(BY_SEQ);

  /** Those in flight of which an earlier try may have arrived. */
  final Set<OpenMessage> repeating = new HashSet<>();

  private final boolean chainable;

  /** How many messages it takes before others are parked. */
  private final int gate;

  /** How many open messages with this destination are in memory, and how many are retriable. */
  private int held;

  private int retriable;

  /** Everyone parked here up to this number is in memory, or was. */
  private long known;

  /** Whether others may be parked here beyond that number. */
  private boolean parked;

  int inFlight;

  /** How many are being posted that wait for the one before them, and take no slot. */
  private int followers;

  boolean open;

  /** That a person paused it; null where nobody did. */
  PauseState.@Nullable Set paused;

  long postings;
  @Nullable Instant downSince;
  @Nullable String downDetail;
  @Nullable Instant nextTrialAt;
  int failures;

  /** The message that tries a link that is down; null where none is under way. */
  @Nullable OpenMessage trial;

  Exit(Destination destination, int gate) {
    this.destination = destination;
    this.gate = gate;
    chainable = chainable(destination);
  }

  void restore(DestinationState state) {
    postings = state.postings();
    downSince = state.downSince();
    downDetail = state.downDetail();
    nextTrialAt = state.nextTrialAt();
    failures = state.failures();
  }

  boolean down() {
    return downSince != null;
  }

  /** Whether a route runs, and nobody paused it. */
  boolean lets() {
    return open && paused == null;
  }

  boolean hasSlot() {
    return lets() && inFlight < destination.inFlight();
  }

  /**
   * Whether the next messages of a lane may be intended before the first is posted: a repetition of
   * those that may have left does no harm, and the destination remembers many more than those.
   */
  boolean chains() {
    return lets() && !down() && chainable && followers < FOLLOWERS && !wouldForget();
  }

  /** How many intents of a lane may be written together. */
  int chain() {
    return Math.min(MOST_CHAIN, Math.max(LEAST_CHAIN, destination.inFlight()));
  }

  private static boolean chainable(Destination destination) {
    Long count = destination.remembers().count();
    return destination.delivery() == DeliveryClass.DEDUPLICATING
        && destination.reports() == null
        && (count == null || count > 4L * (destination.inFlight() + FOLLOWERS));
  }

  /**
   * Whether one more new posting id could make the destination forget one that is being repeated,
   * before the repetition arrives.
   */
  boolean wouldForget() {
    return !repeating.isEmpty()
        && repeating.stream().anyMatch(message -> pushedOut(message, postings + 1));
  }

  /**
   * Whether a destination that remembers so many ids may have forgotten this one, once that many
   * were sent. Those in flight beside it may have arrived after it though they were sent before.
   */
  boolean pushedOut(OpenMessage message, long sent) {
    Long count = destination.remembers().count();
    long beside = destination.inFlight() - 1L + (chainable ? FOLLOWERS : 0);
    return count != null && sent - message.triedAs + beside >= count;
  }

  /** An attempt begins: it takes a slot, or waits for the one before it in its lane. */
  void begins(OpenMessage message, @Nullable OpenMessage before) {
    message.after = before;
    if (before == null) {
      inFlight++;
    } else {
      followers++;
    }
  }

  /** The one before it is out of its way: it takes that one's slot. */
  void takesSlot(OpenMessage message) {
    if (message.after != null) {
      message.after = null;
      followers--;
      inFlight++;
    }
  }

  /** An attempt ended: if it had a slot, that is free. */
  void ended(OpenMessage message) {
    if (message.after == null) {
      inFlight--;
    } else {
      message.after = null;
      followers--;
    }
    repeating.remove(message);
  }

  /** A message came into memory or went; one that waits for a link is none of its own. */
  void count(OpenMessage message, int messages) {
    Status status = message.status;
    if (message.link != null) {
      return;
    }
    if (!status.closed() && status != Status.FAILED && status != Status.IN_DOUBT) {
      held += messages;
    }
    if (status == Status.RETRIABLE) {
      retriable += messages;
    }
  }

  int held() {
    return held;
  }

  /** How many messages it is busy with: they are first in their lanes. */
  private int busy() {
    return ready.size() + retriable + inFlight;
  }

  /**
   * Whether a message that has to wait here is better left to the table, behind those there. One
   * that stands before them all is not: to find it again, the table would be read from there on.
   */
  boolean crowded(OpenMessage message) {
    return parked ? message.seq() > known : busy() > gate;
  }

  /** From this number on the table knows of more. */
  void parkedFrom(long seq) {
    known = parked ? Math.min(known, seq - 1) : seq - 1;
    parked = true;
  }

  /** Whether messages are, or may be, parked here. */
  boolean parked() {
    return parked;
  }

  /** Whether so few are left that more have to be read. */
  boolean runsShort() {
    return parked && busy() <= gate / 2;
  }

  /** Whether it has room for more messages that wait for nothing else. */
  boolean takesMore() {
    return busy() <= gate / 2;
  }

  Page.OfDestination page() {
    return new Page.OfDestination(
        destination.name(), known, Math.max(1, Math.min(MOST_AT_ONCE, gate / 2)));
  }

  /** Those parked here were read up to this number, or to the end. */
  void read(long upTo, boolean toTheEnd) {
    known = Math.max(known, upTo);
    parked = !toTheEnd;
  }

  /** Whether messages wait on the wrong side of the link: it changed and they have to follow. */
  boolean needsSweep() {
    return down() ? !ready.isEmpty() : !behindLink.isEmpty();
  }

  DestinationState state() {
    return new DestinationState(
        destination.name(), postings, downSince, downDetail, nextTrialAt, failures);
  }
}
