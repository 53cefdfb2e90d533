package io.waybill.message;

/**
 * A lane of which messages are parked.
 *
 * @param lane the lane
 * @param first the rank of the first of them
 * @param last the rank of the last of them
 * @param foundElsewhere whether the first of them is found by its destination, prerequisite or link
 */
public record ParkedLane(LaneName lane, long first, long last, boolean foundElsewhere) {}
