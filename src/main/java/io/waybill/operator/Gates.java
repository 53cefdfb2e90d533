package io.waybill.operator;

import io.waybill.broker.Broker;
import io.waybill.journal.Moment;
import io.waybill.message.DestinationState;
import io.waybill.message.LaneName;
import io.waybill.message.LinkState;
import io.waybill.message.MessageRow;
import io.waybill.message.PauseState;
import io.waybill.message.Reason;
import io.waybill.message.Standing;
import io.waybill.operator.Why.Cause;
import io.waybill.operator.Why.Kind;
import io.waybill.spec.Destination;
import io.waybill.spec.Link;
import io.waybill.spec.Specification;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The gates a message passes on its way out once it is its turn, as they stand: what is paused and
 * which links are missing by the table; which routes run and what is under way by the broker.
 */
final class Gates {

  private final Moment moment;
  private final Broker broker;
  private final Specification specification;
  private final List<PauseState> pauses;
  private final List<LinkState> links;

  Gates(Moment moment, Broker broker) {
    this.moment = moment;
    this.broker = broker;
    this.specification = broker.specification();
    this.pauses = moment.pauses();
    this.links = moment.links();
  }

  private @Nullable Destination destination(MessageRow row) {
    return specification.destination(row.standing().destination());
  }

  boolean unspecified(MessageRow row) {
    return destination(row) == null;
  }

  Cause noDestination(MessageRow row) {
    return Cause.of(
        Kind.OTHER,
        row.standing().destination(),
        "its destination '%s' is not in the specification".formatted(row.standing().destination()),
        "name it in destinations.yaml");
  }

  /** It is under way. */
  Cause posting(MessageRow row) {
    Destination destination = destination(row);
    Instant since = row.standing().changedAt();
    Instant until = destination == null ? null : since.plus(destination.timeout());
    return Cause.of(
            Kind.POSTING,
            row.standing().destination(),
            "it is on its way to %s, try %d"
                .formatted(row.standing().destination(), row.standing().attempts()),
            "wait for the answer, or for the time-out")
        .since(since)
        .until(until);
  }

  /** Something outside has to change first. */
  Cause retriable(MessageRow row) {
    Standing standing = row.standing();
    String link = standing.link();
    if (link != null) {
      return link(link);
    }
    if (standing.reason() == Reason.LINK && standing.destination() != null) {
      return down(standing.destination());
    }
    Reason reason = standing.reason();
    String code = reason == null ? "" : reason.sqlName();
    String detail = standing.detail();
    return Cause.of(
            Kind.BACK_OFF,
            standing.destination(),
            "%s after try %d%s"
                .formatted(code, standing.attempts(), detail == null ? "" : ": " + detail),
            standing.dueAt() == null
                ? "retry %d".formatted(row.seq())
                : "it is tried again by itself; retry %d does so at once".formatted(row.seq()))
        .since(standing.changedAt())
        .until(standing.dueAt());
  }

  /** Adds every gate that is closed to a message whose turn it is. */
  void closed(MessageRow row, List<Cause> causes) {
    Destination to = destination(row);
    if (to == null) {
      return;
    }
    for (LaneName lane : row.standing().lanes()) {
      pause(PauseState.Kind.LANE, lane.toString(), causes);
    }
    pause(PauseState.Kind.OPERATION, row.received().operation(), causes);
    Stream.concat(to.links().stream(), row.standing().links().stream())
        .distinct()
        .filter(this::missing)
        .forEach(name -> causes.add(link(name)));
    DestinationState state = moment.destination(to.name());
    if (state != null && state.downSince() != null) {
      causes.add(down(to.name()));
    }
    pause(PauseState.Kind.DESTINATION, to.name(), causes);
    if (!broker.runsRoute(to.name())) {
      causes.add(
          Cause.of(
              Kind.ROUTE,
              to.name(),
              "no route that consumes waybill:post:%s is running".formatted(to.name()),
              "start its route; the log says why it did not start or was stopped"));
    } else if (causes.isEmpty() && broker.inFlight(to.name()) >= to.inFlight()) {
      causes.add(
          Cause.of(
              Kind.SLOTS,
              to.name(),
              "%d are under way to %s, as many as it takes at once"
                  .formatted(to.inFlight(), to.name()),
              "wait; or raise in-flight of the destination where it bears more"));
    }
  }

  private void pause(PauseState.Kind kind, String name, List<Cause> causes) {
    for (PauseState pause : pauses) {
      PauseState.Set set = pause.set();
      if (pause.kind() == kind && pause.name().equals(name) && set != null) {
        String what = kind.sqlName() + " " + name;
        causes.add(
            Cause.of(
                    Kind.PAUSE,
                    name,
                    "%s is %s".formatted(what, set.text()),
                    "resume %s --why REASON".formatted(what))
                .since(set.at())
                .by(set.who()));
      }
    }
  }

  private boolean missing(String link) {
    return specification.links().containsKey(link) && !state(link).up();
  }

  private LinkState state(String link) {
    return links.stream()
        .filter(state -> state.name().equals(link))
        .findFirst()
        .orElseGet(() -> LinkState.unknown(link));
  }

  private Cause link(String name) {
    LinkState state = state(name);
    LinkState.Declared declared = state.declared();
    LinkState.Seen seen = state.seen();
    if (declared != null) {
      return Cause.of(
              Kind.LINK,
              name,
              "link %s is %s".formatted(name, state.trouble()),
              "link auto %s --why REASON lets its probe decide again".formatted(name))
          .since(declared.at())
          .by(declared.who());
    }
    if (!missing(name)) {
      return Cause.of(
          Kind.LINK,
          name,
          "link %s is back; messages follow as it bears them".formatted(name),
          "wait: it follows by itself");
    }
    Instant last = broker.lastProbe(name);
    Link link = specification.links().get(name);
    String text =
        "link %s is missing: %s%s"
            .formatted(name, state.trouble(), last == null ? "" : "; probed last at " + last);
    return Cause.of(
            Kind.LINK,
            name,
            text,
            "bring the link back; everything that waits for it follows by itself")
        .since(seen == null ? null : seen.since())
        .until(last == null || link == null ? null : last.plus(link.every()));
  }

  private Cause down(String name) {
    DestinationState state = moment.destination(name);
    if (state == null || state.downSince() == null) {
      return Cause.of(
          Kind.DESTINATION,
          name,
          "destination %s can be reached again; messages follow".formatted(name),
          "wait: it follows by itself");
    }
    return Cause.of(
            Kind.DESTINATION,
            name,
            "destination %s cannot be reached: %s".formatted(name, state.downDetail()),
            "bring it back; one message at a time is tried, and the others follow by themselves")
        .since(state.downSince())
        .until(state.nextTrialAt());
  }

  /** No gate is closed. */
  Cause free(MessageRow row) {
    return Cause.of(
        Kind.NOTHING,
        row.standing().destination(),
        "nothing is in its way at this moment: it is about to go on",
        null);
  }
}
