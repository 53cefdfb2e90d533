package io.waybill.engine;

import io.waybill.message.LaneName;
import io.waybill.message.Page;
import io.waybill.message.Parked;
import io.waybill.message.ParkedLane;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The lanes and who stands where in them. Turn is read from the ranks alone. Ranks are spaced so
 * that a message can later be moved between two others, and grow over all lanes, so that the end of
 * a lane is known without knowing who stands there.
 */
final class Lanes {

  /** The distance between two ranks at the end of a lane; enough for 2 to the 41 messages. */
  static final long SPACING = 1L << 22;

  private final Holding holding;
  private final Map<LaneName, Lane> lanes = new HashMap<>();

  /** Those of which more may have to be read. */
  private Set<Lane> running = new LinkedHashSet<>();

  /** How many lanes are parked in part. */
  private int parked;

  private long lastRank;

  Lanes(Holding holding) {
    this.holding = holding;
  }

  /** Puts a message at the end of all its lanes. */
  void joinAtEnd(OpenMessage message, long newestSeq) {
    lastRank = Math.max((lastRank / SPACING + 1) * SPACING, newestSeq * SPACING);
    List<Long> ranks = new ArrayList<>(message.lanes.size());
    message.lanes.forEach(name -> ranks.add(lastRank));
    message.ranks = List.copyOf(ranks);
    join(message);
  }

  /** Puts a message where its stored ranks say. */
  void join(OpenMessage message) {
    List<Place> places = new ArrayList<>(message.ranks.size());
    for (int i = 0; i < message.ranks.size(); i++) {
      long rank = message.ranks.get(i);
      lastRank = Math.max(lastRank, rank);
      change(lane(message.lanes.get(i)), lane -> places.add(lane.add(rank, message)));
    }
    message.places = List.copyOf(places);
  }

  /** The greatest rank below another one that a message can have got by coming. */
  static long arrivedBefore(long rank) {
    return Math.floorDiv(rank - 1, SPACING) * SPACING;
  }

  /** Moves a message within one of its lanes; returns who stands directly behind it then. */
  @Nullable OpenMessage move(OpenMessage message, int at, long rank) {
    Place from = message.places.get(at);
    List<Place> places = new ArrayList<>(message.places);
    List<Long> ranks = new ArrayList<>(message.ranks);
    change(
        from.lane,
        lane -> {
          lane.remove(from);
          places.set(at, lane.add(rank, message));
        });
    ranks.set(at, rank);
    message.places = List.copyOf(places);
    message.ranks = List.copyOf(ranks);
    Place behind = places.get(at).behind;
    return behind == null ? null : behind.message;
  }

  /** Takes a message out of its lanes and returns those that may now be first. */
  List<OpenMessage> leave(OpenMessage message) {
    List<OpenMessage> next = new ArrayList<>(message.places.size());
    for (Place place : message.places) {
      OpenMessage first = change(place.lane, lane -> lane.remove(place)).first();
      if (first != null) {
        next.add(first);
      }
    }
    message.ranks = List.of();
    message.places = List.of();
    return next;
  }

  /** Leaves the places of a message to the table. */
  void park(OpenMessage message) {
    for (Place place : message.places) {
      change(
          place.lane,
          lane -> {
            lane.remove(place);
            lane.parkedFrom(place.rank, message.parked != Parked.LANE);
          });
    }
    message.places = List.of();
  }

  /** Takes over that the table knows of more in a lane. */
  void load(ParkedLane lane) {
    lastRank = Math.max(lastRank, lane.last());
    change(lane(lane.lane()), known -> known.parkedFrom(lane.first(), lane.foundElsewhere()));
  }

  private Lane lane(LaneName name) {
    return lanes.computeIfAbsent(name, Lane::new);
  }

  private Lane change(Lane lane, Consumer<Lane> how) {
    boolean before = lane.known();
    how.accept(lane);
    if (before != lane.known()) {
      parked += before ? 1 : -1;
    }
    if (lane.isEmpty()) {
      lanes.remove(lane.name);
    } else if (lane.runsShort(few())) {
      running.add(lane);
    }
    return lane;
  }

  /** Whether it is first in all its lanes, as far as is known. */
  boolean first(OpenMessage message) {
    if (message.freed()) {
      return true;
    }
    for (Place place : message.places) {
      if (place.lane.first() != message) {
        return false;
      }
    }
    return message.places.size() == message.lanes.size();
  }

  /**
   * The message directly before one that is in a single, crowded lane, if everyone before it is
   * being posted and they are fewer than so many; else null.
   */
  @Nullable OpenMessage directlyBehind(OpenMessage message, int most) {
    Lane lane = crowded(message);
    return lane == null || lane.firstNotPosting(most - 1) != message
        ? null
        : lane.before(message.places.get(0));
  }

  /** Who is directly behind those being posted, where this message is in a single, crowded lane. */
  @Nullable OpenMessage follower(OpenMessage message, int most) {
    Lane lane = crowded(message);
    if (lane == null) {
      return null;
    }
    OpenMessage next = lane.firstNotPosting(most - 1);
    return next == null || next.lanes.size() > 1 || next == lane.first() ? null : next;
  }

  private @Nullable Lane crowded(OpenMessage message) {
    Lane lane = message.places.size() == 1 ? message.places.get(0).lane : null;
    return lane == null || lane.held() < holding.crowd() ? null : lane;
  }

  /** Whether a message that has to wait there is better left to the table. */
  boolean deep(OpenMessage message) {
    for (Place place : message.places) {
      if (!place.lane.known() || place.lane.held() > holding.lane()) {
        return true;
      }
    }
    return false;
  }

  private int few() {
    return page() / 4;
  }

  private int page() {
    return holding.page(parked);
  }

  /** What has to be read so that turn can be known; asked once. */
  List<Page> pages() {
    List<Page> pages = new ArrayList<>(running.size());
    for (Lane lane : running) {
      if (lane.runsShort(few())) {
        pages.add(lane.page(page()));
      }
    }
    // to clear a set takes as long as it once was large: all lanes that are parked, after a restart
    running = new LinkedHashSet<>();
    return pages;
  }

  /** Whether something has to be read. */
  boolean runShort() {
    return !running.isEmpty();
  }

  /** A page was read, those on it joined; returns who may now be first. */
  @Nullable OpenMessage read(Page.OfLane page, long upTo, boolean toTheEnd) {
    return change(lane(page.lane()), lane -> lane.knownUpTo(upTo, toTheEnd)).first();
  }

  /** Who is first in a lane; null where it is nobody, or not known. */
  @Nullable OpenMessage firstOf(LaneName name) {
    Lane lane = lanes.get(name);
    return lane == null ? null : lane.first();
  }

  /** How many lanes are known. */
  int size() {
    return lanes.size();
  }
}
