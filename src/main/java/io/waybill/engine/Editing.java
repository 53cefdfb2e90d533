package io.waybill.engine;

import io.waybill.message.LaneName;
import io.waybill.message.Numbered;
import io.waybill.message.Reason;
import io.waybill.message.Received;
import io.waybill.message.Status;
import io.waybill.spec.DeliveryClass;
import io.waybill.spec.Reading;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A person puts another document in the place of a message's. It stays the same message: operation,
 * id and keys may not change, nor its place in its lanes. What it needs, the links, and where it
 * goes are read anew, and its posting id is another one.
 */
final class Editing {

  private static final Set<Status> ALLOWED =
      EnumSet.of(Status.SUBMITTED, Status.RETRIABLE, Status.RETRY, Status.FAILED);

  private final State state;
  private final Traffic traffic;

  Editing(State state, Traffic traffic) {
    this.state = state;
    this.traffic = traffic;
  }

  void edit(OpenMessage message, Event.Decided event, Step step) {
    Event.Edition edition = event.edition();
    String objection = objection(message, edition);
    String unfit = edition == null ? null : unfit(message, edition.reading());
    if (objection != null) {
      step.decline(event.ticket(), Decision.Why.NOT_ALLOWED, objection);
    } else if (unfit != null) {
      step.decline(event.ticket(), Decision.Why.UNFIT, unfit);
    } else if (edition != null && edition.reading() instanceof Reading.Read read) {
      revise(message, edition, read, event, step);
      step.done(event.ticket(), message);
    }
  }

  private static @Nullable String objection(OpenMessage message, Event.@Nullable Edition edition) {
    if (!ALLOWED.contains(message.status)) {
      return """
          Message %d is %s and cannot be edited; it can while it is submitted, retriable, retry or \
          failed"""
          .formatted(message.seq(), message.status.sqlName());
    }
    if (!message.received.ownsId()) {
      return """
          Message %d could not be read (%s), so nobody knows which message its new document would \
          be; have the corrected document sent again, and skip this one"""
          .formatted(message.seq(), message.detail);
    }
    if (message.begun()) {
      return """
          Message %d has gone through steps with the document it has; skip it, or have it go on with \
          that"""
          .formatted(message.seq());
    }
    if (mayHaveArrived(message)) {
      return """
          A try of message %d may have arrived since %s; with another document it would take effect \
          twice. Wait until it is posted, refused or in doubt"""
          .formatted(message.seq(), message.firstTriedAt);
    }
    if (edition == null) {
      return "The document of message %d is not in the journal; look again"
          .formatted(message.seq());
    }
    return edition.fingerprint().equals(message.received.document())
        ? "The document is the one that message %d has already".formatted(message.seq())
        : null;
  }

  /**
   * Where the destination said no, a person may trust that; where repetitions are borne, no harm.
   */
  private static boolean mayHaveArrived(OpenMessage message) {
    boolean refused = message.status == Status.FAILED && message.reason == Reason.REFUSED;
    Exit exit = message.exit;
    boolean repeats = exit != null && exit.destination.delivery() == DeliveryClass.REPEAT;
    return message.firstTriedAt != null && !refused && !repeats;
  }

  private static @Nullable String unfit(OpenMessage message, Reading reading) {
    if (reading instanceof Reading.Unread unread) {
      return "The new document cannot be processed: " + unread.detail();
    }
    Reading.Read read = (Reading.Read) reading;
    Received received = message.received;
    List<String> others = new ArrayList<>();
    other("operation", read.operation(), received.operation(), others);
    other("id", read.messageId(), received.messageId(), others);
    other("lanes", read.lanes(), message.lanes, others);
    for (Numbered held : received.numbers()) {
      other("number", number(read.numbers(), held.lane()), held.number(), others);
    }
    return others.isEmpty()
        ? null
        : "The new document is of another message: %s. Send it as a message of its own"
            .formatted(String.join(", ", others));
  }

  private static Object number(List<Numbered> numbers, LaneName lane) {
    return numbers.stream()
        .filter(each -> each.lane().equals(lane))
        .<Object>map(Numbered::number)
        .findFirst()
        .orElse("none");
  }

  private static void other(String what, Object is, Object was, List<String> others) {
    if (!is.equals(was)) {
      others.add("its %s would be %s, not %s".formatted(what, is, was));
    }
  }

  private void revise(
      OpenMessage message,
      Event.Edition edition,
      Reading.Read read,
      Event.Decided event,
      Step step) {
    callBack(message, event, step);
    step.reread(message);
    message.revision++;
    message.attempts = 0;
    message.expiresAt = null;
    message.firstTriedAt = null;
    message.triedAs = 0;
    message.received =
        message.received.edited(
            edition.fingerprint(),
            read.businessId(),
            Arrivals.needs(read, step.now()),
            read.announces());
    direct(message, read);
    step.decided(
        message, "edited, revision %d: %s".formatted(message.revision, event.why()), event.who());
    step.revised(message, edition.payload());
    traffic.requirements.revised(message, event.posted(), step);
    if (message.tie == null) {
      needsNothing(message, step);
    }
    traffic.consider(message, step);
  }

  /** Takes it out of whatever queue it waits in on its way out. */
  private void callBack(OpenMessage message, Event.Decided event, Step step) {
    traffic.links.forget(message);
    Links.stay(message);
    Exit exit = message.exit;
    if (exit != null) {
      exit.ready.remove(message);
      exit.behindLink.remove(message);
      if (exit.trial == message) {
        exit.trial = null;
      }
    }
    if (message.status == Status.RETRIABLE) {
      step.move(message, Status.RETRY, Reason.BY_HAND, event.why(), event.who());
    }
  }

  /** It may go to another destination, by other links. */
  private void direct(OpenMessage message, Reading.Read read) {
    if (message.exit != null) {
      message.exit.count(message, -1);
    }
    message.plan = read.plan();
    message.step = read.plan() == null ? 0 : read.plan().first();
    message.destination = read.destination();
    message.links = read.links();
    message.gates = List.of();
    state.assign(message);
    if (message.exit != null) {
      message.exit.count(message, 1);
    }
  }

  /** Nothing ties it to others, so that it waits for nothing more. */
  private void needsNothing(OpenMessage message, Step step) {
    if (message.status == Status.SUBMITTED) {
      step.waitsUntil(message, null);
    } else if (message.status == Status.FAILED && message.reason == Reason.PREREQUISITE) {
      step.move(message, Status.RETRY, Reason.PREREQUISITE, "it waits for nothing more");
      if (!message.inPlace()) {
        state.lanes.joinAtEnd(message, state.newestSeq());
      }
    }
  }
}
