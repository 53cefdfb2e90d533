package io.waybill.engine;

import io.waybill.message.Fingerprint;
import io.waybill.message.LaneName;
import io.waybill.message.MessageKey;
import io.waybill.message.MessageRow;
import io.waybill.message.Need;
import io.waybill.message.Plan;
import io.waybill.message.Reason;
import io.waybill.message.Received;
import io.waybill.message.Standing;
import io.waybill.message.Status;
import io.waybill.spec.Reading;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What happens to a document that comes: new, known already, in conflict, or not to be read. */
final class Arrivals {

  private final State state;
  private final Traffic traffic;

  Arrivals(State state, Traffic traffic) {
    this.state = state;
    this.traffic = traffic;
  }

  void arrived(Event.Arrived event, Step step) {
    if (event.reading() instanceof Reading.Read read) {
      read(event, read, step);
    } else if (event.reading() instanceof Reading.Unread unread) {
      unread(event, unread, step);
    }
  }

  private void read(Event.Arrived event, Reading.Read read, Step step) {
    MessageKey key = new MessageKey(read.operation(), event.sender(), read.messageId());
    MessageRow owner = state.owner(key, event.owner());
    if (owner == null) {
      accept(event, read, step);
    } else if (owner.received().fingerprint().equals(event.fingerprint())) {
      step.answer(event.ticket(), Decision.Result.DUPLICATE, owner);
    } else {
      fail(
          event,
          read.operation(),
          read.messageId(),
          Reason.CONFLICT,
          conflict(owner, event.fingerprint()),
          Decision.Result.CONFLICT,
          step);
    }
  }

  private static String conflict(MessageRow owner, Fingerprint fingerprint) {
    return """
        message %d has the same operation, sender and id '%s' but other bytes (SHA-256 %s, not %s); \
        send a changed document under an id of its own"""
        .formatted(
            owner.seq(), owner.received().messageId(), owner.received().fingerprint(), fingerprint);
  }

  private void accept(Event.Arrived event, Reading.Read read, Step step) {
    Numbers.Judgement numbers =
        traffic.requirements.numbers.judge(
            read.operation(), read.numbers(), event.numbers(), step.now());
    long seq = state.nextSeq();
    Received received =
        new Received(
            seq,
            event.partition(),
            read.operation(),
            event.sender(),
            read.messageId(),
            true,
            read.businessId(),
            event.fingerprint(),
            event.source(),
            step.now(),
            needs(read, step.now()),
            read.announces(),
            numbers.held());
    OpenMessage message =
        new OpenMessage(
            new MessageRow(
                received,
                standing(
                    Status.SUBMITTED,
                    numbers.policy() == null ? Reason.TURN : Reason.NUMBER,
                    numbers.detail(),
                    read.lanes(),
                    read.destination(),
                    read.links(),
                    read.plan(),
                    step)));
    state.add(message);
    if (numbers.refuses()) {
      step.begin(message);
      step.move(message, numbers.status(), Reason.NUMBER, numbers.detail());
      step.answer(event.ticket(), Decision.Result.ACCEPTED, message);
      return;
    }
    state.changeovers.hold(message);
    state.lanes.joinAtEnd(message, seq);
    if (numbers.policy() == null) {
      step.begin(message);
    } else {
      step.beginAsSaid(message);
    }
    if (message.tie != null) {
      traffic.requirements.came(message, event.posted(), step);
    }
    traffic.consider(message, step);
    step.answer(event.ticket(), Decision.Result.ACCEPTED, message);
  }

  /** What it needs, with the times by which it has to come. */
  static List<Need> needs(Reading.Read read, Instant now) {
    return read.needs().isEmpty()
        ? List.of()
        : read.needs().stream().map(need -> need.from(now)).toList();
  }

  private void unread(Event.Arrived event, Reading.Unread unread, Step step) {
    String operation = unread.operation();
    String messageId = unread.messageId();
    fail(
        event,
        operation == null ? "" : operation,
        messageId == null ? "" : messageId,
        unread.reason(),
        unread.detail(),
        Decision.Result.FAILED,
        step);
  }

  private void fail(
      Event.Arrived event,
      String operation,
      String messageId,
      Reason reason,
      String detail,
      Decision.Result result,
      Step step) {
    MessageRow twin =
        state.twin(
            new MessageKey(operation, event.sender(), messageId),
            event.fingerprint(),
            event.twin());
    if (twin != null) {
      step.answer(event.ticket(), result, twin);
      return;
    }
    Received received =
        new Received(
            state.nextSeq(),
            event.partition(),
            operation,
            event.sender(),
            messageId,
            false,
            null,
            event.fingerprint(),
            event.source(),
            step.now());
    OpenMessage message =
        new OpenMessage(
            new MessageRow(
                received,
                standing(Status.FAILED, reason, detail, List.of(), null, List.of(), null, step)));
    state.add(message);
    step.begin(message);
    step.answer(event.ticket(), result, message);
  }

  private static Standing standing(
      Status status,
      Reason reason,
      @Nullable String detail,
      List<LaneName> lanes,
      @Nullable String destination,
      List<String> links,
      @Nullable Plan plan,
      Step step) {
    return new Standing(
        status,
        reason,
        detail,
        lanes,
        List.of(),
        null,
        destination,
        plan == null ? 0 : plan.first(),
        0,
        null,
        null,
        null,
        0,
        1,
        0,
        1,
        step.now(),
        links,
        null,
        plan);
  }
}
