package io.waybill.broker;

import io.waybill.message.HistoryEntry;
import io.waybill.message.MessageRow;
import org.jspecify.annotations.Nullable;

/**
 * A durable change of a status, which reads as a line of the log.
 *
 * @param row the message as its group has left it
 * @param entry the line of its history
 * @param traceId the trace it belongs to, on arrival and where a posting ended; null where there is
 *     none, or where it would have to be looked up
 */
public record StatusChange(MessageRow row, HistoryEntry entry, @Nullable String traceId) {

  @Override
  public String toString() {
    StringBuilder line = new StringBuilder(120);
    line.append("message ").append(entry.seq());
    append(line, " ", row.received().operation());
    append(line, " ", row.received().messageId());
    line.append(": ").append(entry.from() == null ? "new" : entry.from().sqlName());
    line.append(" → ").append(entry.to().sqlName());
    if (entry.reason() != null) {
      line.append(" (").append(entry.reason().sqlName()).append(')');
    }
    append(line, " by ", entry.who());
    append(line, ": ", entry.detail());
    return line.toString();
  }

  /** What senders and destinations say must not forge lines of the log. */
  private static void append(StringBuilder line, String before, @Nullable String text) {
    if (text == null || text.isEmpty()) {
      return;
    }
    line.append(before);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      line.append(Character.isISOControl(c) || c == '\u2028' || c == '\u2029' ? ' ' : c);
    }
  }
}
