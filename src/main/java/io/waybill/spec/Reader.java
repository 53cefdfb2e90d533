package io.waybill.spec;

import io.waybill.message.Submission;

/**
 * Reads documents by the specification: finds operation, id, lanes and destination. Safe for use by
 * several threads.
 */
public final class Reader {

  private final Specification specification;

  /** A reader of that specification. */
  public Reader(Specification specification) {
    this.specification = specification;
  }

  /** Reads a document; never throws for what a sender sent. */
  public Reading read(Submission submission) {
    throw new UnsupportedOperationException("to be written " + specification + submission);
  }
}
