package io.waybill.provider;

import java.util.List;

/** What came of a request to cancel a transaction. */
public sealed interface Cancellation {

  /**
   * It is cancelled and will not be performed any more.
   *
   * @param undone whether there was anything to undo: false where it had never been performed
   * @param repeated whether that had happened before
   */
  record Cancelled(boolean undone, boolean repeated) implements Cancellation {}

  /** Something stands in the way; nothing changed. */
  record Refused(List<Conflict> conflicts) implements Cancellation {
    public Refused {
      conflicts = List.copyOf(conflicts);
    }
  }
}
