package io.waybill.broker;

import io.waybill.message.Outcome;
import java.util.function.Consumer;

/** The way to a destination: a route consuming {@code waybill:post:NAME}, or a simulated one. */
public interface Outlet {

  /**
   * Posts a message. May block the calling thread; the answer may also come later from another one.
   *
   * @param posting what to post
   * @param answer told once what came of it
   * @return whether the next message of its lane may be posted at once, without waiting for the
   *     answer: this way keeps their order, and where this message is not sent it answers {@link
   *     Outcome.NotSent} for those that name it as the one before
   */
  boolean post(Posting posting, Consumer<Outcome> answer);
}
