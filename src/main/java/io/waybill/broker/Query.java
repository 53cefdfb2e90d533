package io.waybill.broker;

import io.waybill.message.Outcome;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The way to ask a destination whether it has a posting: a route consuming {@code
 * waybill:query:NAME}, or a simulated one.
 */
public interface Query {

  /** What the destination says. */
  sealed interface Answer {

    /** It has it. */
    record Has(@Nullable String detail) implements Answer {}

    /** It has not, and a lost try of it does not come any more: it may be sent. */
    record HasNot() implements Answer {}

    /**
     * It did not say.
     *
     * @param outcome what that means for the attempt that began with the question
     */
    record Nothing(Outcome outcome) implements Answer {}
  }

  /**
   * Asks. May block the calling thread; the answer may also come later from another one.
   *
   * @param posting what is asked for, by its posting id
   * @param answer told once
   */
  void ask(Posting posting, Consumer<Answer> answer);
}
