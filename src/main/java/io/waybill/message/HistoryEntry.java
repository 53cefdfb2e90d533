package io.waybill.message;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One line of a message's append-only history.
 *
 * @param seq the message
 * @param run the run it belongs to
 * @param at when
 * @param from the status before; null for the first line
 * @param to the status after
 * @param reason why
 * @param detail the reason in words
 * @param who the person who decided; null where it was the broker
 */
public record HistoryEntry(
    long seq,
    int run,
    Instant at,
    @Nullable Status from,
    Status to,
    @Nullable Reason reason,
    @Nullable String detail,
    @Nullable String who) {}
