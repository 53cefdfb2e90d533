package io.waybill.provider;

import org.jspecify.annotations.Nullable;

/** What came of a request to perform a transaction. */
public sealed interface Performance {

  /**
   * It is performed, and this is its answer.
   *
   * @param repeated whether that had happened before
   */
  record Performed(Answer answer, boolean repeated) implements Performance {}

  /** The work refused; nothing changed, and a repetition is tried anew. */
  record Refused(Answer answer) implements Performance {}

  /**
   * Its predecessor in a lane is not here yet; nothing changed.
   *
   * @param cancelled whether it was here and is cancelled, or was cancelled before it came
   */
  record TooEarly(String lane, TransactionId predecessor, boolean cancelled)
      implements Performance {}

  /**
   * Another transaction was performed in the lane after the predecessor; nothing changed.
   *
   * @param predecessor as the request has it; null for none
   * @param last the one that stands last in the lane
   */
  record Overtaken(String lane, @Nullable TransactionId predecessor, TransactionId last)
      implements Performance {}

  /** It was cancelled and is never performed again. */
  record Withdrawn() implements Performance {}
}
