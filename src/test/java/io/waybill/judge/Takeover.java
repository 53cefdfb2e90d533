package io.waybill.judge;

import java.time.Instant;

/**
 * The beginning of an epoch.
 *
 * @param epoch its fencing number
 * @param at when it began
 */
public record Takeover(long epoch, Instant at) {}
