package io.waybill.spec;

import java.time.Duration;

/**
 * The transport between the broker and an external application.
 *
 * @param name its name, as in {@code waybill:link:NAME}
 * @param every how often it is probed
 * @param timeout of one probe
 */
public record Link(String name, Duration every, Duration timeout) {}
