package io.waybill.message;

/** A message as the journal has it, without its payload. */
public record MessageRow(Received received, Standing standing) {

  /** Its number in the journal. */
  public long seq() {
    return received.seq();
  }

  /** The id of what is sent: its posting, or the cancellation of that. */
  public PostingId sentAs() {
    return standing.status() == Status.CANCELLING ? postingId().cancellation() : postingId();
  }

  /** The id under which its present step is posted. */
  public PostingId postingId() {
    return postingId(standing.step());
  }

  /** The id under which one of its steps is posted. */
  public PostingId postingId(int step) {
    return PostingId.of(
        received.operation(),
        received.sender(),
        received.messageId(),
        received.document(),
        standing.run(),
        step,
        standing.revision());
  }
}
