package io.waybill.broker;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether groups can be written at present, and when the journal is tried again. The pauses grow
 * until something was written. Used by the loop's thread alone.
 */
final class Outage {

  private static final Logger LOG = LoggerFactory.getLogger(Loop.class);
  private static final String STARTING = "it is starting";

  private final Duration firstPause;
  private final Duration mostPause;
  private Duration pause;
  private Instant nextTry = Instant.MIN;
  private @Nullable String reason = STARTING;

  Outage(BrokerSettings settings) {
    firstPause = settings.firstPause();
    mostPause = settings.mostPause();
    pause = firstPause;
  }

  /** Why nothing can be written; null while it can. */
  @Nullable String reason() {
    return reason;
  }

  Instant nextTry() {
    return nextTry;
  }

  /** Something could not be written. */
  void goesOn(RuntimeException failure, Instant now) {
    if (reason == null || reason.equals(STARTING)) {
      LOG.error("The journal is not available: {}", failure.getMessage());
    }
    String message = failure.getMessage();
    reason = message == null ? failure.toString() : message;
    nextTry = now.plus(pause);
    Duration next = pause.multipliedBy(2);
    pause = next.compareTo(mostPause) < 0 ? next : mostPause;
  }

  /** A group was written: whatever the trouble was, it is over. */
  void ends(int inMemory) {
    if (reason != null) {
      LOG.info("The journal is available; {} open messages are in memory", inMemory);
      reason = null;
    }
    pause = firstPause;
  }
}
