package io.waybill.message;

import org.jspecify.annotations.Nullable;

/**
 * A reply that is to be sent to an address.
 *
 * @param entry names the sending
 * @param seq the message that was answered
 * @param to where to
 * @param operation what the message asks for
 * @param messageId the id its sender gave it
 * @param status how it stands
 * @param asks how often its sender has asked for it there
 * @param attempts how often this could not be sent
 * @param reply what was answered, or that it is no longer kept; null where no reply came
 */
public record DueReply(
    long entry,
    long seq,
    ReplyTo to,
    String operation,
    String messageId,
    Status status,
    int asks,
    int attempts,
    @Nullable Reply reply) {}
