package io.waybill.judge;

import io.waybill.message.LaneName;
import io.waybill.message.MessageKey;
import java.util.List;

/**
 * A document given to the broker. One that is sent again on purpose is a further sending; one that
 * is repeated because the answer was lost is the same sending.
 *
 * @param key what identifies it; with empty parts where it cannot be typed or keyed
 * @param source the one behind the other in the order of a lane: a queue, a connection
 * @param number its place in the order of that source
 * @param lanes the lanes it belongs to
 * @param hash the SHA-256 of its bytes, in hexadecimal
 * @param acknowledged whether the broker has said that it has it
 */
public record Sent(
    MessageKey key,
    String source,
    long number,
    List<LaneName> lanes,
    String hash,
    boolean acknowledged) {}
