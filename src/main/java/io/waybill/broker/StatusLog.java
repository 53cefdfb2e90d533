package io.waybill.broker;

import io.waybill.message.LinkState;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One line of the log for each durable change of a status. The journal is the record, not this. */
final class StatusLog {

  private static final Logger STATUS = LoggerFactory.getLogger("io.waybill.status");

  private StatusLog() {}

  /** The change itself is what is logged: a log in fields takes them from it, without any text. */
  static void write(List<StatusChange> changes) {
    if (STATUS.isInfoEnabled()) {
      for (StatusChange change : changes) {
        STATUS.info("{}", change);
      }
    }
  }

  static void write(LinkState link) {
    if (link.up()) {
      STATUS.info("link {} is up", link.name());
    } else {
      STATUS.warn("link {} is down: {}", link.name(), oneLine(String.valueOf(link.trouble())));
    }
  }

  /** What senders and destinations say must not forge lines of the log. */
  private static String oneLine(String text) {
    return text.replaceAll("\\p{Cntrl}+", " ");
  }
}
