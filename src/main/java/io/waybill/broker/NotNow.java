package io.waybill.broker;

import java.time.Duration;

/**
 * The broker cannot take this now: the journal's database is unavailable, too much waits to be
 * written, or the broker is stopping. Nothing is known to be stored; the source keeps the document
 * and tries again.
 */
public final class NotNow extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient Duration retryAfter;

  /** Says why and when to try again. */
  public NotNow(String message, Duration retryAfter) {
    super(message, null, false, false);
    this.retryAfter = retryAfter;
  }

  /** How long the source should wait. */
  public Duration retryAfter() {
    return retryAfter;
  }
}
