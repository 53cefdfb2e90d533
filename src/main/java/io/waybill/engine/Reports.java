package io.waybill.engine;

import io.waybill.message.MessageRow;
import io.waybill.message.Outcome;
import io.waybill.message.Plan;
import io.waybill.message.PostingId;
import io.waybill.message.Reason;
import io.waybill.message.Status;
import org.jspecify.annotations.Nullable;

/**
 * What components report that were only handed their work. A report says what came of a posting, by
 * its posting id; the same report again changes nothing.
 */
final class Reports {

  private final State state;
  private final Traffic traffic;
  private final Outcomes outcomes;

  Reports(State state, Traffic traffic, Outcomes outcomes) {
    this.state = state;
    this.traffic = traffic;
    this.outcomes = outcomes;
  }

  void reported(Event.Reported event, Step step) {
    boolean adopted = state.message(event.seq()) == null;
    OpenMessage message = state.message(event.seq(), event.row());
    if (message == null) {
      step.decline(event.ticket(), Decision.Why.UNKNOWN, "There is no message " + event.seq());
      return;
    }
    if (adopted) {
      traffic.requirements.adopted(message, event.posted());
    }
    String objection = take(message, event, step);
    if (objection == null) {
      step.done(event.ticket(), message);
    } else {
      step.decline(event.ticket(), Decision.Why.NOT_ALLOWED, objection);
    }
    if (adopted && !step.changed(message)) {
      state.forget(message);
    }
  }

  private @Nullable String take(OpenMessage message, Event.Reported event, Step step) {
    MessageRow row = message.row();
    if (!row.postingId().equals(event.id())) {
      return isOfEarlierStep(row, event.id()) ? null : other(row, event.id());
    }
    boolean posted = event.outcome() instanceof Outcome.Posted;
    if (message.status == (posted ? Status.POSTED : Status.FAILED)) {
      return null;
    }
    if (message.firstTriedAt == null || Cancellations.isStuck(message)) {
      return late(message);
    }
    Exit exit = message.exit;
    switch (message.status) {
      case POSTING -> {
        if (exit != null && message.reason != Reason.REPORT) {
          // it is quicker than the answer to the posting
          exit.ended(message);
          exit.trial = exit.trial == message ? null : exit.trial;
        }
      }
      case SUBMITTED, RETRIABLE, RETRY -> standAsPosting(message, step);
      case IN_DOUBT -> {
        // it is in doubt no more
      }
      case POSTED, FAILED, SKIPPED, CANCELLING, CANCELLED -> {
        return late(message);
      }
    }
    outcomes.reported(message, event.outcome(), step);
    if (exit != null) {
      traffic.pump(exit, step);
    }
    return null;
  }

  /** It would have been sent again, which the report makes needless. */
  private void standAsPosting(OpenMessage message, Step step) {
    Exit exit = message.exit;
    if (exit != null) {
      exit.ready.remove(message);
      exit.behindLink.remove(message);
      exit.trial = exit.trial == message ? null : exit.trial;
    }
    traffic.links.forget(message);
    Links.stay(message);
    if (message.status == Status.RETRIABLE) {
      step.move(message, Status.RETRY, Reason.REPORT, null);
    }
    step.move(message, Status.POSTING, Reason.REPORT, "what was sent before is reported");
  }

  private static boolean isOfEarlierStep(MessageRow row, PostingId id) {
    Plan plan = row.standing().plan();
    for (int number = 0; plan != null && number < row.standing().step(); number++) {
      if (row.postingId(number).equals(id)) {
        return true;
      }
    }
    return false;
  }

  private static String other(MessageRow row, PostingId id) {
    return "Message %d was not posted under %s; its present posting id is %s"
        .formatted(row.seq(), id, row.postingId());
  }

  private static String late(OpenMessage message) {
    return "Message %d is %s and takes no report any more; a person has to settle it"
        .formatted(message.seq(), message.status.sqlName());
  }
}
