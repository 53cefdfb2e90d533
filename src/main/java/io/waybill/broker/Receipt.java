package io.waybill.broker;

import io.waybill.message.MessageRow;

/**
 * The broker's word to a source that a document is durable, or was already known.
 *
 * @param result what became of it
 * @param message the message as it stands: the new one, or for a duplicate the earlier one
 */
public record Receipt(Result result, MessageRow message) {

  /** What became of a submission. */
  public enum Result {
    /** New, in the journal. */
    ACCEPTED,
    /** The same bytes under the same id were received before. */
    DUPLICATE,
    /** Other bytes under the same id were received before; journaled as failed. */
    CONFLICT,
    /** Cannot be read, typed or keyed; journaled as failed. */
    FAILED
  }
}
