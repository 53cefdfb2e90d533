package io.waybill.message;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The number that a message has in one of its lanes.
 *
 * @param lane the lane that follows the numbers
 * @param number from 0
 * @param until when its waiting for lower ones is over; null for never, and before the message was
 *     accepted
 */
public record Numbered(LaneName lane, long number, @Nullable Instant until) {

  /** A number that is only asked about. */
  public Numbered(LaneName lane, long number) {
    this(lane, number, null);
  }
}
