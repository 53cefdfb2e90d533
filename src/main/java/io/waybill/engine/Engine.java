package io.waybill.engine;

import io.waybill.message.Changeover;
import io.waybill.message.DestinationState;
import io.waybill.message.KnownNumbers;
import io.waybill.message.LinkState;
import io.waybill.message.MessageRow;
import io.waybill.message.Numbered;
import io.waybill.message.Page;
import io.waybill.message.ParkedLane;
import io.waybill.message.PauseState;
import io.waybill.message.PostedAs;
import io.waybill.message.Reason;
import io.waybill.message.SeriesState;
import io.waybill.message.Status;
import io.waybill.spec.Specification;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongConsumer;
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
  private final Cancellations cancellations;
  private final Outcomes outcomes;
  private final Reports reports;
  private final Decrees decrees;

  /**
   * An engine without messages.
   *
   * @param specification the rules
   * @param holding how much of a backlog it holds
   * @param newestSeq the greatest number ever given to a message
   */
  public Engine(Specification specification, Holding holding, long newestSeq) {
    state = new State(specification, holding, newestSeq);
    traffic = new Traffic(state);
    arrivals = new Arrivals(state, traffic);
    Processes processes = new Processes(state, traffic);
    cancellations = new Cancellations(state, traffic, processes);
    outcomes = new Outcomes(state, traffic, processes, cancellations);
    reports = new Reports(state, traffic, outcomes);
    decrees = new Decrees(state, traffic, processes, cancellations);
  }

  /** Takes over what the table has of a destination, before {@link #recover}. */
  public void load(DestinationState destination) {
    Exit exit = state.exits.get(destination.name());
    if (exit != null) {
      exit.restore(destination);
    }
  }

  /** Takes over what the table has of a link, before any message. */
  public void load(LinkState link) {
    state.gate(link.name()).state = link;
  }

  /** Takes over what is paused, before {@link #recover}. */
  public void load(PauseState pause) {
    traffic.pauses.load(pause);
  }

  /** Pauses every destination, before {@link #recover}. */
  public List<Decision> hold(Instant now) {
    Step step = Step.keepingAll(now);
    traffic.pauses.everything(step);
    return step.decisions();
  }

  /** Takes over that messages are parked at a link, before {@link #recover}. */
  public void loadParkedAtLink(String link) {
    state.gate(link).parkedFrom(1);
  }

  /**
   * Takes over a changeover, before any message; what is returned has to be told who came before it
   * and is open.
   */
  public LongConsumer load(Changeover changeover) {
    return state.changeovers.load(changeover);
  }

  /** Takes over an open message that is not parked, before {@link #recover}. */
  public void load(MessageRow row) {
    state.adopt(row);
  }

  /** Takes over what messages need that came under an earlier specification, before any message. */
  public void require(Collection<PostedAs.Kind> kinds) {
    state.ties.require(kinds);
  }

  /** Under what posted messages have to be remembered. */
  public Set<PostedAs.Kind> required() {
    return state.ties.required();
  }

  /** The operations whose messages are tied to others beyond their lane. */
  public Set<String> tied() {
    return state.ties.operations();
  }

  /** Takes over how a message that only the table has is tied to others. */
  public void loadTied(MessageRow row) {
    String destination = row.standing().destination();
    state.ties.load(row, destination == null ? null : state.exits.get(destination));
  }

  /** What all that was loaded needs: which of it was posted has to be looked up. */
  public Set<PostedAs> needed() {
    return traffic.requirements.needed();
  }

  /** The numbers of all that was loaded: what is known of them has to be looked up. */
  public Set<Numbered> numbered() {
    return traffic.requirements.numbers.needed(state.ties);
  }

  /** Takes over what is known of {@link #numbered}, before {@link #recover}. */
  public void load(KnownNumbers known) {
    traffic.requirements.numbers.load(numbered(), known);
  }

  /** Takes over that messages are parked at a destination, before {@link #recover}. */
  public void loadParked(String destination) {
    Exit exit = state.exits.get(destination);
    if (exit != null) {
      exit.parkedFrom(1);
    }
  }

  /** Takes over that messages of a lane are parked, before {@link #recover}. */
  public void load(ParkedLane lane) {
    state.lanes.load(lane);
  }

  /**
   * Goes on from what was loaded.
   *
   * @param fates what is known of the attempts that were under way
   * @param posted what is known of {@link #needed}
   */
  public List<Decision> recover(
      Function<MessageRow, Fate> fates, Set<PostedAs> posted, Instant now) {
    Step step = Step.keepingAll(now);
    traffic.requirements.recover(posted);
    List<OpenMessage> all = new ArrayList<>(state.messages());
    all.sort(Comparator.comparingLong(OpenMessage::seq));
    for (OpenMessage message : all) {
      if (message.status == Status.POSTING) {
        outcomes.recover(message, fates.apply(message.row()), step);
      } else if (message.status == Status.CANCELLING) {
        cancellations.recover(message, fates.apply(message.row()), step);
      }
    }
    for (OpenMessage message : all) {
      if (message.status == Status.RETRIABLE) {
        requeue(message);
      } else {
        traffic.consider(message, step);
      }
    }
    traffic.requirements.wake(step);
    traffic.requirements.imported(state.changeovers.over(), step);
    return finish(step);
  }

  private void requeue(OpenMessage message) {
    Exit exit = message.exit;
    Instant due = message.dueAt;
    if (message.link != null) {
      traffic.links.again(message, message.link);
    } else if (message.reason == Reason.LINK && exit != null) {
      exit.behindLink.add(message);
    } else {
      state.timers.set(message, due == null ? Instant.EPOCH : due);
    }
  }

  /** Decides what follows from an event. */
  public List<Decision> step(Event event, Instant now) {
    Step step = Step.parking(now);
    if (event instanceof Event.Arrived arrived) {
      arrivals.arrived(arrived, step);
    } else if (event instanceof Event.Ended ended) {
      outcomes.ended(ended, step);
    } else if (event instanceof Event.TimeCame) {
      timeCame(step);
    } else if (event instanceof Event.Decided decided) {
      decrees.decided(decided, step);
    } else if (event instanceof Event.Reported reported) {
      reports.reported(reported, step);
    } else if (event instanceof Event.Probed probed) {
      traffic.links.probed(probed, step);
    } else if (event instanceof Event.Ordered ordered) {
      decrees.ordered(ordered, step);
    } else if (event instanceof Event.Imported imported) {
      traffic.requirements.imported(imported.facts(), step);
      step.carriedOut(imported.ticket());
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
    traffic.requirements.timePassed(step);
    traffic.timePassed(step);
  }

  private void route(String destination, boolean open, Step step) {
    Exit exit = state.exits.get(destination);
    if (Cancellations.isWay(destination)) {
      cancellations.routeChanged(destination, open, step);
    } else if (exit != null) {
      traffic.routeChanged(exit, open, step);
    }
  }

  /** Parked messages that have to be read before anything else is decided. */
  public List<Page> pages() {
    List<Page> pages = state.lanes.pages();
    if (!pages.isEmpty()) {
      // only with these is it known who of those already here is first
      return pages;
    }
    pages.addAll(traffic.requirements.pages());
    for (Exit exit : state.exits.values()) {
      if (exit.runsShort()) {
        pages.add(exit.page());
      }
    }
    traffic.links.pages(pages);
    return pages;
  }

  /** Goes on with the parked messages on a page: fewer than it asked for are all there are. */
  public List<Decision> read(Page page, List<MessageRow> rows, Instant now) {
    Step step = page instanceof Page.OfMessages ? Step.parking(now) : Step.keepingAll(now);
    List<OpenMessage> read = new ArrayList<>(rows.size());
    for (MessageRow row : rows) {
      if (state.message(row.seq()) == null && !row.standing().status().closed()) {
        read.add(state.adopt(row));
      }
    }
    boolean toTheEnd = rows.size() < page.limit();
    MessageRow last = rows.isEmpty() ? null : rows.get(rows.size() - 1);
    if (page instanceof Page.OfLane ofLane) {
      OpenMessage first =
          state.lanes.read(
              ofLane, last == null ? 0 : last.standing().rank(ofLane.lane()), toTheEnd);
      step.reconsider(first == null ? List.of() : List.of(first));
    } else if (page instanceof Page.OfDestination ofDestination) {
      Exit exit = Objects.requireNonNull(state.exits.get(ofDestination.destination()));
      exit.read(last == null ? 0 : last.seq(), toTheEnd);
      step.reconsider(read.stream().filter(state.lanes::first).toList());
    } else if (page instanceof Page.OfLink ofLink) {
      state.gate(ofLink.link()).read(last == null ? 0 : last.seq(), toTheEnd);
    } else if (page instanceof Page.OfMessages ofMessages) {
      traffic.requirements.read(ofMessages, step);
    }
    read.stream().filter(message -> message.status == Status.RETRIABLE).forEach(this::requeue);
    return finish(step);
  }

  private List<Decision> finish(Step step) {
    do {
      OpenMessage next = step.toConsider();
      while (next != null) {
        traffic.consider(next, step);
        next = step.toConsider();
      }
    } while (traffic.requirements.settle(step));
    return step.decisions();
  }

  /**
   * When the engine next has something to do by itself; {@link Instant#MIN} for at once, null for
   * never.
   */
  public @Nullable Instant nextDue() {
    if (state.lanes.runShort() || state.exits.values().stream().anyMatch(Exit::runsShort)) {
      return Instant.MIN;
    }
    return earlier(earlier(state.timers.next(), traffic.nextDue()), traffic.requirements.nextDue());
  }

  private static @Nullable Instant earlier(@Nullable Instant some, @Nullable Instant other) {
    if (some == null || other == null) {
      return some == null ? other : some;
    }
    return some.isBefore(other) ? some : other;
  }

  /** That version of the message is durable: the engine need not remember what is at rest. */
  public void durable(long seq, int version) {
    state.durable(seq, version);
  }

  /** That version of a lane's numbers is durable. */
  public void durable(SeriesState series) {
    traffic.requirements.numbers.durable(series.lane(), series.version());
  }

  /** How many lanes with numbers are in memory. */
  public int series() {
    return traffic.requirements.numbers.size();
  }

  /** Whether the engine remembers the message, so that no fact about it is needed. */
  public boolean remembers(long seq) {
    return state.message(seq) != null;
  }

  /** How many lanes are in memory, those of which every message is parked included. */
  public int lanes() {
    return state.lanes.size();
  }

  /** How many messages memory knows by their ties, those in memory included. */
  public int ties() {
    return state.ties.size();
  }

  /** How many messages are in memory. */
  public int size() {
    return state.size();
  }
}
