package io.waybill.spec.read;

import io.waybill.message.Submission;
import io.waybill.spec.Reading;
import io.waybill.spec.Specification;

/**
 * Reads documents by the specification: finds operation, id, lanes and destination. Safe for use by
 * several threads.
 */
public final class Reader {

  private final Specification specification;
  private final long maxBody;

  /**
   * A reader of that specification.
   *
   * @param maxBody the size of the largest document, in bytes
   */
  public Reader(Specification specification, long maxBody) {
    this.specification = specification;
    this.maxBody = maxBody;
  }

  /** Reads a document; never throws for what a sender sent. */
  public Reading read(Submission submission) {
    throw new UnsupportedOperationException(
        "to be written " + specification + submission + maxBody);
  }
}
