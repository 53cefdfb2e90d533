package io.waybill.bench.engine;

import io.waybill.message.LaneName;
import io.waybill.message.MessageRow;
import io.waybill.message.Page;
import io.waybill.message.Parked;
import io.waybill.message.Standing;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;

/** What the state table has of parked messages, with an index for each kind of page. */
final class ParkedRows {

  private static final NavigableMap<Long, MessageRow> NONE =
      Collections.unmodifiableNavigableMap(new TreeMap<>());

  private final Map<Long, MessageRow> rows = new HashMap<>();
  private final Map<LaneName, NavigableMap<Long, MessageRow>> lanes = new HashMap<>();
  private final Map<String, NavigableMap<Long, MessageRow>> destinations = new HashMap<>();

  /** Writes a row as it is now; whether it was parked before is known from the decision. */
  void write(MessageRow row, boolean wasParked) {
    if (wasParked) {
      MessageRow before = rows.remove(row.seq());
      if (before == null) {
        throw new IllegalStateException("It was not parked: " + row);
      }
      remove(before);
    }
    if (row.standing().parked() != null) {
      rows.put(row.seq(), row);
      add(row);
    }
  }

  private void remove(MessageRow row) {
    Standing standing = row.standing();
    for (int i = 0; i < standing.lanes().size(); i++) {
      LaneName name = standing.lanes().get(i);
      NavigableMap<Long, MessageRow> lane = lanes.getOrDefault(name, NONE);
      lane.remove(standing.ranks().get(i));
      if (lane.isEmpty()) {
        lanes.remove(name);
      }
    }
    if (standing.parked() == Parked.DESTINATION) {
      at(row).remove(row.seq());
    }
  }

  private void add(MessageRow row) {
    Standing standing = row.standing();
    for (int i = 0; i < standing.lanes().size(); i++) {
      lanes
          .computeIfAbsent(standing.lanes().get(i), name -> new TreeMap<>())
          .put(standing.ranks().get(i), row);
    }
    if (standing.parked() == Parked.DESTINATION) {
      at(row).put(row.seq(), row);
    }
  }

  private NavigableMap<Long, MessageRow> at(MessageRow row) {
    String destination = Objects.requireNonNull(row.standing().destination());
    return destinations.computeIfAbsent(destination, name -> new TreeMap<>());
  }

  /** The rows on a page. */
  List<MessageRow> on(Page page) {
    if (page instanceof Page.OfLane ofLane) {
      return first(page.limit(), lanes.getOrDefault(ofLane.lane(), NONE), ofLane.after());
    }
    Page.OfDestination at = (Page.OfDestination) page;
    return first(page.limit(), destinations.getOrDefault(at.destination(), NONE), at.after());
  }

  private static List<MessageRow> first(
      int limit, NavigableMap<Long, MessageRow> queue, long after) {
    List<MessageRow> first = new ArrayList<>();
    Map.Entry<Long, MessageRow> next = queue.higherEntry(after);
    while (next != null && first.size() < limit) {
      first.add(next.getValue());
      next = queue.higherEntry(next.getKey());
    }
    return first;
  }

  /** How many are parked, those included that were read and not written since. */
  int size() {
    return rows.size();
  }
}
