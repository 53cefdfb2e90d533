package io.waybill.camel;

import java.io.Serial;

/** Not sent, because the message before it in its lane was not. */
final class NotInTurn extends Exception {

  @Serial private static final long serialVersionUID = 1;

  NotInTurn() {
    super("the message before it in its lane was not sent");
  }
}
