package io.waybill.message;

/**
 * A step of a process, as it was planned for one message.
 *
 * @param name its name in the specification
 * @param destination where it is posted
 * @param needed whether the document asks for it; one that it does not ask for is passed over
 * @param cancel whether it can be undone at its destination
 */
public record PlannedStep(String name, String destination, boolean needed, boolean cancel) {}
