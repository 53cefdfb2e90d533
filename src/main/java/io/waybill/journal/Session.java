package io.waybill.journal;

import io.waybill.journal.JournalException.Kind;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.locks.ReentrantLock;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * One connection kept open for set-based statements, so that the server keeps their plans. It is
 * replaced after every error that leaves its state in doubt.
 */
final class Session implements AutoCloseable {

  /** What is done in one transaction. */
  interface Work<T> {
    T on(Connection connection) throws SQLException;
  }

  /**
   * Every statement here finds a bounded number of rows by an index. A plan made while the tables
   * were small would read them whole and be kept while they grow.
   */
  private static final String PREPARE =
      """
      set enable_seqscan = off;
      set enable_hashjoin = off;
      set enable_mergejoin = off;
      set lock_timeout = '10s';
      set statement_timeout = '60s';
      select set_config('synchronous_commit', 'on', false)
      where current_setting('synchronous_commit') = 'off'
      """;

  private static final String RESTORE =
      """
      reset enable_seqscan;
      reset enable_hashjoin;
      reset enable_mergejoin;
      reset lock_timeout;
      reset statement_timeout;
      reset synchronous_commit
      """;

  /** Longer than any statement may take: ends the wait for a server that is gone without a word. */
  private static final int SILENCE_MILLIS = 90_000;

  private final DataSource database;

  /** Whether each statement is a transaction of its own, which saves asking for its end. */
  private final boolean reading;

  private final ReentrantLock turn = new ReentrantLock();
  private volatile @Nullable Connection open;

  private Session(DataSource database, boolean reading) {
    this.database = database;
    this.reading = reading;
  }

  /** For transactions of several statements. */
  static Session writing(DataSource database) {
    return new Session(database, false);
  }

  /** For single statements that change nothing. */
  static Session reading(DataSource database) {
    return new Session(database, true);
  }

  /**
   * Runs it, and commits it where this session is for writing; or leaves nothing behind and says by
   * the kind of the error what to do.
   */
  <T> T run(String tried, Work<T> work) {
    turn.lock();
    try {
      Connection connection = connection(tried);
      try {
        T result = work.on(connection);
        if (!reading) {
          connection.commit();
        }
        return result;
      } catch (SQLException e) {
        JournalException error = SqlErrors.of(e, tried);
        undo(connection, error.kind());
        throw error;
      } catch (JournalException e) {
        undo(connection, e.kind());
        throw e;
      } catch (RuntimeException | Error e) {
        undo(connection, Kind.INFRASTRUCTURE);
        throw e;
      }
    } finally {
      turn.unlock();
    }
  }

  private Connection connection(String tried) {
    Connection kept = open;
    if (kept != null) {
      return kept;
    }
    Connection fresh = connect(database, tried);
    try {
      fresh.setAutoCommit(reading);
      fresh.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
      fresh.setNetworkTimeout(Runnable::run, SILENCE_MILLIS);
      try (Statement statement = fresh.createStatement()) {
        statement.execute(PREPARE);
      }
      if (!reading) {
        fresh.commit();
      }
      open = fresh;
      return fresh;
    } catch (SQLException e) {
      discard(fresh);
      throw noConnection(tried, e);
    }
  }

  /** A connection, or an error of kind INFRASTRUCTURE. */
  static Connection connect(DataSource database, String tried) {
    try {
      return database.getConnection();
    } catch (SQLException | RuntimeException e) {
      // connection pools have unchecked exceptions of their own
      throw noConnection(tried, e);
    }
  }

  private static JournalException noConnection(String tried, Exception cause) {
    return new JournalException(
        Kind.INFRASTRUCTURE,
        tried + ": no connection to the database: " + cause.getMessage(),
        cause);
  }

  private void undo(Connection connection, Kind kind) {
    if (kind == Kind.INFRASTRUCTURE) {
      discard(connection);
      return;
    }
    try {
      if (!reading) {
        connection.rollback();
      }
    } catch (SQLException e) {
      discard(connection);
    }
  }

  /**
   * Breaks off whatever is under way, from any thread; the thread waiting for it gets an error. The
   * server may go on with it for a while.
   */
  void abandon() {
    discard(open);
  }

  private void discard(@Nullable Connection connection) {
    if (connection == null) {
      return;
    }
    open = null;
    try {
      connection.abort(Runnable::run);
    } catch (SQLException e) {
      // it is broken already
    }
    closeQuietly(connection);
  }

  private static void closeQuietly(Connection connection) {
    try {
      connection.close();
    } catch (SQLException e) {
      // nothing of value is lost with it
    }
  }

  /** Gives the connection back as it was. */
  @Override
  public void close() {
    turn.lock();
    try {
      Connection connection = open;
      if (connection == null) {
        return;
      }
      try (Statement statement = connection.createStatement()) {
        if (!reading) {
          connection.rollback();
          connection.setAutoCommit(true);
        }
        statement.execute(RESTORE);
        connection.setNetworkTimeout(Runnable::run, 0);
        open = null;
        closeQuietly(connection);
      } catch (SQLException e) {
        discard(connection);
      }
    } finally {
      turn.unlock();
    }
  }
}
