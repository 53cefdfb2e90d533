package io.waybill.engine;

import io.waybill.message.LaneName;
import io.waybill.message.Page;
import io.waybill.message.Status;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One lane. Everyone who stands in it up to the known rank is held here in the order of the ranks;
 * beyond it others may be parked in the table, and the gaps between those held are not known.
 */
final class Lane {

  private static final long ALL = Long.MAX_VALUE;
  private static final long NONE = Long.MIN_VALUE;

  final LaneName name;
  private final TreeMap<Long, OpenMessage> held = new TreeMap<>();
  private long known = ALL;

  /** The rank of a parked message that is first and is found by its destination. */
  private long atDestination = NONE;

  Lane(LaneName name) {
    this.name = name;
  }

  void add(long rank, OpenMessage message) {
    OpenMessage other = held.putIfAbsent(rank, message);
    if (other != null && other != message) {
      throw new IllegalStateException(
          "Messages %d and %d have the same rank in lane %s: the journal is damaged"
              .formatted(other.seq(), message.seq(), name));
    }
    if (rank == atDestination) {
      atDestination = NONE;
    }
  }

  void remove(long rank, OpenMessage message) {
    if (held.remove(rank) != message) {
      throw new IllegalStateException(
          "Message %d is not at its rank in lane %s".formatted(message.seq(), name));
    }
  }

  /** Whoever stands first; null where it is nobody, or not known. */
  @Nullable OpenMessage first() {
    return held.isEmpty() || held.firstKey() > known ? null : held.firstEntry().getValue();
  }

  /** Who stands directly before a message; null where it is nobody, or not known. */
  @Nullable OpenMessage before(long rank) {
    Map.Entry<Long, OpenMessage> before = rank > known ? null : held.lowerEntry(rank);
    return before == null ? null : before.getValue();
  }

  /**
   * The first that is not being posted, behind at most so many that are; null where it is nobody.
   */
  @Nullable OpenMessage firstNotPosting(int behind) {
    int posting = 0;
    for (Map.Entry<Long, OpenMessage> each : held.entrySet()) {
      if (each.getKey() > known || posting > behind) {
        return null;
      }
      if (each.getValue().status != Status.POSTING) {
        return each.getValue();
      }
      posting++;
    }
    return null;
  }

  /** From this rank on the table knows of more. */
  void parkedFrom(long rank, boolean foundByDestination) {
    known = Math.min(known, rank - 1);
    if (foundByDestination) {
      atDestination = rank;
    }
  }

  /** The table was read up to this rank, or to the end. */
  void knownUpTo(long rank, boolean toTheEnd) {
    known = toTheEnd ? ALL : Math.max(known, rank);
  }

  boolean known() {
    return known == ALL;
  }

  boolean isEmpty() {
    return held.isEmpty() && known == ALL;
  }

  int held() {
    return held.size();
  }

  /** Whether so few are left before the parked ones that more have to be read. */
  boolean runsShort(int few) {
    return known != ALL && atDestination == NONE && fewer(few);
  }

  private boolean fewer(int few) {
    int left = 0;
    for (long rank : held.keySet()) {
      if (rank > known || left > few) {
        break;
      }
      left++;
    }
    return left <= few;
  }

  Page.OfLane page(int limit) {
    return new Page.OfLane(name, known, limit);
  }
}
