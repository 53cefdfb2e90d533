package io.waybill.bench.peers.jms;

/**
 * A document as it was taken.
 *
 * @param id the sender's id
 * @param lane whose order it keeps
 * @param body as received
 */
public record Order(String id, String lane, String body) {}
