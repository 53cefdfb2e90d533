package io.waybill.broker;

/** Where the ways to destinations are opened and closed. Safe for use by several threads. */
public interface Outlets {

  /**
   * Opens the way to a destination. Messages are posted from then on; until then they wait.
   *
   * @throws IllegalStateException where it is open already: exactly one route per destination
   */
  void open(String destination, Outlet outlet);

  /** Closes it: nothing new is posted, what is on its way may end. */
  void close(String destination);

  /**
   * Opens the way to ask a destination whether it has a posting.
   *
   * @throws IllegalStateException where it is open already: exactly one route per destination
   */
  default void openQuery(String destination, Query query) {
    throw new IllegalArgumentException("No destination is asked here");
  }

  /** Closes it: who has to be asked for is asked for later. */
  default void closeQuery(String destination) {
    // none was opened
  }

  /**
   * Opens the way by which a destination undoes what it performed.
   *
   * @throws IllegalStateException where it is open already: exactly one route per destination
   */
  default void openCancel(String destination, Outlet outlet) {
    throw new IllegalArgumentException("Nothing is cancelled here");
  }

  /** Closes it: what is to be undone waits. */
  default void closeCancel(String destination) {
    // none was opened
  }
}
