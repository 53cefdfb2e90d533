package io.waybill.message;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Where one step of a process stands.
 *
 * @param seq the message
 * @param run the run of the message
 * @param step its number, from 0
 * @param name its name
 * @param destination where it is posted
 * @param postingId under which it is posted
 * @param status as a message stands
 * @param reason why, as a code
 * @param detail why, in words
 * @param attempts spent on it
 * @param startedAt when it was first sent; null where that is not known here
 * @param endedAt when it ended; null while it has not
 * @param reply what was answered; null where nothing was, or it is not known here
 */
public record StepRow(
    long seq,
    int run,
    int step,
    String name,
    String destination,
    PostingId postingId,
    Status status,
    @Nullable Reason reason,
    @Nullable String detail,
    int attempts,
    @Nullable Instant startedAt,
    @Nullable Instant endedAt,
    @Nullable Reply reply) {

  /** The same, with what an earlier row of the step knows and this one does not. */
  public StepRow over(StepRow earlier) {
    return new StepRow(
        seq,
        run,
        step,
        name,
        destination,
        postingId,
        status,
        reason,
        detail,
        attempts,
        earlier.startedAt == null ? startedAt : earlier.startedAt,
        endedAt,
        reply == null ? earlier.reply : reply);
  }

  /** The same with what was answered. */
  public StepRow answered(@Nullable Reply answer) {
    return new StepRow(
        seq,
        run,
        step,
        name,
        destination,
        postingId,
        status,
        reason,
        detail,
        attempts,
        startedAt,
        endedAt,
        answer == null ? reply : answer);
  }
}
