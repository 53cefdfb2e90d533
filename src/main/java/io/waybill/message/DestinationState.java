package io.waybill.message;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the journal keeps of a destination.
 *
 * @param name its name
 * @param postings how many attempts were ever sent to it
 * @param downSince since when it cannot be reached; null while it can
 * @param downDetail what was seen
 * @param nextTrialAt when one message is tried again
 * @param failures unavailable answers in a row
 */
public record DestinationState(
    String name,
    long postings,
    @Nullable Instant downSince,
    @Nullable String downDetail,
    @Nullable Instant nextTrialAt,
    int failures) {}
