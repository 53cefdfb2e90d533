package io.waybill.engine;

import io.waybill.message.LaneName;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The order rule. A message waits for another one if it requires it, comes after its operation, or
 * stands behind it in a lane, directly or through others. One invariant is restored after every
 * arrival and every new wait: a message that another open one requires or comes after stands, in
 * each of its lanes, before everyone who waits for it; where it does not, it moves directly before
 * the first of them. Nothing else ever moves: whoever is overtaken was waiting for the one that
 * overtakes, so lanes cannot deadlock.
 *
 * <p>What can break the invariant is a message that somebody waits for already. It is enough to
 * look at that one, and at all that it waits for by requirement.
 */
final class Order {

  private final Ties ties;
  private final Lanes lanes;
  private final Traffic traffic;

  /** Somebody began to wait for these. */
  private final Set<Tie> unsettled = new LinkedHashSet<>();

  /** Those that have to move and are not in memory. */
  private final Set<Tie> wanted = new LinkedHashSet<>();

  Order(Ties ties, Lanes lanes, Traffic traffic) {
    this.ties = ties;
    this.lanes = lanes;
    this.traffic = traffic;
  }

  /** Somebody waits for it who may stand before it. */
  void unsettle(Tie tie) {
    unsettled.add(tie);
  }

  /**
   * Finds those that somebody waits for who may never move, as after a crash between an arrival and
   * the reading of what has to move for it: whoever is left when all have gone who can.
   */
  void unsettleWhatIsStuck(Collection<Tie> all) {
    Map<Tie, List<Tie>> waiting = new HashMap<>();
    Map<Tie, Integer> before = new HashMap<>();
    for (Tie tie : all) {
      Set<Tie> required = new HashSet<>(requires(tie));
      for (int i = 0; i < tie.lanes.size(); i++) {
        Map.Entry<Long, Tie> next = ties.in(tie.lanes.get(i)).lowerEntry(tie.ranks.get(i));
        if (next != null) {
          required.add(next.getValue());
        }
      }
      before.put(tie, required.size());
      required.forEach(other -> waiting.computeIfAbsent(other, o -> new ArrayList<>()).add(tie));
    }
    Deque<Tie> free = new ArrayDeque<>();
    before.forEach(
        (tie, count) -> {
          if (count == 0) {
            free.add(tie);
          }
        });
    while (!free.isEmpty()) {
      Tie tie = free.remove();
      before.remove(tie);
      for (Tie other : waiting.getOrDefault(tie, List.of())) {
        if (before.merge(other, -1, Integer::sum) == 0) {
          free.add(other);
        }
      }
    }
    unsettled.addAll(before.keySet());
  }

  /** Those that have to be read before the order can be restored. */
  Collection<Tie> wanted() {
    return wanted;
  }

  /** Restores the invariant; returns whether anything moved. */
  boolean settle(Step step) {
    if (unsettled.isEmpty()) {
      return false;
    }
    wanted.removeIf(tie -> tie.message != null || ties.tie(tie.seq) != tie);
    if (!wanted.isEmpty()) {
      return false;
    }
    unsettled.removeIf(tie -> !tie.able() || !ties.awaited(tie));
    Collection<Tie> affected = withAllTheyRequire();
    boolean moved = false;
    boolean again = true;
    // each pass brings at least one to where it stays; who waits for each other would never end
    for (int pass = 0; again && wanted.isEmpty() && pass <= affected.size(); pass++) {
      again = false;
      for (Tie each : affected) {
        // with one that cannot move yet in the way, others would move to and fro
        again |= wanted.isEmpty() && restore(each, step);
      }
      moved |= again;
    }
    if (wanted.isEmpty()) {
      unsettled.clear();
    }
    return moved;
  }

  /** In the order of the journal. */
  private Collection<Tie> withAllTheyRequire() {
    Map<Long, Tie> found = new TreeMap<>();
    Deque<Tie> next = new ArrayDeque<>(unsettled);
    while (!next.isEmpty()) {
      Tie each = next.remove();
      if (found.putIfAbsent(each.seq, each) == null) {
        next.addAll(requires(each));
      }
    }
    return found.values();
  }

  /** What a message waits for by its own requirements, not by its place. */
  private List<Tie> requires(Tie tie) {
    List<Tie> required = new ArrayList<>();
    for (Wait wait : tie.waits) {
      if (wait.on != null) {
        required.add(wait.on);
      }
    }
    required.addAll(ties.comesAfter(tie));
    return required;
  }

  private boolean restore(Tie tie, Step step) {
    boolean moved = false;
    for (int i = 0; i < tie.lanes.size(); i++) {
      Tie first = firstWaiting(tie, tie.lanes.get(i));
      if (first != null) {
        moved |= move(tie, i, first, step);
      }
    }
    return moved;
  }

  /** The first before it in a lane that waits for it; null where it is nobody. */
  private @Nullable Tie firstWaiting(Tie tie, LaneName lane) {
    Search search = new Search(tie);
    for (Tie other : ties.in(lane).headMap(tie.rank(lane), false).values()) {
      if (search.waits(other)) {
        return other;
      }
    }
    return null;
  }

  /** Looks for everything that a message waits for, until it finds one. */
  private final class Search {
    private final Tie target;
    private final Set<Tie> seen = new HashSet<>();

    /** Up to which rank a lane was looked through. */
    private final Map<LaneName, Long> looked = new HashMap<>();

    private final Deque<Tie> next = new ArrayDeque<>();
    private boolean found;

    Search(Tie target) {
      this.target = target;
    }

    boolean waits(Tie other) {
      reach(other);
      while (!found && !next.isEmpty()) {
        Tie each = next.remove();
        requires(each).forEach(this::reach);
        for (int i = 0; i < each.lanes.size(); i++) {
          behind(each.lanes.get(i), each.ranks.get(i));
        }
      }
      return found;
    }

    private void behind(LaneName lane, long rank) {
      long from = looked.getOrDefault(lane, Long.MIN_VALUE);
      if (from < rank) {
        looked.put(lane, rank);
        ties.in(lane).subMap(from, true, rank, false).values().forEach(this::reach);
      }
    }

    private void reach(Tie other) {
      if (other == target) {
        found = true;
      } else if (seen.add(other)) {
        next.add(other);
      }
    }
  }

  private boolean move(Tie tie, int lane, Tie first, Step step) {
    OpenMessage message = tie.message;
    if (message == null) {
      wanted.add(tie);
      return false;
    }
    LaneName name = tie.lanes.get(lane);
    long rank = rankBefore(first.rank(name), name, tie);
    if (rank == first.rank(name)) {
      return spread(name, first, step) && move(tie, lane, first, step);
    }
    put(message, lane, rank, step);
    step.reconsider(List.of(message));
    return true;
  }

  private void put(OpenMessage message, int lane, long rank, Step step) {
    step.moved(message);
    OpenMessage overtaken = lanes.move(message, lane, rank);
    if (message.tie != null) {
      ties.place(message.tie, message.lanes, message.ranks);
    }
    if (overtaken != null) {
      traffic.overtaken(overtaken, step);
    }
  }

  /**
   * A rank directly before another one; that one itself where there is no room. Messages take ranks
   * at the full spacing when they come, so only ties that were moved stand between two of these.
   */
  private long rankBefore(long rank, LaneName lane, Tie except) {
    long floor = Lanes.arrivedBefore(rank);
    Map.Entry<Long, Tie> last = ties.in(lane).lowerEntry(rank);
    while (last != null && last.getValue() == except) {
      last = ties.in(lane).lowerEntry(last.getKey());
    }
    if (last == null || last.getKey() <= floor) {
      long room = rank - floor;
      return room < 2 ? rank : floor + Math.max(1, room / 4);
    }
    long room = rank - last.getKey();
    return room < 2 ? rank : last.getKey() + Math.min(STRIDE, room / 2);
  }

  /** Leaves room for most of what is moved to the same place one after the other. */
  private static final long STRIDE = 16;

  /**
   * Makes room before a message among those that were moved there. One that is being posted stays:
   * its attempt is known by the version of its row.
   */
  private boolean spread(LaneName lane, Tie first, Step step) {
    long floor = Lanes.arrivedBefore(first.rank(lane));
    long ceiling = floor + Lanes.SPACING;
    List<Tie> those = new ArrayList<>();
    for (Tie tie : ties.in(lane).subMap(floor, false, ceiling, false).values()) {
      if (!tie.posting()) {
        those.add(tie);
      } else if (tie.rank(lane) < first.rank(lane)) {
        floor = tie.rank(lane);
        those.clear();
      } else {
        return false;
      }
    }
    long distance = (ceiling - floor) / (those.size() + 2);
    if (distance < 2) {
      // it waits where it stands, and says what for: a person may waive that
      return false;
    }
    List<Tie> parked = those.stream().filter(tie -> tie.message == null).toList();
    if (!parked.isEmpty()) {
      wanted.addAll(parked);
      return false;
    }
    // the last first, downwards or upwards: nobody may come to stand where another one still does
    List<Long> old = those.stream().map(tie -> tie.rank(lane)).toList();
    List<Tie> upwards = new ArrayList<>();
    for (int i = those.size() - 1; i >= 0; i--) {
      Tie tie = those.get(i);
      long to = floor + distance * (i + 1);
      if (to > old.get(i)) {
        place(tie, lane, to, step);
      } else {
        upwards.add(0, tie);
      }
    }
    for (Tie tie : upwards) {
      place(tie, lane, floor + distance * (those.indexOf(tie) + 1), step);
    }
    return true;
  }

  private void place(Tie tie, LaneName lane, long rank, Step step) {
    OpenMessage message = tie.message;
    if (message != null && tie.rank(lane) != rank) {
      put(message, tie.lanes.indexOf(lane), rank, step);
    }
  }
}
