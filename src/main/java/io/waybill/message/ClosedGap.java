package io.waybill.message;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Numbers of a lane that were missing and are not waited for any more.
 *
 * @param range the numbers
 * @param at when that was decided
 * @param who the person who decided it; null where the specification did
 * @param why the reason
 */
public record ClosedGap(NumberRange range, Instant at, @Nullable String who, String why) {}
