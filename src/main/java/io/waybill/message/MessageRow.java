package io.waybill.message;

/** A message as the journal has it, without its payload. */
public record MessageRow(Received received, Standing standing) {

  /** Its number in the journal. */
  public long seq() {
    return received.seq();
  }

  /** The id under which its present step is posted. */
  public PostingId postingId() {
    return PostingId.of(
        received.operation(),
        received.sender(),
        received.messageId(),
        received.document(),
        standing.run(),
        standing.step(),
        standing.revision());
  }
}
