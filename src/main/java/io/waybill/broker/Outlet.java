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
   */
  void post(Posting posting, Consumer<Outcome> answer);
}
