package io.waybill.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A kill does not show whether a commit is on disk, as the page cache survives it; syncs do. */
class PostgresSyncTest {

  private static final int COMMITS = 50;

  private final TestPostgres.Database database = TestPostgres.freshDatabase();

  @TempDir Path folder;

  @Test
  void everyCommitIsForcedToDisk() throws Exception {
    try (Connection connection = database.connect()) {
      execute(connection, "create table written (number int)");
      Optional<SyncCount> strace =
          SyncCount.of(number(connection, "select pg_backend_pid()"), folder);
      if (strace.isPresent()) {
        try (SyncCount count = strace.get()) {
          commitOneByOne(connection);
          assertThat(count.stop()).isGreaterThanOrEqualTo(COMMITS);
        }
      } else {
        long before = syncsByItsOwnCount(connection);
        commitOneByOne(connection);
        assertThat(syncsByItsOwnCount(connection) - before).isGreaterThanOrEqualTo(COMMITS);
      }
    }
  }

  @Test
  void theServersOwnCountAgrees() throws Exception {
    try (Connection connection = database.connect()) {
      execute(connection, "create table written (number int)");
      long before = syncsByItsOwnCount(connection);
      commitOneByOne(connection);
      assertThat(syncsByItsOwnCount(connection) - before).isGreaterThanOrEqualTo(COMMITS);
    }
  }

  private static void commitOneByOne(Connection connection) throws SQLException {
    for (int i = 0; i < COMMITS; i++) {
      execute(connection, "insert into written values (" + i + ")");
    }
  }

  private static long syncsByItsOwnCount(Connection connection) throws SQLException {
    execute(connection, "select pg_stat_force_next_flush()");
    return number(connection, "select sum(fsyncs) from pg_stat_io where object = 'wal'");
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static long number(Connection connection, String query) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      rows.next();
      return rows.getLong(1);
    }
  }
}
