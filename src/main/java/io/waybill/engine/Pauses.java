package io.waybill.engine;

import io.waybill.message.LaneName;
import io.waybill.message.Order;
import io.waybill.message.PauseState;
import io.waybill.message.PauseState.Kind;
import io.waybill.message.Reason;
import io.waybill.message.Status;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What persons have paused: whoever is first there stays, and the others behind it. */
final class Pauses {

  private static final String WHOLE_BROKER = "run --held";

  private final State state;
  private final Traffic traffic;
  private final Map<LaneName, PauseState.Set> lanes = new HashMap<>();

  Pauses(State state, Traffic traffic) {
    this.state = state;
    this.traffic = traffic;
  }

  void load(PauseState pause) {
    Exit exit = state.exits.get(pause.name());
    if (pause.kind() == Kind.DESTINATION && exit != null) {
      exit.paused = pause.set();
    } else if (pause.kind() == Kind.LANE && pause.set() != null) {
      lanes.put(LaneName.parse(pause.name()), pause.set());
    }
  }

  /** Whether a lane of a message is paused, and by whom; null where none is. */
  PauseState.@Nullable Set of(OpenMessage message) {
    if (lanes.isEmpty()) {
      return null;
    }
    for (LaneName lane : message.lanes) {
      PauseState.Set pause = lanes.get(lane);
      if (pause != null) {
        return pause;
      }
    }
    return null;
  }

  /** Keeps a message that is first in its lanes from leaving, as one of them is paused. */
  void hold(OpenMessage message, PauseState.Set pause, Exit exit, Step step) {
    exit.ready.remove(message);
    Links.stay(message);
    if (exit.trial == message) {
      exit.trial = null;
    }
    step.keep(message);
    step.explain(message, Reason.PAUSE, "lane " + pause.text());
  }

  /** A person pauses or resumes; returns why that is not possible, or null. */
  @Nullable String ordered(Order order, Step step) {
    PauseState.Set set = new PauseState.Set(step.now(), order.who(), order.why());
    return switch (order.verb()) {
      case PAUSE_DESTINATION -> destination(order.name(), set, step);
      case RESUME_DESTINATION -> destination(order.name(), null, step);
      case PAUSE_LANE -> lane(order.name(), set, step);
      case RESUME_LANE -> lane(order.name(), null, step);
      case CHECK_LINK, LINK_DOWN, LINK_AUTO ->
          throw new IllegalArgumentException("Not a pause: " + order);
    };
  }

  private @Nullable String destination(String name, PauseState.@Nullable Set set, Step step) {
    Exit exit = state.exits.get(name);
    if (exit == null) {
      return "There is no destination '%s'; there are: %s"
          .formatted(name, String.join(", ", state.exits.keySet()));
    }
    exit.paused = set;
    step.changed(new PauseState(Kind.DESTINATION, name, set));
    traffic.routeChanged(exit, exit.open, step);
    return null;
  }

  private @Nullable String lane(String name, PauseState.@Nullable Set set, Step step) {
    LaneName lane;
    try {
      lane = LaneName.parse(name);
    } catch (IllegalArgumentException e) {
      return e.getMessage();
    }
    if (set == null) {
      lanes.remove(lane);
    } else {
      lanes.put(lane, set);
    }
    step.changed(new PauseState(Kind.LANE, lane.toString(), set));
    OpenMessage first = state.lanes.firstOf(lane);
    if (first != null && (first.status == Status.SUBMITTED || first.status == Status.RETRY)) {
      step.reconsider(List.of(first));
    }
    return null;
  }

  /** At a start that is to be held: nothing leaves until a person resumes each destination. */
  void everything(Step step) {
    for (Exit exit : state.exits.values()) {
      if (exit.paused == null) {
        Order order =
            new Order(
                Order.Verb.PAUSE_DESTINATION,
                exit.destination.name(),
                WHOLE_BROKER,
                "the broker was started so");
        exit.paused = new PauseState.Set(step.now(), order.who(), order.why());
        step.changed(new PauseState(Kind.DESTINATION, order.name(), exit.paused));
        step.audit(order);
      }
    }
  }
}
