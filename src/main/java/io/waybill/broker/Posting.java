package io.waybill.broker;

import io.waybill.message.MessageRow;
import io.waybill.message.Payload;
import io.waybill.message.PostingId;

/**
 * One attempt to hand a message to its destination. Its intent is durable.
 *
 * @param id the posting id: the same on every attempt
 * @param row the message as the intent has it
 * @param payload what to post
 * @param epoch the fencing number under which it leaves
 */
public record Posting(PostingId id, MessageRow row, Payload payload, long epoch) {}
