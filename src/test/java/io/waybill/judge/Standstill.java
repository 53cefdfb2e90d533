package io.waybill.judge;

import io.waybill.message.LaneName;
import io.waybill.message.Reason;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What may be open although nothing moves any more. */
final class Standstill {

  /** Open messages that have a reason of their own, and those that stand behind one of them. */
  private final Set<Long> explained = new HashSet<>();

  Standstill(List<Row> rows) {
    Map<LaneName, List<Row>> lanes = new HashMap<>();
    Deque<Row> next = new ArrayDeque<>();
    for (Row row : rows) {
      if (!row.status().closed()) {
        row.lanes().forEach(lane -> lanes.computeIfAbsent(lane, l -> new ArrayList<>()).add(row));
        if (holdsByItself(row)) {
          next.add(row);
        }
      }
    }
    while (!next.isEmpty()) {
      Row row = next.remove();
      if (explained.add(row.seq())) {
        row.lanes().forEach(lane -> next.addAll(lanes.get(lane)));
      }
    }
  }

  /** What is wrong with that message standing where it stands, if anything. */
  @Nullable String complaint(Row row) {
    return switch (row.status()) {
      case POSTED, SKIPPED, CANCELLED -> null;
      case POSTING, RETRY, CANCELLING -> "still on its way, although nothing moves";
      case SUBMITTED ->
          row.reason() == null
              ? "waits, and does not say what for"
              : explained.contains(row.seq())
                  ? null
                  : "waits for its turn, and nobody is in front of it";
      case RETRIABLE -> row.reason() == null ? "waits, and does not say what for" : null;
      case IN_DOUBT, FAILED ->
          row.reason() == null || row.detail() == null || row.detail().isBlank()
              ? "a person has to decide, and is not told why"
              : null;
    };
  }

  private static boolean holdsByItself(Row row) {
    return switch (row.status()) {
      case FAILED, IN_DOUBT, RETRIABLE -> row.reason() != null;
      case SUBMITTED -> row.reason() != null && row.reason() != Reason.TURN;
      case POSTING, POSTED, RETRY, SKIPPED, CANCELLING, CANCELLED -> false;
    };
  }
}
