package io.waybill.engine;

import io.waybill.message.LaneName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The lanes and who stands where in them. Turn is read from the ranks alone. Ranks are spaced so
 * that a message can later be moved between two others.
 */
final class Lanes {

  /** The distance between two ranks at the end of a lane. */
  static final long SPACING = 1L << 16;

  private final Map<LaneName, TreeMap<Long, OpenMessage>> lanes = new HashMap<>();

  /** Puts a message at the end of all its lanes. */
  void joinAtEnd(OpenMessage message, long newestSeq) {
    List<Long> ranks = new ArrayList<>(message.lanes.size());
    for (LaneName name : message.lanes) {
      TreeMap<Long, OpenMessage> lane = lanes.get(name);
      long last = lane == null ? 0 : lane.lastKey() + 1;
      ranks.add(Math.max(newestSeq * SPACING, last));
    }
    message.ranks = List.copyOf(ranks);
    join(message);
  }

  /** Puts a message where its stored ranks say. */
  void join(OpenMessage message) {
    for (int i = 0; i < message.lanes.size(); i++) {
      OpenMessage other =
          lanes
              .computeIfAbsent(message.lanes.get(i), name -> new TreeMap<>())
              .putIfAbsent(message.ranks.get(i), message);
      if (other != null && other != message) {
        throw new IllegalStateException(
            "Messages %d and %d have the same rank in lane %s: the journal is damaged"
                .formatted(other.seq(), message.seq(), message.lanes.get(i)));
      }
    }
  }

  /** Takes a message out of its lanes and returns those that may now be first. */
  List<OpenMessage> leave(OpenMessage message) {
    List<OpenMessage> next = new ArrayList<>(message.ranks.size());
    for (int i = 0; i < message.ranks.size(); i++) {
      LaneName name = message.lanes.get(i);
      TreeMap<Long, OpenMessage> lane = lanes.get(name);
      if (lane == null || lane.remove(message.ranks.get(i)) != message) {
        throw new IllegalStateException(
            "Message %d is not at its rank in lane %s".formatted(message.seq(), name));
      }
      if (lane.isEmpty()) {
        lanes.remove(name);
      } else {
        next.add(lane.firstEntry().getValue());
      }
    }
    message.ranks = List.of();
    return next;
  }

  /** Whether it is first in all its lanes. */
  boolean first(OpenMessage message) {
    return blocker(message) == null;
  }

  /** The first of a lane in which this message is not first; null where it is first everywhere. */
  @Nullable OpenMessage blocker(OpenMessage message) {
    for (LaneName name : message.lanes) {
      TreeMap<Long, OpenMessage> lane = lanes.get(name);
      OpenMessage first = lane == null ? null : lane.firstEntry().getValue();
      if (first != message) {
        return first;
      }
    }
    return null;
  }
}
