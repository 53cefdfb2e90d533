package io.waybill.engine;

import io.waybill.message.Parked;
import io.waybill.message.PauseState;
import io.waybill.message.Reason;
import io.waybill.message.Status;
import io.waybill.spec.DeliveryClass;
import io.waybill.spec.Destination;
import io.waybill.spec.OnFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The gates a message passes on its way out: turn, link, a running route, a free slot. Whatever
 * opens one of them comes back here.
 */
final class Traffic {

  /** How many messages follow a link's change in one step; the rest follow in the next ones. */
  private static final int SWEEP = 256;

  /** The longest pause between two trials of a destination that names no time itself. */
  private static final Duration MOST_TRIAL_PAUSE = Duration.ofSeconds(30);

  private final State state;
  final Requirements requirements;
  final Links links;
  final Pauses pauses;

  Traffic(State state) {
    this.state = state;
    this.requirements = new Requirements(state, this);
    this.links = new Links(state, this);
    this.pauses = new Pauses(state, this);
  }

  /** Posts a queued message if every gate is open; otherwise leaves it where it can be found. */
  void consider(OpenMessage message, Step step) {
    if (message.forgotten
        || (message.status != Status.SUBMITTED && message.status != Status.RETRY)) {
      return;
    }
    Exit exit = message.exit;
    if (exit == null) {
      step.move(message, Status.FAILED, Reason.UNSPECIFIED, unspecified(message));
      left(message, step);
    } else if (message.waits()) {
      waitForPrerequisite(message, exit, step);
    } else if (!state.lanes.first(message) || !Numbers.leads(message)) {
      waitForTurn(message, exit, step);
    } else {
      leave(message, exit, step);
    }
  }

  /** It is its turn: what it needs on its way out has to be there. */
  private void leave(OpenMessage message, Exit exit, Step step) {
    PauseState pause = pauses.of(message);
    LinkGate gate = Links.barring(message);
    if (pause != null) {
      pauses.hold(message, pause, exit, step);
    } else if (gate != null) {
      links.hold(message, gate, exit, step);
    } else if (exit.down() && exit.trial != message) {
      waitForLink(message, exit, step);
    } else {
      getReady(message, exit, step);
    }
  }

  private void waitForTurn(OpenMessage message, Exit exit, Step step) {
    OpenMessage before = exit.chains() ? state.lanes.directlyBehind(message, exit.chain()) : null;
    if (before != null
        && before.exit == exit
        && Links.clear(message)
        && Numbers.leads(message)
        && pauses.of(message) == null
        && !forgotten(message, exit, step.now())) {
      post(message, exit, before, step);
    } else {
      step.explain(message, Reason.TURN, null);
      parkInLane(message, exit, step);
      reconsiderFollower(message, exit, step);
    }
  }

  private void waitForPrerequisite(OpenMessage message, Exit exit, Step step) {
    boolean first = state.lanes.first(message);
    requirements.hold(message, first, step);
    if (!first) {
      parkInLane(message, exit, step);
    }
  }

  /** Another message moved directly before this one: it is not its turn any more. */
  void overtaken(OpenMessage message, Step step) {
    Exit exit = message.exit;
    if (exit != null && !state.lanes.first(message) && exit.ready.remove(message)) {
      Links.stay(message);
      if (exit.trial == message) {
        exit.trial = null;
      }
      step.explain(message, Reason.TURN, null);
    }
  }

  private void parkInLane(OpenMessage message, Exit exit, Step step) {
    boolean crowded = state.lanes.deep(message) || exit.held() > state.holding.waiting();
    if (crowded && step.mayPark()) {
      step.park(message, Parked.LANE);
    }
  }

  private void getReady(OpenMessage message, Exit exit, Step step) {
    boolean came = exit.ready.add(message);
    if (exit.lets()) {
      message.gates.forEach(gate -> gate.passes(message));
    }
    step.keep(message);
    step.explain(message, exit.lets() ? Reason.TURN : Reason.PAUSE, closed(exit));
    pump(exit, step);
    if (came && exit.trial != message && exit.crowded(message) && step.mayPark()) {
      if (exit.ready.remove(message)) {
        step.park(message, Parked.DESTINATION);
      }
    }
  }

  private static String unspecified(OpenMessage message) {
    return "The destination '%s' is not in the specification; name it in destinations.yaml and retry"
        .formatted(message.destination);
  }

  /** Why an exit lets nothing out; null where it does. */
  private static @Nullable String closed(Exit exit) {
    if (exit.paused != null) {
      return "destination " + exit.paused.text();
    }
    return exit.open
        ? null
        : "no route that consumes waybill:post:%s is running".formatted(exit.destination.name());
  }

  /** A route to the destination runs, or runs no more; or a person paused or resumed it. */
  void routeChanged(Exit exit, boolean open, Step step) {
    exit.open = open;
    for (OpenMessage message : exit.ready) {
      if (!exit.lets()) {
        Links.stay(message);
      }
      step.explain(message, exit.lets() ? Reason.TURN : Reason.PAUSE, closed(exit));
    }
    pump(exit, step);
  }

  /** Fills the free slots of a destination. */
  void pump(Exit exit, Step step) {
    OpenMessage next = next(exit);
    while (next != null && exit.hasSlot()) {
      exit.ready.remove(next);
      post(next, exit, null, step);
      next = next(exit);
    }
  }

  private static @Nullable OpenMessage next(Exit exit) {
    if (exit.down()) {
      OpenMessage trial = exit.trial;
      return trial != null && exit.ready.contains(trial) && Links.missing(trial) == null
          ? trial
          : null;
    }
    OpenMessage first = exit.ready.isEmpty() ? null : exit.ready.first();
    // where its link is missing, it and all like it are about to leave the exit
    return exit.wouldForget() || (first != null && Links.missing(first) != null) ? null : first;
  }

  private void post(OpenMessage message, Exit exit, @Nullable OpenMessage before, Step step) {
    step.move(message, Status.POSTING, null, null);
    message.attempts++;
    if (forgotten(message, exit, step.now())) {
      step.move(
          message,
          Status.IN_DOUBT,
          Reason.FORGOTTEN,
          "an earlier try may have arrived, and the destination may have forgotten its posting id");
      if (exit.trial == message) {
        exit.trial = null;
      }
      return;
    }
    exit.postings++;
    step.changed(exit);
    if (message.firstTriedAt == null) {
      message.firstTriedAt = step.now();
      message.triedAs = exit.postings;
    } else {
      exit.repeating.add(message);
    }
    exit.begins(message, before);
    step.post(message);
    reconsiderFollower(message, exit, step);
  }

  /** Where intents of a lane are written together, the next one may be written now. */
  private void reconsiderFollower(OpenMessage message, Exit exit, Step step) {
    OpenMessage follower = exit.chains() ? state.lanes.follower(message, exit.chain()) : null;
    if (follower != null && follower != message) {
      step.reconsider(List.of(follower));
    }
  }

  /** Whether a try may have arrived at a destination that by now may not know it any more. */
  static boolean forgotten(OpenMessage message, Exit exit, Instant now) {
    Destination.Remembers remembers = exit.destination.remembers();
    Instant firstTried = message.firstTriedAt;
    if (exit.destination.delivery() != DeliveryClass.DEDUPLICATING || firstTried == null) {
      // what may have arrived is not repeated where the destination was of another class before
      return firstTried != null && exit.destination.delivery() == DeliveryClass.HOLD;
    }
    Duration time = remembers.time();
    return (time != null && now.isAfter(firstTried.plus(time)))
        || exit.pushedOut(message, exit.postings);
  }

  /** A message left its lanes or was closed: whoever is first now may go. */
  void left(OpenMessage message, Step step) {
    Exit exit = message.exit;
    if (exit != null) {
      exit.ready.remove(message);
      exit.behindLink.remove(message);
      if (exit.trial == message) {
        exit.trial = null;
      }
    }
    boolean stays =
        message.status == Status.FAILED
            && !message.answered
            && state.specification.onFailure(message.received.operation()) != OnFailure.GO_ON;
    if (!stays) {
      List<OpenMessage> next = state.lanes.leave(message);
      next.forEach(first -> takeTurn(first, step));
      step.reconsider(next);
      requirements.imported(state.changeovers.left(message.seq()), step);
    }
    if (message.tie != null) {
      requirements.left(message, step);
    }
  }

  void takeTurn(OpenMessage first, Step step) {
    Exit exit = first.exit;
    if (exit != null && first.status == Status.POSTING) {
      exit.takesSlot(first);
      reconsiderFollower(first, exit, step);
    }
  }

  /** Holds a message until its destination can be reached again. Costs neither attempt nor time. */
  void waitForLink(OpenMessage message, Exit exit, Step step) {
    exit.ready.remove(message);
    step.move(message, Status.RETRIABLE, Reason.LINK, exit.downDetail);
    if (exit.crowded(message) && step.mayPark()) {
      step.park(message, Parked.DESTINATION);
    } else {
      exit.behindLink.add(message);
    }
    planTrial(exit, step);
  }

  /** The destination as a whole could not be reached. */
  void opened(Exit exit, boolean byTrial, String detail, @Nullable Duration retryAfter, Step step) {
    if (!exit.down()) {
      exit.downSince = step.now();
      exit.failures = 1;
      exit.nextTrialAt = null;
    } else if (byTrial) {
      exit.failures++;
      exit.nextTrialAt = null;
    }
    exit.downDetail = detail;
    if (exit.nextTrialAt == null) {
      exit.nextTrialAt = step.now().plus(trialPause(exit, retryAfter));
    } else if (retryAfter != null && exit.nextTrialAt.isBefore(step.now().plus(retryAfter))) {
      exit.nextTrialAt = step.now().plus(retryAfter);
    }
    step.changed(exit);
  }

  private static Duration trialPause(Exit exit, @Nullable Duration retryAfter) {
    if (retryAfter != null) {
      return retryAfter;
    }
    double chance = Chance.of(exit.destination.name().hashCode(), exit.failures);
    Duration pause = exit.destination.retry().pause(exit.failures, chance);
    return pause.compareTo(MOST_TRIAL_PAUSE) < 0 ? pause : MOST_TRIAL_PAUSE;
  }

  private static void planTrial(Exit exit, Step step) {
    if (exit.trial == null && exit.nextTrialAt == null) {
      exit.nextTrialAt = step.now();
      step.changed(exit);
    }
  }

  /** The destination answered: whatever it said, it can be reached. */
  void closed(Exit exit, Step step) {
    if (exit.down()) {
      exit.downSince = null;
      exit.downDetail = null;
      exit.nextTrialAt = null;
      exit.failures = 0;
      step.changed(exit);
    }
  }

  /** Does what is due at the exits: trials of links, and messages that follow a link's change. */
  void timePassed(Step step) {
    links.timePassed(step);
    pauses.timePassed(step);
    for (Exit exit : state.exits.values()) {
      if (exit.down()) {
        sweepBehind(exit, step);
        tryLink(exit, step);
      } else {
        sweepOut(exit, step);
      }
    }
  }

  private void sweepBehind(Exit exit, Step step) {
    exit.ready.stream()
        .filter(message -> message != exit.trial)
        .limit(SWEEP)
        .toList()
        .forEach(message -> waitForLink(message, exit, step));
  }

  private void tryLink(Exit exit, Step step) {
    Instant at = exit.nextTrialAt;
    if (exit.trial != null || at == null || at.isAfter(step.now()) || !exit.lets()) {
      return;
    }
    if (exit.behindLink.isEmpty()) {
      if (exit.ready.isEmpty() && exit.inFlight == 0 && !exit.parked()) {
        // Nobody is left to try it: the next message will find out.
        closed(exit, step);
      }
      return;
    }
    OpenMessage message = exit.behindLink.first();
    exit.trial = message;
    release(message, exit, step);
  }

  private void sweepOut(Exit exit, Step step) {
    for (int i = 0; i < SWEEP && !exit.behindLink.isEmpty(); i++) {
      release(exit.behindLink.first(), exit, step);
    }
  }

  private void release(OpenMessage message, Exit exit, Step step) {
    exit.behindLink.remove(message);
    Instant expiresAt = message.expiresAt;
    if (expiresAt != null) {
      message.expiresAt = expiresAt.plus(Duration.between(message.changedAt, step.now()));
    }
    step.move(message, Status.RETRY, Reason.LINK, null);
    consider(message, step);
  }

  /** When something is due at an exit; null where nothing is. */
  @Nullable Instant nextDue() {
    Instant next = links.busy() || pauses.busy() ? Instant.MIN : null;
    for (Exit exit : state.exits.values()) {
      Instant due = null;
      if (exit.needsSweep() && !(exit.down() && onlyTrialReady(exit))) {
        due = Instant.MIN;
      } else if (exit.down() && exit.trial == null && exit.lets() && canTry(exit)) {
        due = exit.nextTrialAt;
      }
      if (due != null && (next == null || due.isBefore(next))) {
        next = due;
      }
    }
    return next;
  }

  private static boolean onlyTrialReady(Exit exit) {
    return exit.ready.size() == 1 && exit.ready.first() == exit.trial;
  }

  private static boolean canTry(Exit exit) {
    return !exit.behindLink.isEmpty()
        || (exit.ready.isEmpty() && exit.inFlight == 0 && !exit.parked());
  }
}
