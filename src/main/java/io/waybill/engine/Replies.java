package io.waybill.engine;

import io.waybill.message.Outcome;
import io.waybill.message.Reply;
import io.waybill.spec.ReplyTerms;
import org.jspecify.annotations.Nullable;

/** Which answers of destinations are kept. What they say is passed on unseen. */
final class Replies {

  private final State state;

  Replies(State state) {
    this.state = state;
  }

  /** Keeps the answer, where the operation declares replies. */
  void keep(OpenMessage message, @Nullable Reply reply, Step step) {
    ReplyTerms terms = state.specification.replyTerms(message.received.operation());
    if (terms != null && reply != null) {
      step.replied(terms.stored(message.seq(), message.run, step.now(), reply));
    }
  }

  /** Keeps a refusal, where its sender is given it; false where a person has to decide. */
  boolean gives(OpenMessage message, Outcome.Refused refused, Step step) {
    ReplyTerms terms = state.specification.replyTerms(message.received.operation());
    if (terms == null || !terms.givesRefusals() || refused.reply() == null) {
      return false;
    }
    keep(message, refused.reply(), step);
    return true;
  }
}
