package io.waybill.broker;

/** Another node has taken the journal over: this one must stop at once. */
final class LeaseLost extends RuntimeException {

  private static final long serialVersionUID = 1L;

  LeaseLost(Throwable cause) {
    super(
        "Another broker has taken over this journal. This one stops, so that no document is posted"
            + " twice; run one broker for a journal.",
        cause);
  }
}
