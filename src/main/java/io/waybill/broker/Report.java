package io.waybill.broker;

import io.waybill.message.Outcome;
import io.waybill.message.PostingId;

/**
 * What a component says of work that it was handed before.
 *
 * @param seq the message
 * @param id the posting id that the work came with
 * @param outcome posted or refused
 */
public record Report(long seq, PostingId id, Outcome outcome) {}
