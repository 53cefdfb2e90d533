package io.waybill.judge;

import io.waybill.message.MessageKey;

/**
 * One message may take effect only after another.
 *
 * @param message the one that waits
 * @param required the one it waits for
 */
public record Requirement(MessageKey message, MessageKey required) {}
