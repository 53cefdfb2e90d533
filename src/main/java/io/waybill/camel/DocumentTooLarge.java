package io.waybill.camel;

/** A streamed document is larger than allowed; it was not read to its end. */
final class DocumentTooLarge extends RuntimeException {

  private static final long serialVersionUID = 1L;

  DocumentTooLarge(int largest) {
    super(
        "The document has more than the %,d bytes that are processed. Send it in parts, or raise"
                .formatted(largest)
            + " waybill.max-body");
  }
}
