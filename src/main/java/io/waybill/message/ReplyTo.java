package io.waybill.message;

import org.jspecify.annotations.Nullable;

/**
 * Where a sender by JMS wants its reply.
 *
 * @param address the queue
 * @param correlationId by which it knows its reply
 * @param request names the asking itself: brought once more by the transport it is the same one,
 *     sent once more by the sender it is another
 */
public record ReplyTo(String address, @Nullable String correlationId, @Nullable String request) {}
