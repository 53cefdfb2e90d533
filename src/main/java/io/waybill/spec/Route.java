package io.waybill.spec;

import java.util.List;

/**
 * One possible way of an operation's messages; the first whose conditions hold is taken.
 *
 * @param when all of these have to hold; empty for always
 * @param to the destination
 */
public record Route(List<Condition> when, String to) {

  /** A way under these conditions. */
  public Route {
    when = List.copyOf(when);
  }
}
