package io.waybill.journal;

import io.waybill.journal.Group.Insert;
import io.waybill.message.HistoryEntry;
import io.waybill.message.MessageRow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The history of a group, with the lines by which its new messages begin taken out: these are kept
 * with the message, where they say no more than a status and a reason.
 */
final class FirstLines {

  private final Map<Long, HistoryEntry> first = new HashMap<>();
  private final List<HistoryEntry> others = new ArrayList<>();

  FirstLines(Group group) {
    Map<Long, MessageRow> arrivals = new HashMap<>();
    for (Insert insert : group.inserts()) {
      arrivals.put(insert.row().seq(), insert.row());
    }
    for (HistoryEntry entry : group.history()) {
      MessageRow arrival = entry.from() == null ? arrivals.get(entry.seq()) : null;
      if (arrival != null && plain(entry, arrival)) {
        first.put(entry.seq(), entry);
      } else {
        others.add(entry);
      }
    }
  }

  private static boolean plain(HistoryEntry entry, MessageRow arrival) {
    return entry.run() == 1
        && entry.detail() == null
        && entry.who() == null
        && entry.at().equals(arrival.received().receivedAt());
  }

  /** The line by which a message begins; null where it stands in the history. */
  @Nullable HistoryEntry of(long seq) {
    return first.get(seq);
  }

  /** All lines that stand in the history. */
  List<HistoryEntry> others() {
    return others;
  }
}
