package io.waybill.judge;

import io.waybill.message.LaneName;
import io.waybill.message.MessageKey;
import io.waybill.message.Reason;
import io.waybill.message.Status;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A row of the state table.
 *
 * @param seq its number in the journal
 * @param key what identifies the message; with empty parts where it could not be typed or keyed
 * @param hash the SHA-256 of the document as received, in hexadecimal
 * @param status where it stands
 * @param reason why
 * @param detail why, in words
 * @param lanes its lanes
 * @param destination where it is posted
 * @param run its present run
 * @param epoch under which the row was changed last
 * @param changedAt when the row was changed last
 */
public record Row(
    long seq,
    MessageKey key,
    String hash,
    Status status,
    @Nullable Reason reason,
    @Nullable String detail,
    List<LaneName> lanes,
    @Nullable String destination,
    int run,
    long epoch,
    Instant changedAt) {}
