package io.waybill.operator;

import java.time.Duration;

/** What comes of a user's name and password. */
public sealed interface Login {

  /** They belong together. */
  record In(User user) implements Login {}

  /** No such user, or another password; which of the two is told to nobody. */
  record Wrong() implements Login {}

  /** There were too many wrong ones; this one was not looked at. */
  record NotYet(Duration left) implements Login {}
}
