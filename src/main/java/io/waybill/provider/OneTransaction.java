package io.waybill.provider;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import javax.sql.DataSource;

/** Runs something in one transaction of the database, and again where the database asks for it. */
final class OneTransaction {

  /** Serialization failure and deadlock: nothing happened, the same may succeed now. */
  private static final Set<String> TRY_AGAIN = Set.of("40001", "40P01");

  private static final int TRIES = 5;

  /** What is done. */
  @FunctionalInterface
  interface Body<T> {
    Ended<T> in(Connection connection) throws SQLException;
  }

  /** What came of it, and whether its changes are to stay. */
  record Ended<T>(T result, boolean keep) {

    static <T> Ended<T> kept(T result) {
      return new Ended<>(result, true);
    }

    static <T> Ended<T> undone(T result) {
      return new Ended<>(result, false);
    }
  }

  private OneTransaction() {}

  static <T> T of(DataSource database, Body<T> body) throws SQLException {
    for (int attempt = 1; ; attempt++) {
      try {
        return once(database, body);
      } catch (SQLException e) {
        if (attempt == TRIES || e.getSQLState() == null || !TRY_AGAIN.contains(e.getSQLState())) {
          throw e;
        }
      }
    }
  }

  private static <T> T once(DataSource database, Body<T> body) throws SQLException {
    try (Connection connection = database.getConnection()) {
      boolean autoCommit = connection.getAutoCommit();
      connection.setAutoCommit(false);
      boolean ended = false;
      try {
        seeWhatOthersCommit(connection);
        Ended<T> outcome = body.in(connection);
        if (outcome.keep()) {
          connection.commit();
          ended = true;
        }
        return outcome.result();
      } finally {
        if (!ended) {
          rollBack(connection);
        }
        giveBack(connection, autoCommit);
      }
    }
  }

  /** What another one has just committed has to be seen once its lock is free. */
  private static void seeWhatOthersCommit(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("set transaction isolation level read committed");
    }
  }

  private static void giveBack(Connection connection, boolean autoCommit) {
    try {
      connection.setAutoCommit(autoCommit);
    } catch (SQLException e) {
      // as below; a pool finds out by itself
    }
  }

  private static void rollBack(Connection connection) {
    try {
      connection.rollback();
    } catch (SQLException e) {
      // it is broken: the database rolls back by itself, and the first error is the one to tell
    }
  }
}
