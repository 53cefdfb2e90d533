package io.waybill.engine;

import io.waybill.message.Outcome;
import io.waybill.message.Plan;
import io.waybill.message.Reason;
import io.waybill.message.Status;
import io.waybill.spec.DeliveryClass;
import io.waybill.spec.Destination;
import io.waybill.spec.OnFailure;
import io.waybill.spec.Retry;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Undoes what destinations have performed, newest first. A cancellation is sent like a posting: its
 * intent is durable before, its outcome is written after, and the delivery class decides about lost
 * answers. One that is refused leaves the message in doubt, for a person to decide.
 */
final class Cancellations {

  /** Before the name of a destination: the way by which it cancels. */
  private static final String WAY = "cancel:";

  /** Failures of a step by which a process is given up. Of others a person mends the cause. */
  private static final Set<Reason> FINAL = Set.of(Reason.REFUSED, Reason.ATTEMPTS, Reason.EXPIRED);

  private final State state;
  private final Traffic traffic;
  private final Processes processes;

  /** Destinations with a route that cancels. */
  private final Set<String> open = new HashSet<>();

  private final Map<String, Integer> inFlight = new HashMap<>();

  Cancellations(State state, Traffic traffic, Processes processes) {
    this.state = state;
    this.traffic = traffic;
    this.processes = processes;
  }

  /** Whether that is a way to cancel, and not to post. */
  static boolean isWay(String name) {
    return name.startsWith(WAY);
  }

  /** A route to cancel runs, or runs no more. */
  void routeChanged(String way, boolean runs, Step step) {
    String destination = way.substring(WAY.length());
    if (!runs) {
      open.remove(destination);
    } else if (open.add(destination)) {
      state.messages().stream()
          .filter(message -> message.status == Status.CANCELLING && message.dueAt != null)
          .filter(message -> destination.equals(message.destination))
          .toList()
          .forEach(message -> send(message, step));
    }
  }

  /**
   * A step has failed for good. Where its operation says so, the steps before it are undone;
   * returns false where it does not, or a person has to mend the cause.
   */
  boolean compensate(OpenMessage message, Step step) {
    Plan plan = message.plan;
    Reason reason = message.reason;
    if (plan == null || reason == null || !compensates(message, reason)) {
      return false;
    }
    String failed = "step %s failed: %s".formatted(plan.step(message.step).name(), message.detail);
    Processes.ended(message, Status.FAILED, reason, message.detail, null, step);
    step.move(message, Status.CANCELLING, Reason.CANCELLATION, failed);
    undo(message, plan, before(plan, message.step), step);
    return true;
  }

  /** Whether a step that fails for that reason gives its process up. */
  boolean compensates(OpenMessage message, Reason reason) {
    return message.plan != null
        && FINAL.contains(reason)
        && state.specification.onFailure(message.received.operation()) == OnFailure.COMPENSATE;
  }

  /** The newest step before that one which can be undone; -1 for none. */
  private static int before(Plan plan, int number) {
    int earlier = plan.before(number);
    while (earlier >= 0 && !plan.step(earlier).cancel()) {
      earlier = plan.before(earlier);
    }
    return earlier;
  }

  private void undo(OpenMessage message, Plan plan, int number, Step step) {
    if (number < 0) {
      boolean stands = plan.steps().stream().anyMatch(each -> each.needed() && !each.cancel());
      step.move(
          message,
          Status.CANCELLED,
          Reason.CANCELLATION,
          stands ? "undone, but for steps that cannot be" : "all that was done is undone");
      message.expiresAt = null;
      traffic.left(message, step);
      return;
    }
    step.moved(message);
    processes.goTo(message, number);
    send(message, step);
  }

  /** Sends a cancellation as soon as its gates are open. */
  private void send(OpenMessage message, Step step) {
    String closed = closed(message);
    Exit exit = message.exit;
    if (closed != null || exit == null) {
      step.explain(message, Reason.CANCELLATION, closed);
      later(message, exit == null ? Retry.DEFAULT.first() : exit.destination.retry().first(), step);
      return;
    }
    step.moved(message);
    step.explain(message, Reason.CANCELLATION, "it is being undone at " + name(exit));
    message.dueAt = null;
    message.attempts++;
    if (message.firstTriedAt == null) {
      message.firstTriedAt = step.now();
    }
    inFlight.merge(exit.destination.name(), 1, Integer::sum);
    step.post(message);
  }

  /** Why it may not leave now, in words; null where it may. */
  private @Nullable String closed(OpenMessage message) {
    Exit exit = message.exit;
    String name = String.valueOf(message.destination);
    if (exit == null) {
      return "the destination '%s' is not in the specification; name it in destinations.yaml"
          .formatted(name);
    }
    if (!open.contains(name)) {
      return "no route that consumes waybill:cancel:%s is running".formatted(name);
    }
    if (exit.paused != null) {
      return "destination " + exit.paused.text();
    }
    LinkGate missing = Links.missing(message);
    if (missing != null) {
      return missing.detail();
    }
    return inFlight.getOrDefault(name, 0) < exit.destination.inFlight()
        ? null
        : "other cancellations at " + name + " are under way";
  }

  private void later(OpenMessage message, Duration pause, Step step) {
    state.timers.set(message, step.now().plus(pause));
  }

  /** Its time has come. */
  void due(OpenMessage message, Step step) {
    message.dueAt = null;
    send(message, step);
  }

  /** A cancellation was answered, or its answer is lost. */
  void ended(OpenMessage message, Event.Ended event, Step step) {
    inFlight.computeIfPresent(
        String.valueOf(message.destination), (name, count) -> count > 1 ? count - 1 : null);
    Outcome outcome = event.outcome();
    Exit exit = message.exit;
    if (exit == null) {
      doubt(message, "its destination left the specification", step);
    } else if (outcome instanceof Outcome.Posted done) {
      cancelled(message, done.detail(), step);
    } else if (outcome instanceof Outcome.Ambiguous lost) {
      ambiguous(message, exit, lost.detail(), event.effectRecorded(), step);
    } else {
      Outcomes.hadNoEffect(message);
      if (outcome instanceof Outcome.Refused refused) {
        doubt(message, "%s refuses to undo it: %s".formatted(name(exit), refused.detail()), step);
      } else {
        backOff(message, exit, String.valueOf(outcome.detail()), step);
      }
    }
  }

  private static String name(Exit exit) {
    return exit.destination.name();
  }

  private void ambiguous(
      OpenMessage message, Exit exit, String detail, boolean effectRecorded, Step step) {
    if (exit.destination.delivery() == DeliveryClass.TRANSACTIONAL && effectRecorded) {
      cancelled(message, "the answer was lost; the effect is in the database", step);
    } else if (repeats(exit.destination)) {
      backOff(message, exit, detail, step);
    } else {
      doubt(
          message, "whether %s has undone it is not known: %s".formatted(name(exit), detail), step);
    }
  }

  /** Whether a cancellation whose answer is lost may be sent again. */
  private static boolean repeats(Destination destination) {
    return switch (destination.delivery()) {
      case TRANSACTIONAL, DEDUPLICATING, REPEAT -> true;
      case QUERYABLE, HOLD -> false;
    };
  }

  private void backOff(OpenMessage message, Exit exit, String detail, Step step) {
    Retry retry = exit.destination.retry();
    Integer most = retry.attempts();
    Instant expiresAt = message.expiresAt == null ? retry.expiry(step.now()) : message.expiresAt;
    Duration pause = retry.pause(message.attempts, Chance.of(message.seq(), message.attempts));
    if (most != null && message.attempts >= most || !step.now().plus(pause).isBefore(expiresAt)) {
      doubt(
          message,
          "%d attempts to undo it at %s failed, the last: %s"
              .formatted(message.attempts, name(exit), detail),
          step);
      return;
    }
    step.moved(message);
    step.explain(message, Reason.CANCELLATION, detail);
    message.expiresAt = expiresAt;
    later(message, pause, step);
  }

  private void doubt(OpenMessage message, String detail, Step step) {
    Plan plan = message.plan;
    String which = plan == null ? "" : "step " + plan.step(message.step).name() + ": ";
    step.move(message, Status.IN_DOUBT, Reason.CANCELLATION, which + detail);
    message.expiresAt = null;
  }

  private void cancelled(OpenMessage message, @Nullable String detail, Step step) {
    Plan plan = message.plan;
    if (plan == null) {
      step.move(message, Status.CANCELLED, Reason.CANCELLATION, detail);
      traffic.left(message, step);
      return;
    }
    Processes.ended(message, Status.CANCELLED, Reason.CANCELLATION, detail, null, step);
    undo(message, plan, before(plan, message.step), step);
  }

  /** Whether a message is in doubt because it could not be undone. */
  static boolean isStuck(OpenMessage message) {
    return message.status == Status.IN_DOUBT && message.reason == Reason.CANCELLATION;
  }

  /** A person decides about one that is stuck; returns an objection, or null. */
  @Nullable String decided(OpenMessage message, Event.Decided event, Step step) {
    switch (event.verb()) {
      case RETRY -> {
        message.firstTriedAt = null;
        message.attempts = 0;
        step.move(message, Status.CANCELLING, Reason.CANCELLATION, event.why(), event.who());
        send(message, step);
        return null;
      }
      case SETTLE_NOT_POSTED -> {
        step.move(message, Status.CANCELLING, Reason.CANCELLATION, event.why(), event.who());
        cancelled(message, "undone by hand: " + event.why(), step);
        return null;
      }
      case SKIP -> {
        step.move(message, Status.SKIPPED, Reason.BY_HAND, event.why(), event.who());
        traffic.left(message, step);
        return null;
      }
      default -> {
        return """
            Message %d could not be undone (%s). Retry sends the cancellation again, settle as not \
            posted says that it is undone, skip leaves what was done as it is"""
            .formatted(message.seq(), message.detail);
      }
    }
  }

  /** After a start: what became of a cancellation whose process may have ended. */
  void recover(OpenMessage message, Fate fate, Step step) {
    Exit exit = message.exit;
    if (exit == null) {
      later(message, Retry.DEFAULT.first(), step);
      return;
    }
    switch (fate) {
      case UNDER_WAY -> inFlight.merge(name(exit), 1, Integer::sum);
      case NEVER_LEFT -> {
        Outcomes.hadNoEffect(message);
        send(message, step);
      }
      case EFFECT_RECORDED ->
          cancelled(message, "the broker was interrupted; the effect is in the database", step);
      case UNKNOWN -> {
        if (message.firstTriedAt == null || repeats(exit.destination)) {
          send(message, step);
        } else {
          doubt(message, "the broker was interrupted before " + name(exit) + " answered", step);
        }
      }
    }
  }
}
