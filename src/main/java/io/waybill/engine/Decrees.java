package io.waybill.engine;

import io.waybill.message.MessageKey;
import io.waybill.message.MessageRow;
import io.waybill.message.Moves;
import io.waybill.message.Reason;
import io.waybill.message.Received;
import io.waybill.message.Status;
import io.waybill.spec.Reading;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What persons decide: retry, skip, settle, read again, repost. Each is recorded with name and
 * reason.
 */
final class Decrees {

  private final State state;
  private final Traffic traffic;
  private final Editing editing;
  private final Processes processes;
  private final Cancellations cancellations;

  Decrees(State state, Traffic traffic, Processes processes, Cancellations cancellations) {
    this.cancellations = cancellations;
    this.processes = processes;
    this.state = state;
    this.traffic = traffic;
    this.editing = new Editing(state, traffic);
  }

  void decided(Event.Decided event, Step step) {
    boolean adopted = state.message(event.seq()) == null;
    OpenMessage message = state.message(event.seq(), event.row());
    if (message == null) {
      step.decline(event.ticket(), Decision.Why.UNKNOWN, "There is no message " + event.seq());
      return;
    }
    if (adopted) {
      traffic.requirements.adopted(message, event.posted());
    }
    Integer seen = event.version();
    if (seen != null && seen != message.version) {
      step.decline(
          event.ticket(),
          Decision.Why.CHANGED,
          "Message %d changed since: it is %s now; look again"
              .formatted(message.seq(), message.status.sqlName()));
    } else if (event.verb() == Event.Verb.EDIT) {
      editing.edit(message, event, step);
    } else {
      carryOut(message, event, step);
    }
    if (adopted && !step.changed(message)) {
      state.forget(message);
    }
  }

  /** A person decided about something other than a message. */
  void ordered(Event.Ordered event, Step step) {
    String objection =
        switch (event.order().verb()) {
          case CHECK_LINK, LINK_DOWN, LINK_AUTO -> traffic.links.ordered(event.order(), step);
          case CLOSE_GAP ->
              traffic.requirements.numbers.ordered(event.order(), event.numbers(), step);
          case PAUSE_LANE,
              RESUME_LANE,
              PAUSE_DESTINATION,
              RESUME_DESTINATION,
              PAUSE_OPERATION,
              RESUME_OPERATION ->
              traffic.pauses.ordered(event.order(), step);
        };
    if (objection == null) {
      step.audit(event.order());
      step.carriedOut(event.ticket());
    } else {
      step.decline(event.ticket(), Decision.Why.UNKNOWN, objection);
    }
  }

  private void carryOut(OpenMessage message, Event.Decided event, Step step) {
    String objection =
        Cancellations.isStuck(message)
            ? cancellations.decided(message, event, step)
            : switch (event.verb()) {
              case RETRY -> retry(message, event, step);
              case SKIP -> skip(message, event, step);
              case SETTLE_POSTED -> settlePosted(message, event, step);
              case SETTLE_NOT_POSTED -> settleNotPosted(message, event, step);
              case REREAD -> reread(message, event, step);
              case WAIVE ->
                  traffic.requirements.waive(
                      message, event.prerequisite(), event.why(), event.who(), step);
              case INTERRUPT -> interrupt(message, event, step);
              case REPOST -> repost(message, event, step);
              case EDIT -> throw new IllegalArgumentException("Not decided here: " + event);
            };
    if (objection == null) {
      step.done(event.ticket(), message);
    } else {
      step.decline(event.ticket(), Decision.Why.NOT_ALLOWED, objection);
    }
  }

  private @Nullable String retry(OpenMessage message, Event.Decided event, Step step) {
    if (message.status == Status.POSTED || message.status == Status.CANCELLED) {
      return "Message %d is %s; there is nothing to retry"
          .formatted(message.seq(), message.status.sqlName());
    }
    if (!Moves.allowedToPerson(message.status, Status.RETRY)) {
      return notAllowed(message, "retried");
    }
    if (message.destination == null) {
      return """
          Message %d could not be read (%s), so it has no destination; correct the specification and \
          read it again (reread), or skip it"""
          .formatted(message.seq(), message.detail);
    }
    if (Asking.tooSoon(message, step.now())) {
      return """
          A try of message %d may still arrive until %s; then the destination is asked whether it has \
          it. Wait, or settle it if you have looked there"""
          .formatted(message.seq(), message.dueAt);
    }
    if (message.status == Status.IN_DOUBT) {
      message.firstTriedAt = null;
    }
    queueAgain(message, event, step);
    return null;
  }

  private void queueAgain(OpenMessage message, Event.Decided event, Step step) {
    forgetWaiting(message);
    boolean waits = message.waits() && message.status == Status.FAILED;
    Status queued = waits ? Status.SUBMITTED : Status.RETRY;
    step.move(message, queued, Reason.BY_HAND, event.why(), event.who());
    message.attempts = 0;
    message.expiresAt = null;
    if (!message.inPlace()) {
      Numbers.release(message, step);
      state.lanes.joinAtEnd(message, state.newestSeq());
    }
    traffic.requirements.again(message, step);
    traffic.consider(message, step);
  }

  private void forgetWaiting(OpenMessage message) {
    Exit exit = message.exit;
    if (exit != null) {
      exit.behindLink.remove(message);
    }
    traffic.links.forget(message);
  }

  private @Nullable String skip(OpenMessage message, Event.Decided event, Step step) {
    return close(message, Status.SKIPPED, "skipped", event, step);
  }

  private @Nullable String settlePosted(OpenMessage message, Event.Decided event, Step step) {
    return close(message, Status.POSTED, "settled as posted", event, step);
  }

  private @Nullable String close(
      OpenMessage message, Status to, String done, Event.Decided event, Step step) {
    if (message.status == Status.POSTING || !Moves.allowedToPerson(message.status, to)) {
      return notAllowed(message, done);
    }
    traffic.links.forget(message);
    if (to == Status.POSTED) {
      if (processes.settled(message, event.why(), event.who(), step)) {
        return null;
      }
      Processes.ended(message, to, Reason.BY_HAND, event.why(), null, step);
    }
    step.move(message, to, Reason.BY_HAND, event.why(), event.who());
    message.expiresAt = null;
    traffic.left(message, step);
    return null;
  }

  private @Nullable String settleNotPosted(OpenMessage message, Event.Decided event, Step step) {
    if (message.status != Status.IN_DOUBT) {
      return notAllowed(message, "settled as not posted");
    }
    message.firstTriedAt = null;
    queueAgain(message, event, step);
    return null;
  }

  /** The attempt is given up once this is durable; what follows is decided when that is told. */
  private @Nullable String interrupt(OpenMessage message, Event.Decided event, Step step) {
    if (message.status != Status.POSTING) {
      return "Message %d is %s, not posting; there is nothing to interrupt"
          .formatted(message.seq(), message.status.sqlName());
    }
    step.decided(message, "interrupted: " + event.why(), event.who());
    return null;
  }

  /** A new run has a posting id of its own, and its place at the end. */
  private @Nullable String repost(OpenMessage message, Event.Decided event, Step step) {
    if (message.status != Status.POSTED) {
      return notAllowed(message, "posted once more");
    }
    if (message.exit == null) {
      return "The destination '%s' of message %d is not in the specification; name it in destinations.yaml"
          .formatted(message.destination, message.seq());
    }
    message.run++;
    message.attempts = 0;
    message.expiresAt = null;
    message.firstTriedAt = null;
    message.triedAs = 0;
    step.move(message, Status.RETRY, Reason.BY_HAND, event.why(), event.who());
    if (message.plan != null) {
      processes.goTo(message, message.plan.first());
    }
    Numbers.release(message, step);
    state.ties.attach(message);
    traffic.requirements.adopted(message, event.posted());
    state.lanes.joinAtEnd(message, state.newestSeq());
    traffic.requirements.again(message, step);
    traffic.consider(message, step);
    return null;
  }

  private @Nullable String reread(OpenMessage message, Event.Decided event, Step step) {
    Event.Reread reread = event.reread();
    if (message.status != Status.FAILED || message.received.ownsId() || reread == null) {
      return notAllowed(message, "read again");
    }
    if (reread.reading() instanceof Reading.Unread unread) {
      return "Message %d still cannot be read: %s".formatted(message.seq(), unread.detail());
    }
    Reading.Read read = (Reading.Read) reread.reading();
    Received old = message.received;
    MessageKey key = new MessageKey(read.operation(), old.sender(), read.messageId());
    MessageRow owner = state.owner(key, event.owner());
    if (owner != null) {
      return """
          Message %d already has operation %s and id '%s' of this sender; skip this one, or have it \
          sent again under an id of its own"""
          .formatted(owner.seq(), read.operation(), read.messageId());
    }
    Numbers.Judgement numbers =
        traffic.requirements.numbers.judge(
            read.operation(), read.numbers(), event.numbers(), step.now());
    if (numbers.refuses()) {
      return "Message %d cannot go on: %s; skip it".formatted(old.seq(), numbers.detail());
    }
    step.reread(message);
    state.unindex(message);
    message.received =
        new Received(
            old.seq(),
            reread.partition(),
            read.operation(),
            old.sender(),
            read.messageId(),
            true,
            read.businessId(),
            old.fingerprint(),
            old.source(),
            old.receivedAt(),
            Arrivals.needs(read, step.now()),
            read.announces(),
            numbers.held());
    state.index(message);
    message.lanes = read.lanes();
    message.destination = read.destination();
    message.links = read.links();
    message.plan = read.plan();
    message.step = read.plan() == null ? 0 : read.plan().first();
    state.assign(message);
    step.move(message, Status.SUBMITTED, Reason.TURN, null, event.who());
    state.lanes.joinAtEnd(message, state.newestSeq());
    state.ties.renew(message);
    state.changeovers.hold(message);
    traffic.requirements.came(message, event.posted(), step);
    traffic.consider(message, step);
    return null;
  }

  private static String notAllowed(OpenMessage message, String done) {
    String next =
        Moves.from(message.status).stream()
            .map(Status::sqlName)
            .sorted()
            .collect(Collectors.joining(", "));
    return "Message %d is %s and cannot be %s; %s"
        .formatted(
            message.seq(),
            message.status.sqlName(),
            done,
            next.isEmpty() ? "it is closed for good" : "from here it can become: " + next);
  }
}
