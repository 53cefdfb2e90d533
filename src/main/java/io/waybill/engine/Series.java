package io.waybill.engine;

import io.waybill.message.LaneName;
import io.waybill.message.NumberRange;
import io.waybill.message.SeriesState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The numbers of one lane. A number is done, held by an open message, or missing; a message whose
 * number is greater than a missing one waits. Nothing that was done or held becomes missing again.
 */
final class Series {

  /** That a message holds a number. */
  record Member(Series series, long number) {}

  final LaneName lane;
  private int version;

  /** All numbers up to here are done; and beyond, with others missing or held between. */
  private long last;

  private final Ranges ahead = new Ranges();

  /** Who holds a number. */
  private final TreeMap<Long, Tie> open = new TreeMap<>();

  /** The smallest number that is missing, and what is done or held beyond it. */
  private long next;

  private final Ranges reached = new Ranges();

  /** Those below were told that they need not wait. */
  private long told;

  /** Gaps that the table may not know of yet. */
  private final List<NumberRange> closed = new ArrayList<>();

  Series(SeriesState state) {
    lane = state.lane();
    version = state.version();
    last = state.last();
    next = last + 1;
    for (NumberRange range : state.ahead()) {
      ahead.add(range.from(), range.to());
      reach(range.from(), range.to());
    }
    told = next;
  }

  SeriesState state() {
    return new SeriesState(lane, last, ahead.list(), version);
  }

  int version() {
    return version;
  }

  /** The smallest number that is missing. */
  long next() {
    return next;
  }

  /** All numbers up to here are done. */
  long last() {
    return last;
  }

  boolean done(long number) {
    return number <= last || ahead.contains(number);
  }

  /** Whether it was closed as a gap, as far as the table may not know it. */
  boolean closed(long number) {
    return closed.stream().anyMatch(range -> range.from() <= number && number <= range.to());
  }

  /** Who holds a number; null where nobody does. */
  @Nullable Tie holder(long number) {
    return open.get(number);
  }

  /** Who holds the number before; null where nobody does. */
  @Nullable Tie before(long number) {
    Map.Entry<Long, Tie> before = open.lowerEntry(number);
    return before == null ? null : before.getValue();
  }

  /** Whether somebody holds a later number. */
  boolean followed(long number) {
    return open.higherKey(number) != null;
  }

  /** Whether nobody holds a number. */
  boolean unused() {
    return open.isEmpty();
  }

  /** A message holds a number. */
  void hold(long number, Tie tie) {
    Tie other = open.putIfAbsent(number, tie);
    if (other != null && other != tie) {
      throw new IllegalStateException(
          "Messages %d and %d both have number %d of lane %s: the journal is damaged"
              .formatted(other.seq, tie.seq, number, lane));
    }
    reach(number, number);
  }

  /** The message that holds a number is tied to others anew. */
  void handOver(long number, Tie tie) {
    open.put(number, tie);
  }

  private void reach(long from, long to) {
    if (to < next) {
      return;
    }
    reached.add(Math.max(from, next), to);
    next = reached.takeBehind(next - 1) + 1;
  }

  /** The message that holds a number is done: it was posted or closed, or goes on without it. */
  void finish(long number) {
    open.remove(number);
    done(number, number);
    version++;
  }

  private void done(long from, long to) {
    ahead.add(from, to);
    last = ahead.takeBehind(last);
  }

  /** Nobody waits any more for what is missing up to a number; returns what that was. */
  List<NumberRange> close(long upTo) {
    List<NumberRange> missing = missing(upTo + 1);
    for (NumberRange range : missing) {
      done(range.from(), range.to());
      reach(range.from(), range.to());
    }
    closed.addAll(missing);
    version++;
    return missing;
  }

  /** What is missing before a number. */
  List<NumberRange> missing(long number) {
    return reached.missing(next, number - 1);
  }

  /** What is missing before a number, in words. */
  String missingText(long number) {
    List<NumberRange> missing = missing(number);
    long count = missing.stream().mapToLong(NumberRange::count).sum();
    return "number " + next + (count > 1 ? " and %d more".formatted(count - 1) : "");
  }

  /** Those for whom nothing is missing any more, each once. */
  List<Tie> released() {
    List<Tie> released = List.copyOf(open.subMap(Math.min(told, next), next).values());
    told = next;
    return released;
  }

  /** Those who wait, in the order of their numbers. */
  Collection<Tie> waiting() {
    return open.tailMap(next, true).values();
  }

  /** The table has it as it was in that version. */
  void durable(int written) {
    if (written == version) {
      closed.clear();
    }
  }
}
