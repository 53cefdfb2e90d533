package io.waybill.spec;

/**
 * What messages of one kind ask for.
 *
 * @param name e.g. {@code CreateOrder}
 * @param onFailure what a failed one does to its lanes
 */
public record Operation(String name, OnFailure onFailure) {}
