package io.waybill.broker;

import io.waybill.journal.Group;
import io.waybill.message.ClosedGap;
import io.waybill.message.HistoryEntry;
import io.waybill.message.KnownNumbers;
import io.waybill.message.LaneName;
import io.waybill.message.MessageRow;
import io.waybill.message.NumberRange;
import io.waybill.message.Numbered;
import io.waybill.message.SeriesState;
import io.waybill.message.Status;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * The numbers of lanes as the table keeps them, and beside it what became of each number as it is
 * seen from outside: the one is judged by the other.
 */
final class SimulatedSeries {

  private final Map<LaneName, SeriesState> states = new HashMap<>();
  private final Map<LaneName, TreeSet<Long>> closed = new HashMap<>();
  private final Map<LaneName, TreeSet<Long>> done = new HashMap<>();

  /** How many gaps were closed in any simulation, and how many messages were posted by number. */
  static long gapsClosed;

  static long postedByNumber;

  KnownNumbers known(Collection<Numbered> asked) {
    Map<LaneName, SeriesState> series = new HashMap<>();
    Set<Numbered> inGaps = new HashSet<>();
    for (Numbered each : asked) {
      SeriesState state = states.get(each.lane());
      if (state != null) {
        series.put(each.lane(), state);
      }
      if (numbers(closed, each.lane()).contains(each.number())) {
        inGaps.add(each);
      }
    }
    return new KnownNumbers(series, inGaps);
  }

  private static TreeSet<Long> numbers(Map<LaneName, TreeSet<Long>> of, LaneName lane) {
    return of.computeIfAbsent(lane, l -> new TreeSet<>());
  }

  void check(Collection<Group.SeriesChange> changes) {
    for (Group.SeriesChange change : changes) {
      SeriesState before = states.get(change.state().lane());
      if ((before == null ? 0 : before.version()) != change.fromVersion()) {
        throw new AssertionError("A guard did not match: " + change + " against " + before);
      }
    }
  }

  /** A message that leaves its lanes has done its numbers. */
  void update(@Nullable MessageRow before, MessageRow after) {
    List<Numbered> numbers = (before == null ? after : before).received().numbers();
    boolean left =
        after.standing().status().closed()
            || after.standing().ranks().isEmpty()
            || after.received().numbers().isEmpty();
    if (left && (before == null || !before.standing().ranks().isEmpty())) {
      for (Numbered each : numbers) {
        once(done, each.lane(), each.number());
        postedByNumber += after.standing().status() == Status.POSTED ? 1 : 0;
      }
    }
  }

  private static void once(Map<LaneName, TreeSet<Long>> of, LaneName lane, long number) {
    if (!numbers(of, lane).add(number)) {
      throw new AssertionError("O: number %d of %s was done twice".formatted(number, lane));
    }
  }

  void write(Collection<Group.SeriesChange> changes) {
    for (Group.SeriesChange change : changes) {
      LaneName lane = change.state().lane();
      for (ClosedGap gap : change.closed()) {
        gapsClosed++;
        LongStream.rangeClosed(gap.range().from(), gap.range().to())
            .forEach(number -> once(closed, lane, number));
      }
      states.put(lane, change.state());
      agree(change.state());
    }
  }

  private void agree(SeriesState state) {
    TreeSet<Long> seen = new TreeSet<>(numbers(done, state.lane()));
    seen.addAll(numbers(closed, state.lane()));
    TreeSet<Long> said = new TreeSet<>();
    LongStream.rangeClosed(1, state.last()).forEach(said::add);
    for (NumberRange range : state.ahead()) {
      LongStream.rangeClosed(range.from(), range.to()).forEach(said::add);
    }
    if (!seen.equals(said)) {
      throw new AssertionError("O: %s is said to be done, and %s is".formatted(state, seen));
    }
  }

  /**
   * Nobody leaves before all lower numbers have left, or leave before it. One that was to leave
   * behind another, and is told that this one did not, is still posting for a while.
   */
  void judge(Collection<MessageRow> rows, Collection<HistoryEntry> history) {
    Set<Long> begun = new HashSet<>();
    for (HistoryEntry entry : history) {
      if (entry.to() == Status.POSTING || entry.from() == Status.POSTING) {
        begun.add(entry.seq());
      }
    }
    Map<LaneName, Map<Long, MessageRow>> held = new HashMap<>();
    for (MessageRow row : rows) {
      if (!row.standing().status().closed() && !row.standing().ranks().isEmpty()) {
        for (Numbered each : row.received().numbers()) {
          MessageRow other =
              held.computeIfAbsent(each.lane(), lane -> new HashMap<>()).put(each.number(), row);
          if (other != null) {
            throw new AssertionError("O: a number twice: " + row + " and " + other);
          }
        }
      }
    }
    held.forEach(
        (lane, those) ->
            those.forEach(
                (number, row) -> {
                  if (row.standing().status() == Status.POSTING && begun.contains(row.seq())) {
                    LongStream.range(1, number)
                        .forEach(lower -> left(lane, lower, those, row, begun));
                  }
                }));
  }

  private void left(
      LaneName lane, long number, Map<Long, MessageRow> held, MessageRow row, Set<Long> begun) {
    MessageRow holder = held.get(number);
    boolean before =
        holder != null
            && (holder.standing().status() == Status.POSTING || begun.contains(holder.seq()))
            && holder.standing().rank(lane) < row.standing().rank(lane);
    if (!before
        && !numbers(done, lane).contains(number)
        && !numbers(closed, lane).contains(number)) {
      throw new AssertionError(
          "O: number %d of %s is missing, and it is posted: %s".formatted(number, lane, row));
    }
  }
}
