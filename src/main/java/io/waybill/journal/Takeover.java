package io.waybill.journal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import javax.sql.DataSource;

/**
 * Raises the epoch of every partition.
 *
 * <p>Whoever writes holds its lease rows locked until its transaction ends, so this waits for
 * commits under way. One that does not end in time, because its process hangs or its connection is
 * dead without the server knowing, is defeated: its session is terminated, which the server allows
 * between sessions of one user.
 */
final class Takeover {

  /** Patience with commits under way. */
  static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final int TRIES = 5;
  private static final String TRIED = "Taking over the partitions";

  private final DataSource database;
  private final Duration patience;

  Takeover(DataSource database) {
    this(database, PATIENCE);
  }

  Takeover(DataSource database, Duration patience) {
    this.database = database;
    this.patience = patience;
  }

  /** Makes the node the owner and returns its epoch. */
  long by(String node) {
    for (int left = TRIES; ; left--) {
      try {
        return raise(node);
      } catch (SQLException e) {
        if (left == 1 || !SqlErrors.LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
          throw SqlErrors.of(e, TRIED);
        }
        terminateHolders();
      }
    }
  }

  private static final String PATIENTLY =
      """
      select set_config('lock_timeout', ?, true)
      """;

  private static final String CREATE =
      """
      insert into waybill_journal.lease (partition, epoch, node, taken_at)
      select partition, 0, ?, now()
      from generate_series(0, ? - 1) as partition
      on conflict (partition) do nothing
      """;

  private static final String LOCK =
      """
      select partition
      from waybill_journal.lease
      order by partition
      for update
      """;

  private static final String RAISE =
      """
      with raised as (
        insert into waybill_journal.takeover (epoch, node, at)
        select max(epoch) + 1, ?, now()
        from waybill_journal.lease
        returning epoch, node, at
      )
      update waybill_journal.lease l
      set epoch = r.epoch,
        node = r.node,
        taken_at = r.at
      from raised r
      returning l.epoch
      """;

  private long raise(String node) throws SQLException {
    try (Connection connection = Session.connect(database, TRIED)) {
      connection.setAutoCommit(false);
      try {
        connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
        long epoch = raise(connection, String.valueOf(Text.words(node)));
        connection.commit();
        return epoch;
      } finally {
        connection.rollback();
        connection.setAutoCommit(true);
      }
    }
  }

  private long raise(Connection connection, String node) throws SQLException {
    try (PreparedStatement patiently = connection.prepareStatement(PATIENTLY);
        PreparedStatement create = connection.prepareStatement(CREATE);
        Statement lock = connection.createStatement();
        PreparedStatement raise = connection.prepareStatement(RAISE)) {
      patiently.setString(1, patience.toMillis() + "ms");
      patiently.execute();
      create.setString(1, node);
      create.setInt(2, Journal.PARTITIONS);
      create.executeUpdate();
      // locked first and read by the next statement: only that one sees what was waited for
      lock.execute(LOCK);
      raise.setString(1, node);
      try (ResultSet raised = raise.executeQuery()) {
        raised.next();
        return raised.getLong(1);
      }
    }
  }

  private static final String TERMINATE_HOLDERS =
      """
      select pg_terminate_backend(pid)
      from (
        select distinct l.pid
        from pg_locks l
        where l.locktype = 'relation'
          and l.relation = 'waybill_journal.lease'::regclass
          and l.database = (select oid from pg_database where datname = current_database())
          and l.mode in ('RowShareLock', 'RowExclusiveLock')
          and l.granted
          and l.pid <> pg_backend_pid()
      ) holder
      """;

  private void terminateHolders() {
    try (Connection connection = Session.connect(database, TRIED);
        Statement statement = connection.createStatement()) {
      statement.execute(TERMINATE_HOLDERS);
    } catch (SQLException e) {
      throw SqlErrors.of(e, "Ending the sessions that hold a lease and do not go on");
    }
  }
}
