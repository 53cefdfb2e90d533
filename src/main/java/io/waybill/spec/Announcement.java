package io.waybill.spec;

/**
 * Says, by being posted, that a field which messages of another operation require is there.
 *
 * @param operation of the messages that require it
 * @param key yields the key of the lane of those messages
 * @param field as they name it, e.g. {@code /approvedBy}
 * @param at where it is written
 */
public record Announcement(String operation, Expression key, String field, Place at) {}
