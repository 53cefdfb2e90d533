package io.waybill.engine;

import io.waybill.message.DestinationState;
import io.waybill.message.MessageRow;
import io.waybill.message.Reason;
import io.waybill.message.Status;
import io.waybill.spec.Specification;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The engine: {@code step(state, event) → decisions}, with the state kept inside. It is driven by
 * one thread, is told the time and every fact it cannot know, and does nothing but decide. What it
 * decided has happened for it at once; whoever drives it makes that true in the journal before any
 * effect, or throws the engine away and builds a new one from the table.
 */
public final class Engine {

  private final State state;
  private final Traffic traffic;
  private final Arrivals arrivals;
  private final Outcomes outcomes;
  private final Decrees decrees;

  /**
   * An engine without messages.
   *
   * @param specification the rules
   * @param newestSeq the greatest number ever given to a message
   */
  public Engine(Specification specification, long newestSeq) {
    state = new State(specification, newestSeq);
    traffic = new Traffic(state);
    arrivals = new Arrivals(state, traffic);
    outcomes = new Outcomes(state, traffic);
    decrees = new Decrees(state, traffic);
  }

  /** Takes over what the table has of a destination, before {@link #recover}. */
  public void load(DestinationState destination) {
    Exit exit = state.exits.get(destination.name());
    if (exit != null) {
      exit.restore(destination);
    }
  }

  /** Takes over an open message, before {@link #recover}. */
  public void load(MessageRow row) {
    OpenMessage message = new OpenMessage(row);
    state.add(message);
    if (!message.ranks.isEmpty()) {
      state.lanes.join(message);
    }
  }

  /**
   * Goes on from what was loaded.
   *
   * @param fates what is known of the attempts that were under way
   */
  public List<Decision> recover(Function<MessageRow, Fate> fates, Instant now) {
    Step step = new Step(now);
    List<OpenMessage> all = new ArrayList<>(state.messages());
    all.sort(Comparator.comparingLong(OpenMessage::seq));
    for (OpenMessage message : all) {
      if (message.status == Status.POSTING) {
        outcomes.recover(message, fates.apply(message.row()), step);
      }
    }
    for (OpenMessage message : all) {
      if (message.status == Status.RETRIABLE) {
        requeue(message);
      } else {
        traffic.consider(message, step);
      }
    }
    return finish(step);
  }

  private void requeue(OpenMessage message) {
    Exit exit = traffic.exit(message);
    Instant due = message.dueAt;
    if (message.reason == Reason.LINK && exit != null) {
      exit.behindLink.add(message);
    } else {
      state.timers.set(message, due == null ? Instant.EPOCH : due);
    }
  }

  /** Decides what follows from an event. */
  public List<Decision> step(Event event, Instant now) {
    Step step = new Step(now);
    if (event instanceof Event.Arrived arrived) {
      arrivals.arrived(arrived, step);
    } else if (event instanceof Event.Ended ended) {
      outcomes.ended(ended, step);
    } else if (event instanceof Event.TimeCame) {
      timeCame(step);
    } else if (event instanceof Event.Decided decided) {
      decrees.decided(decided, step);
    } else if (event instanceof Event.Opened opened) {
      route(opened.destination(), true, step);
    } else if (event instanceof Event.Closed closed) {
      route(closed.destination(), false, step);
    } else {
      throw new IllegalArgumentException("The engine does not know the event " + event);
    }
    return finish(step);
  }

  private void timeCame(Step step) {
    OpenMessage due = state.timers.due(step.now());
    while (due != null) {
      outcomes.due(due, step);
      due = state.timers.due(step.now());
    }
    traffic.timePassed(step);
  }

  private void route(String destination, boolean open, Step step) {
    Exit exit = state.exits.get(destination);
    if (exit != null) {
      traffic.routeChanged(exit, open, step);
    }
  }

  private List<Decision> finish(Step step) {
    OpenMessage next = step.toConsider();
    while (next != null) {
      traffic.consider(next, step);
      next = step.toConsider();
    }
    return step.decisions();
  }

  /**
   * When the engine next has something to do by itself; {@link Instant#MIN} for at once, null for
   * never.
   */
  public @Nullable Instant nextDue() {
    Instant timer = state.timers.next();
    Instant exits = traffic.nextDue();
    if (timer == null || exits == null) {
      return timer == null ? exits : timer;
    }
    return timer.isBefore(exits) ? timer : exits;
  }

  /** That version of the message is durable: the engine need not remember what is at rest. */
  public void durable(long seq, int version) {
    state.forget(seq, version);
  }

  /** Whether the engine remembers the message, so that no fact about it is needed. */
  public boolean remembers(long seq) {
    return state.message(seq) != null;
  }

  /** How many messages are in memory. */
  public int size() {
    return state.size();
  }
}
