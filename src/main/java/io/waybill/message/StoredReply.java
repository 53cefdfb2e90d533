package io.waybill.message;

import java.time.Instant;

/**
 * A reply as it is kept for its sender.
 *
 * @param seq the message it answers
 * @param run the run of the message that brought it
 * @param at when it came
 * @param release until when it is kept
 * @param keepUntil the end of its time; where its release is required, from when on it is overdue
 * @param reply what was answered
 */
public record StoredReply(
    long seq, int run, Instant at, Release release, Instant keepUntil, Reply reply) {}
