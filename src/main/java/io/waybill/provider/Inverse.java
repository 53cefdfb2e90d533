package io.waybill.provider;

import java.sql.Connection;
import java.sql.SQLException;

/** Undoes, by an operation of its own, what no state before can restore. */
@FunctionalInterface
public interface Inverse {

  /**
   * Undoes it in the transaction of that connection.
   *
   * @param argument what was given to {@link Execution#onCancel}
   * @throws CannotUndo if it cannot; nothing of the transaction is cancelled then
   */
  void undo(Connection connection, String argument) throws SQLException, CannotUndo;
}
