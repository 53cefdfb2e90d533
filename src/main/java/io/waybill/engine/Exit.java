package io.waybill.engine;

import io.waybill.message.DestinationState;
import io.waybill.spec.Destination;
import java.time.Instant;
import java.util.Comparator;
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

  /** Whether messages wait on the wrong side of the link: it changed and they have to follow. */
  boolean needsSweep() {
    return down() ? !ready.isEmpty() : !behindLink.isEmpty();
  }

  DestinationState state() {
    return new DestinationState(
        destination.name(), postings, downSince, downDetail, nextTrialAt, failures);
  }
}
