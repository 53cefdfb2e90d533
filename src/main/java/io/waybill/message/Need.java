package io.waybill.message;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something that must be true before a message may be posted.
 *
 * @param text in words, e.g. {@code CreateCustomer customer=4711}
 * @param anyOf one of these facts is enough; empty where only a person can help
 * @param within how long the message waits for it; null for without end
 * @param fails whether the message fails after that time, rather than being held for a person
 * @param until when that time ends; null for never, and before the message was accepted
 */
public record Need(
    String text,
    List<PostedAs> anyOf,
    @Nullable Duration within,
    boolean fails,
    @Nullable Instant until) {

  /** A need of these facts. */
  public Need {
    anyOf = List.copyOf(anyOf);
  }

  /** The same, of a message that waits from now on. */
  public Need from(Instant now) {
    return within == null ? this : new Need(text, anyOf, within, fails, now.plus(within));
  }
}
