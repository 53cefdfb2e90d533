package io.waybill.journal;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A step as people see it: the columns of the public view {@code waybill.steps}. A message that is
 * no process is shown as one step without a name.
 *
 * @param status as a message stands, or planned
 * @param body its reply; not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // shown once, and read-only
public record StepView(
    long seq,
    int run,
    int step,
    @Nullable String name,
    @Nullable String destination,
    String status,
    @Nullable String reason,
    @Nullable String reasonDetail,
    String operation,
    String sender,
    String messageId,
    @Nullable String businessId,
    @Nullable String postingId,
    @Nullable String answerId,
    int attempts,
    @Nullable Instant startedAt,
    @Nullable Instant endedAt,
    @Nullable String node,
    @Nullable Integer code,
    @Nullable String contentType,
    byte @Nullable [] body) {}
