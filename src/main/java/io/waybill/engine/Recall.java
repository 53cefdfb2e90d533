package io.waybill.engine;

import io.waybill.message.Parked;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * When the waiting of which message is over, and which parked ones have to be read because of it,
 * or because they wait no more.
 */
final class Recall {

  /** How many are read from the table at once. */
  private static final int MOST_AT_ONCE = 250;

  private record Deadline(Instant at, Tie tie) {
    boolean holds() {
      return at.equals(tie.deadline);
    }
  }

  private final PriorityQueue<Deadline> deadlines =
      new PriorityQueue<>(
          Comparator.comparing(Deadline::at).thenComparingLong(deadline -> deadline.tie().seq));

  /** Those parked that wait no more, and are read as their destination takes them. */
  private final Map<Exit, TreeMap<Long, Tie>> woken = new HashMap<>();

  /** Those parked whose time is over. */
  private final TreeMap<Long, Tie> late = new TreeMap<>();

  void at(Instant time, Tie tie) {
    tie.deadline = time;
    deadlines.add(new Deadline(time, tie));
  }

  /** The next whose time is over by now; null where there is none. */
  @Nullable Tie due(Instant now) {
    Instant next = nextDeadline();
    return next == null || next.isAfter(now) ? null : deadlines.remove().tie();
  }

  private @Nullable Instant nextDeadline() {
    while (!deadlines.isEmpty() && !deadlines.peek().holds()) {
      deadlines.remove();
    }
    Deadline next = deadlines.peek();
    return next == null ? null : next.at();
  }

  /** It has to be read, to say what has become of it: its time is over, or it is in a cycle. */
  void late(Tie tie) {
    late.put(tie.seq, tie);
  }

  /** It waits no more; whoever is found by nothing else is read. */
  void woken(Tie tie) {
    if (tie.parked != Parked.LANE && tie.parked != Parked.DESTINATION && tie.exit != null) {
      woken.computeIfAbsent(tie.exit, exit -> new TreeMap<>()).put(tie.seq, tie);
    }
  }

  /** When something is due; {@link Instant#MIN} where something has to be read; null for never. */
  @Nullable Instant next() {
    return late.isEmpty() && woken.keySet().stream().noneMatch(Exit::takesMore)
        ? nextDeadline()
        : Instant.MIN;
  }

  /** What has to be read, beside these. */
  Set<Long> toRead(Collection<Tie> others) {
    Set<Long> seqs = new TreeSet<>();
    others.forEach(tie -> seqs.add(tie.seq));
    late.keySet().stream().limit(MOST_AT_ONCE).forEach(seqs::add);
    woken.forEach(
        (exit, those) -> {
          if (exit.takesMore()) {
            those.keySet().stream().limit(MOST_AT_ONCE).forEach(seqs::add);
          }
        });
    return seqs;
  }

  /** It was read; returns whether its time was over. */
  boolean read(long seq) {
    woken.values().removeIf(those -> those.remove(seq) != null && those.isEmpty());
    return late.remove(seq) != null;
  }
}
