package io.waybill.engine;

import io.waybill.message.Outcome;
import io.waybill.message.Reason;
import io.waybill.message.Reply;
import io.waybill.message.Status;
import io.waybill.spec.DeliveryClass;
import io.waybill.spec.Retry;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What follows from the outcome of an attempt. The delivery class decides about lost answers. */
final class Outcomes {

  private final State state;
  private final Traffic traffic;
  private final Replies replies;
  private final Asking asking;
  private final Processes processes;
  private final Cancellations cancellations;

  Outcomes(State state, Traffic traffic, Processes processes, Cancellations cancellations) {
    this.cancellations = cancellations;
    this.processes = processes;
    this.state = state;
    this.traffic = traffic;
    this.replies = new Replies(state);
    this.asking = new Asking(state.timers);
  }

  void ended(Event.Ended event, Step step) {
    OpenMessage message = state.message(event.seq());
    if (message == null) {
      return;
    }
    if (message.status == Status.CANCELLING && message.version == event.version()) {
      cancellations.ended(message, event, step);
    } else if (message.status == Status.POSTING && message.version == event.version()) {
      Exit exit = message.exit;
      if (exit == null) {
        doubt(message, Reason.ANSWER_LOST, "its destination left the specification", step);
        return;
      }
      exit.ended(message);
      boolean trial = exit.trial == message;
      if (trial) {
        exit.trial = null;
      }
      decide(message, exit, trial, event, step);
      traffic.pump(exit, step);
    } else if (message.status == Status.IN_DOUBT
        && event.outcome() instanceof Outcome.Posted late
        && !Cancellations.isStuck(message)
        && isOf(event, message)) {
      // The answer given up for lost came after all, before a person had to decide.
      posted(message, late.detail(), late.reply(), step);
    }
  }

  /** Whether it is about what is in doubt, and not about an earlier step of the same message. */
  private static boolean isOf(Event.Ended event, OpenMessage message) {
    return message.plan == null || message.row().postingId().equals(event.id());
  }

  private void decide(OpenMessage message, Exit exit, boolean trial, Event.Ended event, Step step) {
    Outcome outcome = event.outcome();
    if (!(outcome instanceof Outcome.Unavailable)
        && (trial
            || !(outcome instanceof Outcome.Ambiguous || outcome instanceof Outcome.Unanswered))) {
      traffic.closed(exit, step);
    }
    if (outcome instanceof Outcome.Posted posted) {
      posted(message, posted.detail(), posted.reply(), step);
    } else if (outcome instanceof Outcome.Accepted accepted) {
      handedOver(message, exit, accepted.detail(), step);
    } else if (outcome instanceof Outcome.Ambiguous ambiguous) {
      ambiguous(message, exit, ambiguous.detail(), event.effectRecorded(), step);
    } else {
      hadNoEffect(message);
      withoutEffect(message, exit, trial, outcome, step);
    }
  }

  private void withoutEffect(
      OpenMessage message, Exit exit, boolean trial, Outcome outcome, Step step) {
    if (outcome instanceof Outcome.Refused refused) {
      message.answered = replies.gives(message, refused, step);
      fail(message, refused.reason(), refused.detail(), step);
      message.answered = false;
    } else if (outcome instanceof Outcome.Transient passing) {
      backOff(message, exit, passing.detail(), passing.retryAfter(), step);
    } else if (outcome instanceof Outcome.Unavailable unavailable) {
      message.attempts--;
      traffic.opened(exit, trial, unavailable.detail(), unavailable.retryAfter(), step);
      traffic.waitForLink(message, exit, step);
    } else if (outcome instanceof Outcome.Unanswered unanswered) {
      message.attempts--;
      String expired = asking.again(message, exit, unanswered.detail(), step);
      if (expired != null) {
        doubt(message, Reason.EXPIRED, expired, step);
      }
    } else if (outcome instanceof Outcome.NotSent) {
      message.attempts--;
      step.move(message, Status.SUBMITTED, Reason.TURN, null);
      traffic.consider(message, step);
    } else if (outcome instanceof Outcome.TooEarly early) {
      message.attempts--;
      step.move(message, Status.RETRIABLE, Reason.TOO_EARLY, early.detail());
      state.timers.set(message, step.now().plus(exit.destination.retry().first()));
    } else {
      throw new IllegalArgumentException("The engine does not know the outcome " + outcome);
    }
  }

  private void posted(
      OpenMessage message, @Nullable String detail, @Nullable Reply reply, Step step) {
    if (processes.goesOn(message, detail, reply, step)) {
      return;
    }
    step.move(message, Status.POSTED, null, detail);
    message.expiresAt = null;
    traffic.left(message, step);
    replies.keep(message, reply, step);
  }

  /** The work was taken; what comes of it is reported later. */
  private void handedOver(OpenMessage message, Exit exit, @Nullable String detail, Step step) {
    Duration within = exit.destination.reports();
    String told = detail == null ? "" : " (" + detail + ")";
    step.explain(
        message,
        Reason.REPORT,
        "handed over%s; waits for the report of %s".formatted(told, exit.destination.name()));
    if (within != null) {
      state.timers.set(message, step.now().plus(within));
    }
  }

  /** A component reported what came of it. */
  void reported(OpenMessage message, Outcome outcome, Step step) {
    if (outcome instanceof Outcome.Posted posted) {
      posted(message, posted.detail(), posted.reply(), step);
    } else if (outcome instanceof Outcome.Refused refused) {
      // it speaks for every try under this posting id
      message.firstTriedAt = null;
      message.answered = replies.gives(message, refused, step);
      Processes.ended(
          message, Status.FAILED, refused.reason(), refused.detail(), refused.reply(), step);
      fail(message, refused.reason(), refused.detail(), step);
      message.answered = false;
    } else {
      throw new IllegalArgumentException("That is nothing to report: " + outcome);
    }
  }

  /** This attempt certainly changed nothing: if it was the first, none may have arrived. */
  static void hadNoEffect(OpenMessage message) {
    if (message.changedAt.equals(message.firstTriedAt)) {
      message.firstTriedAt = null;
    }
  }

  private void ambiguous(
      OpenMessage message, Exit exit, String detail, boolean effectRecorded, Step step) {
    switch (exit.destination.delivery()) {
      case TRANSACTIONAL -> {
        if (effectRecorded) {
          posted(message, "the answer was lost; the effect is in the database", null, step);
        } else {
          backOff(message, exit, detail, null, step);
        }
      }
      case DEDUPLICATING, REPEAT -> backOff(message, exit, detail, null, step);
      case QUERYABLE -> asking.later(message, exit, detail, step);
      case HOLD -> doubt(message, Reason.ANSWER_LOST, detail, step);
    }
  }

  private void backOff(
      OpenMessage message, Exit exit, String detail, @Nullable Duration retryAfter, Step step) {
    Retry retry = exit.destination.retry();
    Integer most = retry.attempts();
    Instant expiresAt = message.expiresAt;
    if (expiresAt == null) {
      expiresAt = retry.expiry(step.now());
    }
    if (most != null && message.attempts >= most) {
      giveUp(
          message,
          exit,
          Reason.ATTEMPTS,
          "%d attempts failed, the last: %s".formatted(most, detail),
          step);
      return;
    }
    Duration pause = retry.pause(message.attempts, Chance.of(message.seq(), message.attempts));
    if (retryAfter != null && retryAfter.compareTo(pause) > 0) {
      pause = retryAfter;
    }
    Instant due = step.now().plus(pause);
    if (!due.isBefore(expiresAt)) {
      giveUp(
          message,
          exit,
          Reason.EXPIRED,
          "tried for %s, the last time: %s".formatted(retry.expire(), detail),
          step);
      return;
    }
    step.move(message, Status.RETRIABLE, Reason.BACK_OFF, detail);
    message.expiresAt = expiresAt;
    state.timers.set(message, due);
  }

  /** No further attempt: failed, or in doubt where an attempt may have arrived unrefused. */
  private void giveUp(OpenMessage message, Exit exit, Reason reason, String detail, Step step) {
    boolean mayHaveArrived = message.firstTriedAt != null;
    if (mayHaveArrived && exit.destination.delivery() != DeliveryClass.TRANSACTIONAL) {
      doubt(message, reason, detail, step);
    } else {
      fail(message, reason, detail, step);
    }
  }

  private void fail(OpenMessage message, Reason reason, String detail, Step step) {
    if (message.firstTriedAt != null && cancellations.compensates(message, reason)) {
      // what is undone must not be followed by a try of this step that still arrives
      doubt(message, reason, detail + "; an earlier try of it may still arrive", step);
      return;
    }
    step.move(message, Status.FAILED, reason, detail);
    message.expiresAt = null;
    if (cancellations.compensate(message, step)) {
      return;
    }
    traffic.left(message, step);
  }

  private static void doubt(OpenMessage message, Reason reason, String detail, Step step) {
    step.move(message, Status.IN_DOUBT, reason, detail);
    message.expiresAt = null;
  }

  /** The next attempt of a retriable message is due. */
  void due(OpenMessage message, Step step) {
    if (message.status == Status.CANCELLING) {
      cancellations.due(message, step);
      return;
    }
    if (message.status == Status.POSTING) {
      unreported(message, step);
      return;
    }
    step.move(message, Status.RETRY, message.reason, null);
    traffic.consider(message, step);
  }

  private void unreported(OpenMessage message, Step step) {
    Exit exit = message.exit;
    if (exit == null) {
      doubt(message, Reason.ANSWER_LOST, "its destination left the specification", step);
    } else {
      ambiguous(
          message, exit, "it did not report within " + exit.destination.reports(), false, step);
    }
  }

  /** After a start: what became of an attempt whose process may have ended. */
  void recover(OpenMessage message, Fate fate, Step step) {
    Exit exit = message.exit;
    if (exit == null) {
      doubt(message, Reason.ANSWER_LOST, "its destination left the specification", step);
      return;
    }
    Instant due = message.dueAt;
    if (message.reason == Reason.REPORT && due != null) {
      state.timers.set(message, due);
      return;
    }
    switch (fate) {
      case UNDER_WAY -> exit.begins(message, null);
      case NEVER_LEFT -> {
        hadNoEffect(message);
        message.attempts--;
        again(message, "the broker had not sent it yet", step);
      }
      case EFFECT_RECORDED ->
          posted(message, "the broker was interrupted; the effect is in the database", null, step);
      case UNKNOWN -> {
        String detail = "the broker was interrupted before the answer was known";
        switch (exit.destination.delivery()) {
          case TRANSACTIONAL -> {
            hadNoEffect(message);
            again(message, detail, step);
          }
          case DEDUPLICATING, REPEAT -> again(message, detail, step);
          case QUERYABLE -> asking.later(message, exit, detail, step);
          case HOLD -> doubt(message, Reason.INTERRUPTED, detail, step);
        }
      }
    }
  }

  private void again(OpenMessage message, String detail, Step step) {
    step.move(message, Status.RETRIABLE, Reason.INTERRUPTED, detail);
    due(message, step);
  }
}
