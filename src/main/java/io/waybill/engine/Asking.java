package io.waybill.engine;

import io.waybill.message.Reason;
import io.waybill.message.Status;
import io.waybill.spec.Retry;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Messages of which a try may have arrived at a destination that can be asked. They hold their lane
 * until a lost try can arrive no longer; then the next attempt begins with the question whether the
 * destination has the posting, and sends it only where it has not.
 */
final class Asking {

  private final Timers timers;

  Asking(Timers timers) {
    this.timers = timers;
  }

  /** The answer was just lost: the try may still arrive for a time. */
  void later(OpenMessage message, Exit exit, String detail, Step step) {
    Instant expiresAt = message.expiresAt;
    if (expiresAt == null) {
      expiresAt = exit.destination.retry().expiry(step.now());
    }
    message.questions = 0;
    step.move(message, Status.RETRIABLE, Reason.ASKING, detail);
    message.expiresAt = expiresAt;
    timers.set(message, step.now().plus(exit.destination.late()));
  }

  /** The question found no answer: it is put again after a pause. Returns why not, or null. */
  @Nullable String again(OpenMessage message, Exit exit, String detail, Step step) {
    Retry retry = exit.destination.retry();
    Duration pause = retry.pause(++message.questions, Chance.of(message.seq(), message.questions));
    Instant due = step.now().plus(pause);
    Instant expiresAt = message.expiresAt;
    if (expiresAt == null) {
      // a person had it tried again, and its time begins anew
      expiresAt = retry.expiry(step.now());
    }
    if (!due.isBefore(expiresAt)) {
      return "asked for %s, the last time: %s".formatted(retry.expire(), detail);
    }
    step.move(message, Status.RETRIABLE, Reason.ASKING, detail);
    message.expiresAt = expiresAt;
    timers.set(message, due);
    return null;
  }

  /** Whether a person would have it asked for while a lost try may still arrive. */
  static boolean tooSoon(OpenMessage message, Instant now) {
    Instant due = message.dueAt;
    return message.status == Status.RETRIABLE
        && message.reason == Reason.ASKING
        && message.questions == 0
        && due != null
        && due.isAfter(now);
  }
}
