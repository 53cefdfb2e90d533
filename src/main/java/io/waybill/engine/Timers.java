package io.waybill.engine;

import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** When which retriable message is due. Entries that no longer hold are passed over. */
final class Timers {

  private record Entry(Instant at, OpenMessage message) {
    boolean holds() {
      return at.equals(message.dueAt);
    }
  }

  private final PriorityQueue<Entry> entries =
      new PriorityQueue<>(
          Comparator.comparing(Entry::at).thenComparingLong(entry -> entry.message().seq()));

  void set(OpenMessage message, Instant at) {
    message.dueAt = at;
    entries.add(new Entry(at, message));
  }

  /** The next moment at which a message is due; null where there is none. */
  @Nullable Instant next() {
    while (!entries.isEmpty() && !entries.peek().holds()) {
      entries.remove();
    }
    return entries.isEmpty() ? null : entries.peek().at();
  }

  /** The next message due by {@code now}, taken out; null where there is none. */
  @Nullable OpenMessage due(Instant now) {
    Instant next = next();
    return next == null || next.isAfter(now) ? null : entries.remove().message();
  }
}
