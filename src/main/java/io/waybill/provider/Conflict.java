package io.waybill.provider;

import org.jspecify.annotations.Nullable;

/**
 * Why a transaction cannot be cancelled.
 *
 * @param blocked what cannot be cancelled
 * @param blocking the later transaction that has to be cancelled before it; null where the history
 *     has none, so that a person has to look
 * @param where the row, for people
 * @param detail the reason, for people
 */
public record Conflict(
    TransactionId blocked, @Nullable TransactionId blocking, String where, String detail) {}
