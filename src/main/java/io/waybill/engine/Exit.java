package io.waybill.engine;

import io.waybill.message.DestinationState;
import io.waybill.spec.Destination;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
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

  final Destination destination;

  /** First in their lanes, every gate open; wait for a slot or for a running route. */
  final TreeSet<OpenMessage> ready = new TreeSet<>(BY_SEQ);

  /** Retriable because the link is down. */
  final TreeSet<OpenMessage> behindLink = new TreeSet<>(BY_SEQ);

  /** Those in flight of which an earlier try may have arrived. */
  final Set<OpenMessage> repeating = new HashSet<>();

  int inFlight;
  boolean open;
  long postings;
  @Nullable Instant downSince;
  @Nullable String downDetail;
  @Nullable Instant nextTrialAt;
  int failures;

  /** The message that tries a link that is down; null where none is under way. */
  @Nullable OpenMessage trial;

  Exit(Destination destination) {
    this.destination = destination;
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

  boolean hasSlot() {
    return open && inFlight < destination.inFlight();
  }

  /**
   * Whether one more new posting id could make the destination forget one that is being repeated,
   * before the repetition arrives.
   */
  boolean wouldForget() {
    return repeating.stream().anyMatch(message -> pushedOut(message, postings + 1));
  }

  /**
   * Whether a destination that remembers so many ids may have forgotten this one, once that many
   * were sent. Those in flight beside it may have arrived after it though they were sent before.
   */
  boolean pushedOut(OpenMessage message, long sent) {
    Long count = destination.remembers().count();
    return count != null && sent - message.triedAs + destination.inFlight() - 1 >= count;
  }

  /** An attempt ended: its slot is free. */
  void ended(OpenMessage message) {
    inFlight--;
    repeating.remove(message);
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
