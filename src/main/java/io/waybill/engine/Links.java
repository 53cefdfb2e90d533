package io.waybill.engine;

import io.waybill.message.LinkState;
import io.waybill.message.Order;
import io.waybill.message.Page;
import io.waybill.message.Parked;
import io.waybill.message.Reason;
import io.waybill.message.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The links that messages need: who waits for which, who follows when one is back, and what probes
 * and persons say of them. A message that needs several waits for one that is missing at a time.
 */
final class Links {

  /** How many messages follow a link's change in one step; the rest follow in the next ones. */
  private static final int SWEEP = 256;

  private final State state;
  private final Traffic traffic;

  Links(State state, Traffic traffic) {
    this.state = state;
    this.traffic = traffic;
  }

  /** The gate at which a message that is first in its lanes has to wait; null for none. */
  static @Nullable LinkGate barring(OpenMessage message) {
    List<LinkGate> gates = message.gates;
    if (gates.isEmpty()) {
      return null;
    }
    LinkGate missing = missing(message);
    if (missing != null) {
      return missing;
    }
    for (LinkGate gate : gates) {
      boolean let = message.released ? gate.takesMore() : !gate.isReturning();
      if (!let && !gate.isPassing(message)) {
        return gate;
      }
    }
    return null;
  }

  /** The first link it needs that is missing; null for none. */
  static @Nullable LinkGate missing(OpenMessage message) {
    for (LinkGate gate : message.gates) {
      if (!gate.up()) {
        return gate;
      }
    }
    return null;
  }

  /** Whether no link it needs stands in the way of its being posted along with others. */
  static boolean clear(OpenMessage message) {
    for (LinkGate gate : message.gates) {
      if (!gate.up() || gate.isReturning()) {
        return false;
      }
    }
    return true;
  }

  /** A message that was let through is not on its way after all. */
  static void stay(OpenMessage message) {
    if (message.passing) {
      message.gates.forEach(gate -> gate.forget(message));
      message.passing = false;
    }
  }

  /** Holds a message until a link is there. Costs neither attempt nor time. */
  void hold(OpenMessage message, LinkGate gate, Exit exit, Step step) {
    exit.ready.remove(message);
    if (exit.trial == message) {
      exit.trial = null;
    }
    step.move(message, Status.RETRIABLE, Reason.LINK, gate.detail());
    step.waitFor(message, gate.name());
    if (gate.crowded(message) && step.mayPark()) {
      step.park(message, Parked.LINK);
    } else {
      gate.waiting.add(message);
    }
  }

  /** After a start, or when it is read from the table: it waits where it waited. */
  void again(OpenMessage message, String link) {
    state.gate(link).waiting.add(message);
  }

  /** A message was closed, or a person decides about it. */
  void forget(OpenMessage message) {
    if (message.link != null) {
      state.gate(message.link).waiting.remove(message);
    }
  }

  /** A probe saw a link. */
  void probed(Event.Probed event, Step step) {
    LinkGate gate = state.gates.get(event.link());
    if (gate == null) {
      return;
    }
    LinkState.Seen before = gate.state.seen();
    if (before == null || before.up() != event.up()) {
      LinkState.Seen seen = new LinkState.Seen(event.up(), step.now(), event.detail());
      change(gate, new LinkState(gate.name(), seen, gate.state.declared()), step);
    }
  }

  private static void change(LinkGate gate, LinkState to, Step step) {
    boolean wasUp = gate.up();
    gate.state = to;
    gate.changed(wasUp);
    step.changed(gate);
  }

  /** A person decides about a link; returns why that is not possible, or null. */
  @Nullable String ordered(Order order, Step step) {
    LinkGate gate = state.gates.get(order.name());
    if (gate == null || !state.specification.links().containsKey(order.name())) {
      return "There is no link '%s'; waybill.links has: %s"
          .formatted(order.name(), String.join(", ", state.specification.links().keySet()));
    }
    LinkState now = gate.state;
    switch (order.verb()) {
      case LINK_DOWN ->
          change(
              gate,
              new LinkState(
                  now.name(),
                  now.seen(),
                  new LinkState.Declared(step.now(), order.who(), order.why())),
              step);
      case LINK_AUTO -> {
        if (now.declared() != null) {
          change(gate, new LinkState(now.name(), now.seen(), null), step);
        }
      }
      case CHECK_LINK -> {
        // the probe has come before this and told what it saw
      }
      case PAUSE_LANE,
          RESUME_LANE,
          PAUSE_DESTINATION,
          RESUME_DESTINATION,
          PAUSE_OPERATION,
          RESUME_OPERATION,
          CLOSE_GAP ->
          throw new IllegalArgumentException("Not about a link: " + order);
    }
    return null;
  }

  /** Lets messages follow what happened to their links. */
  void timePassed(Step step) {
    for (LinkGate gate : state.gates.values()) {
      if (gate.wentDown) {
        sweepBack(gate, step);
      }
      for (int i = 0; i < SWEEP && gate.takesMore() && !gate.waiting.isEmpty(); i++) {
        release(gate.waiting.first(), gate, step);
      }
    }
  }

  /** Those that are queued at their destinations have to wait for the link instead. */
  private void sweepBack(LinkGate gate, Step step) {
    List<OpenMessage> back = new ArrayList<>();
    for (Exit exit : state.exits.values()) {
      for (OpenMessage message : exit.ready) {
        if (back.size() < SWEEP && message.gates.contains(gate)) {
          back.add(message);
        }
      }
    }
    for (OpenMessage message : back) {
      Exit exit = message.exit;
      LinkGate missing = missing(message);
      if (exit != null && missing != null) {
        hold(message, missing, exit, step);
      }
    }
    if (back.size() < SWEEP || gate.up()) {
      gate.wentDown = false;
      state.exits.values().forEach(exit -> traffic.pump(exit, step));
    }
  }

  private void release(OpenMessage message, LinkGate gate, Step step) {
    gate.waiting.remove(message);
    Instant expiresAt = message.expiresAt;
    if (expiresAt != null) {
      message.expiresAt = expiresAt.plus(Duration.between(message.changedAt, step.now()));
    }
    step.move(message, Status.RETRY, Reason.LINK, null);
    message.released = true;
    traffic.consider(message, step);
    message.released = false;
  }

  /** Whether messages follow a link's change at once. */
  boolean busy() {
    for (LinkGate gate : state.gates.values()) {
      if (gate.wentDown || gate.runsShort() || (gate.takesMore() && !gate.waiting.isEmpty())) {
        return true;
      }
    }
    return false;
  }

  /** Adds which parked messages have to be read. */
  void pages(List<Page> pages) {
    for (LinkGate gate : state.gates.values()) {
      if (gate.runsShort()) {
        pages.add(gate.nextPage());
      }
    }
  }
}
