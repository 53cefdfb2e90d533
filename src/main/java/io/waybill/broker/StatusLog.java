package io.waybill.broker;

import io.waybill.message.HistoryEntry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One line of the log for each durable change of a status. The journal is the record, not this. */
final class StatusLog {

  private static final Logger STATUS = LoggerFactory.getLogger("io.waybill.status");

  private StatusLog() {}

  static void write(HistoryEntry entry) {
    if (STATUS.isInfoEnabled()) {
      STATUS.info(
          "message {} {} → {}{}{}{}",
          entry.seq(),
          entry.from() == null ? "new" : entry.from().sqlName(),
          entry.to().sqlName(),
          entry.reason() == null ? "" : " (" + entry.reason().sqlName() + ")",
          entry.who() == null ? "" : " by " + entry.who(),
          entry.detail() == null ? "" : ": " + oneLine(entry.detail()));
    }
  }

  /** What senders and destinations say must not forge lines of the log. */
  private static String oneLine(String text) {
    return text.replaceAll("\\p{Cntrl}+", " ");
  }
}
