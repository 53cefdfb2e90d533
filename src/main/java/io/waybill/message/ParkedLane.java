package io.waybill.message;

/**
 * A lane of which messages are parked.
 *
 * @param lane the lane
 * @param first the rank of the first of them
 * @param last the rank of the last of them
 * @param atDestination whether the first of them is found by its destination
 */
public record ParkedLane(LaneName lane, long first, long last, boolean atDestination) {}
