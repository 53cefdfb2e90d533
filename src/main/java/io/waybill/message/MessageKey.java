package io.waybill.message;

/**
 * What identifies a message over all sources.
 *
 * @param operation what the message asks for
 * @param sender who sent it
 * @param messageId the sender's unique work item id
 */
public record MessageKey(String operation, String sender, String messageId) {}
