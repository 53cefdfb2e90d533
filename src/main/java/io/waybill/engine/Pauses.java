package io.waybill.engine;

import io.waybill.message.LaneName;
import io.waybill.message.Order;
import io.waybill.message.PauseState;
import io.waybill.message.PauseState.Kind;
import io.waybill.message.Reason;
import io.waybill.message.Status;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What persons have paused: whoever is first there stays, and the others behind it. */
final class Pauses {

  /** How many messages follow a resumed operation in one step; the rest in the next ones. */
  private static final int SWEEP = 256;

  private static final String WHOLE_BROKER = "run --held";

  private final State state;
  private final Traffic traffic;
  private final Map<LaneName, PauseState> lanes = new HashMap<>();
  private final Map<String, PauseState> operations = new HashMap<>();

  /** Whose operation was resumed, and who have not followed yet. */
  private final Deque<OpenMessage> following = new ArrayDeque<>();

  Pauses(State state, Traffic traffic) {
    this.state = state;
    this.traffic = traffic;
  }

  void load(PauseState pause) {
    Exit exit = state.exits.get(pause.name());
    if (pause.kind() == Kind.DESTINATION && exit != null) {
      exit.paused = pause.set();
    } else if (pause.kind() == Kind.LANE && pause.set() != null) {
      lanes.put(LaneName.parse(pause.name()), pause);
    } else if (pause.kind() == Kind.OPERATION && pause.set() != null) {
      operations.put(pause.name(), pause);
    }
  }

  /** Whether a lane of a message or its operation is paused, and by whom; null where none is. */
  @Nullable PauseState of(OpenMessage message) {
    if (!lanes.isEmpty()) {
      for (LaneName lane : message.lanes) {
        PauseState pause = lanes.get(lane);
        if (pause != null) {
          return pause;
        }
      }
    }
    return operations.isEmpty() ? null : operations.get(message.received.operation());
  }

  /** Keeps a message that is first in its lanes from leaving, as something of it is paused. */
  void hold(OpenMessage message, PauseState pause, Exit exit, Step step) {
    exit.ready.remove(message);
    Links.stay(message);
    if (exit.trial == message) {
      exit.trial = null;
    }
    step.keep(message);
    PauseState.Set set = pause.set();
    step.explain(
        message,
        Reason.PAUSE,
        set == null ? pause.kind().sqlName() : pause.kind().sqlName() + " " + set.text());
  }

  /** A person pauses or resumes; returns why that is not possible, or null. */
  @Nullable String ordered(Order order, Step step) {
    PauseState.Set set = new PauseState.Set(step.now(), order.who(), order.why());
    return switch (order.verb()) {
      case PAUSE_DESTINATION -> destination(order.name(), set, step);
      case RESUME_DESTINATION -> destination(order.name(), null, step);
      case PAUSE_LANE -> lane(order.name(), set, step);
      case RESUME_LANE -> lane(order.name(), null, step);
      case PAUSE_OPERATION -> operation(order.name(), set, step);
      case RESUME_OPERATION -> operation(order.name(), null, step);
      case CHECK_LINK, LINK_DOWN, LINK_AUTO, CLOSE_GAP ->
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
    PauseState pause = new PauseState(Kind.LANE, lane.toString(), set);
    put(lanes, lane, pause);
    step.changed(pause);
    OpenMessage first = state.lanes.firstOf(lane);
    if (first != null && (first.status == Status.SUBMITTED || first.status == Status.RETRY)) {
      step.reconsider(List.of(first));
    }
    return null;
  }

  private static <K> void put(Map<K, PauseState> pauses, K name, PauseState pause) {
    if (pause.set() == null) {
      pauses.remove(name);
    } else {
      pauses.put(name, pause);
    }
  }

  /** One that left the specification can still be resumed. */
  private @Nullable String operation(String name, PauseState.@Nullable Set set, Step step) {
    if (!state.specification.operations().containsKey(name) && !operations.containsKey(name)) {
      return "There is no operation '%s'; there are: %s"
          .formatted(name, String.join(", ", state.specification.operations().keySet()));
    }
    PauseState pause = new PauseState(Kind.OPERATION, name, set);
    put(operations, name, pause);
    step.changed(pause);
    if (set == null) {
      state.messages().stream()
          .filter(message -> message.reason == Reason.PAUSE && isOf(message, name))
          .sorted(Comparator.comparingLong(OpenMessage::seq))
          .forEach(following::add);
    } else {
      // the others meet it when it is their turn
      for (Exit exit : state.exits.values()) {
        step.reconsider(exit.ready.stream().filter(message -> isOf(message, name)).toList());
      }
    }
    return null;
  }

  private static boolean isOf(OpenMessage message, String operation) {
    return message.received.operation().equals(operation);
  }

  /** Lets messages follow whose operation was resumed. */
  void timePassed(Step step) {
    for (int i = 0; i < SWEEP && !following.isEmpty(); i++) {
      step.reconsider(List.of(following.remove()));
    }
  }

  /** Whether messages follow at once. */
  boolean busy() {
    return !following.isEmpty();
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
