package io.waybill.bench.limit;

/**
 * A document with its row.
 *
 * @param seq its number in the table, in the order of arrival
 * @param id the sender's id
 * @param lane whose order it keeps
 * @param body as received
 */
record Order(long seq, String id, String lane, String body) {}
