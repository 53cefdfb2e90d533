package io.waybill.engine;

import io.waybill.message.Plan;
import io.waybill.message.PlannedStep;
import io.waybill.message.Reason;
import io.waybill.message.Reply;
import io.waybill.message.Status;
import io.waybill.message.StepRow;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Messages that go through several steps. A step is a posting like any other; when it has ended,
 * that is written, and the message waits for the gates of the next one, in its place.
 */
final class Processes {

  private final State state;
  private final Traffic traffic;

  Processes(State state, Traffic traffic) {
    this.state = state;
    this.traffic = traffic;
  }

  /**
   * The present step was posted. Returns whether the message goes on with another one; false where
   * it was the last, or the only one.
   */
  boolean goesOn(OpenMessage message, @Nullable String detail, @Nullable Reply reply, Step step) {
    Plan plan = message.plan;
    if (plan == null) {
      return false;
    }
    ended(message, Status.POSTED, null, detail, reply, step);
    int next = plan.after(message.step);
    if (next < 0) {
      return false;
    }
    step.passed(message);
    // an answer that was given up for lost comes where the message is in doubt
    Status queued = message.status == Status.POSTING ? Status.SUBMITTED : Status.RETRY;
    step.move(message, queued, Reason.TURN, told(plan, message.step, "posted", next));
    goTo(message, next);
    freeLanes(message, step);
    traffic.consider(message, step);
    return true;
  }

  /**
   * A person says that the present step is done. Returns whether the message goes on with another
   * one.
   */
  boolean settled(OpenMessage message, String why, String who, Step step) {
    Plan plan = message.plan;
    int next = plan == null ? -1 : plan.after(message.step);
    if (plan == null || next < 0) {
      return false;
    }
    ended(message, Status.POSTED, Reason.BY_HAND, why, null, step);
    String told = told(plan, message.step, "settled as posted", next) + ": " + why;
    if (message.status == Status.SUBMITTED) {
      step.moved(message);
      step.decided(message, told, who);
    } else {
      boolean waits = message.waits() && message.status == Status.FAILED;
      step.move(message, waits ? Status.SUBMITTED : Status.RETRY, Reason.BY_HAND, told, who);
    }
    goTo(message, next);
    if (plan.holdsLanes(next) && !message.inPlace()) {
      state.lanes.joinAtEnd(message, state.newestSeq());
    }
    freeLanes(message, step);
    traffic.requirements.again(message, step);
    traffic.consider(message, step);
    return true;
  }

  private static String told(Plan plan, int ended, String how, int next) {
    return "step %s is %s; step %s comes next"
        .formatted(plan.step(ended).name(), how, plan.step(next).name());
  }

  /** Writes how the present step ended. */
  static void ended(
      OpenMessage message,
      Status status,
      @Nullable Reason reason,
      @Nullable String detail,
      @Nullable Reply reply,
      Step step) {
    Plan plan = message.plan;
    if (plan != null) {
      step.changed(
          row(message, plan, status, reason, Step.bounded(detail), step.now()).answered(reply));
    }
  }

  /** The message stands at another of its steps, as if that had never been tried. */
  void goTo(OpenMessage message, int number) {
    Plan plan = message.plan;
    if (plan != null) {
      Exit before = message.exit;
      if (before != null) {
        before.count(message, -1);
        before.ready.remove(message);
        before.behindLink.remove(message);
        if (before.trial == message) {
          before.trial = null;
        }
      }
      message.step = number;
      message.destination = plan.step(number).destination();
      state.assign(message);
      if (message.exit != null) {
        message.exit.count(message, 1);
      }
    }
    message.attempts = 0;
    message.dueAt = null;
    message.expiresAt = null;
    message.firstTriedAt = null;
    message.triedAs = 0;
    message.questions = 0;
  }

  /** Where what comes now may take long, the lanes need not wait for it. */
  private void freeLanes(OpenMessage message, Step step) {
    Plan plan = message.plan;
    if (plan != null && !plan.holdsLanes(message.step) && !message.ranks.isEmpty()) {
      List<OpenMessage> next = state.lanes.leave(message);
      next.forEach(first -> traffic.takeTurn(first, step));
      step.reconsider(next);
      traffic.requirements.left(message, step);
    }
  }

  /** At the end of a step of the engine: where the present step of a message stands. */
  static void follow(OpenMessage message, Instant now, List<Decision> decisions) {
    Plan plan = message.plan;
    if (plan == null
        || message.status == Status.CANCELLED
        || message.status == Status.SUBMITTED && message.attempts == 0) {
      return;
    }
    StepRow row = row(message, plan, message.status, message.reason, message.detail, now);
    decisions.add(new Decision.StepChanged(row));
  }

  private static StepRow row(
      OpenMessage message,
      Plan plan,
      Status status,
      @Nullable Reason reason,
      @Nullable String detail,
      Instant now) {
    PlannedStep planned = plan.step(message.step);
    return new StepRow(
        message.seq(),
        message.run,
        message.step,
        planned.name(),
        planned.destination(),
        message.row().postingId(),
        status,
        reason,
        detail,
        message.attempts,
        message.status == Status.CANCELLING ? null : message.firstTriedAt,
        status.closed() || status == Status.FAILED ? now : null,
        null);
  }
}
