package io.waybill.message;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What came of a posting, in the classes that decide what happens next. */
public sealed interface Outcome {

  /** In words, for the timeline. */
  @Nullable String detail();

  /** The destination has it. Its answer is passed on, and looked at by nobody on the way. */
  record Posted(@Nullable String detail, @Nullable Reply reply) implements Outcome {

    /** Without an answer to keep. */
    public Posted(@Nullable String detail) {
      this(detail, null);
    }
  }

  /** The destination has taken the work, and will report what came of it. */
  record Accepted(@Nullable String detail) implements Outcome {}

  /** Refused for good; repeating cannot help. */
  record Refused(Reason reason, String detail, @Nullable Reply reply) implements Outcome {

    /** Without an answer to keep. */
    public Refused(Reason reason, String detail) {
      this(reason, detail, null);
    }
  }

  /** Failed without effect and in passing; repeating may help. Spends an attempt. */
  record Transient(String detail, @Nullable Duration retryAfter) implements Outcome {}

  /** The destination as a whole cannot be reached or declines for now. Spends no attempt. */
  record Unavailable(String detail, @Nullable Duration retryAfter) implements Outcome {}

  /** The provider has not yet completed the transaction before this one. Spends no attempt. */
  record TooEarly(String detail) implements Outcome {}

  /**
   * It never left, because the message before it in its lane did not succeed. Spends no attempt.
   */
  record NotSent(String detail) implements Outcome {}

  /**
   * It was not sent: before that the destination was to be asked whether it has it from an earlier
   * try, and nobody knows. Spends no attempt.
   */
  record Unanswered(String detail) implements Outcome {}

  /** The answer was lost: it may or may not have taken effect. The delivery class decides. */
  record Ambiguous(String detail) implements Outcome {}
}
