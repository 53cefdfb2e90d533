package io.waybill.journal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import javax.sql.DataSource;

/**
 * Keys that routes have seen, each in a repository of its own name. A key is pending from when it
 * is added until its exchange has ended well, and then confirmed.
 *
 * <p>Processes are numbered in the order of their starts, and one at a time works on a database. So
 * whatever is pending of a process with a smaller number died with it: its exchange has not ended
 * well, its source will bring it again, and the key is free for that.
 *
 * <p>Safe for several threads. Each call is one transaction, durable on return.
 */
public final class IdempotentKeys {

  private final DataSource database;
  private final String node;
  private final Clock clock;
  private long number;

  /** Those in this database, for this process. */
  public IdempotentKeys(DataSource database, String node, Clock clock) {
    this.database = database;
    this.node = node;
    this.clock = clock;
  }

  private static final String ADD =
      """
      insert into waybill_journal.idempotent as i (
        repository, key, owner, node, added_at, confirmed_at)
      values (?, ?, ?, ?, ?, ?)
      on conflict (repository, key) do update
      set owner = excluded.owner,
        node = excluded.node,
        added_at = excluded.added_at,
        confirmed_at = excluded.confirmed_at
      where i.confirmed_at is null
        and i.owner < excluded.owner
      """;

  /**
   * Adds a key.
   *
   * @param done whether its exchange has ended well already, so that it is confirmed at once
   * @return false where the key is confirmed, or pending with a process that may be alive
   */
  public boolean add(String repository, String key, boolean done) {
    OffsetDateTime now = clock.instant().atOffset(ZoneOffset.UTC);
    return 1
        == change(
            "Adding key " + key,
            ADD,
            (statement, owner) -> {
              statement.setString(1, repository);
              statement.setString(2, key);
              statement.setLong(3, owner);
              statement.setString(4, node);
              statement.setObject(5, now);
              statement.setObject(6, done ? now : null, Types.TIMESTAMP_WITH_TIMEZONE);
            });
  }

  private static final String CONFIRM =
      """
      update waybill_journal.idempotent i
      set confirmed_at = coalesce(i.confirmed_at, ?)
      where i.repository = ?
        and i.key = ?
        and (i.confirmed_at is not null or i.owner = ?)
      """;

  /** False where the key is not there, or has gone over to a later process. */
  public boolean confirm(String repository, String key) {
    return 1
        == change(
            "Confirming key " + key,
            CONFIRM,
            (statement, owner) -> {
              statement.setObject(1, clock.instant().atOffset(ZoneOffset.UTC));
              statement.setString(2, repository);
              statement.setString(3, key);
              statement.setLong(4, owner);
            });
  }

  private static final String REMOVE =
      """
      delete from waybill_journal.idempotent i
      where i.repository = ?
        and i.key = ?
        and (i.confirmed_at is not null or i.owner <= ?)
      """;

  /** False where the key is not there, or is pending with a later process. */
  public boolean remove(String repository, String key) {
    return 1
        == change(
            "Removing key " + key,
            REMOVE,
            (statement, owner) -> {
              statement.setString(1, repository);
              statement.setString(2, key);
              statement.setLong(3, owner);
            });
  }

  private static final String CLEAR =
      """
      delete from waybill_journal.idempotent i
      where i.repository = ?
      """;

  /** Removes all keys of a repository. */
  public void clear(String repository) {
    change(
        "Removing all keys of " + repository,
        CLEAR,
        (statement, owner) -> statement.setString(1, repository));
  }

  private static final String CONTAINS =
      """
      select 1
      from waybill_journal.idempotent i
      where i.repository = ?
        and i.key = ?
        and (i.confirmed_at is not null or i.owner >= ?)
      """;

  /** Whether {@link #add} would refuse it. */
  public boolean contains(String repository, String key) {
    String tried = "Looking up key " + key;
    try (Connection connection = Session.connect(database, tried);
        PreparedStatement statement = connection.prepareStatement(CONTAINS)) {
      statement.setString(1, repository);
      statement.setString(2, key);
      statement.setLong(3, owner(connection));
      try (ResultSet row = statement.executeQuery()) {
        return row.next();
      }
    } catch (SQLException e) {
      throw SqlErrors.of(e, tried);
    }
  }

  private interface Binding {
    void to(PreparedStatement statement, long owner) throws SQLException;
  }

  private static final String DURABLE =
      """
      select set_config('synchronous_commit', 'on', true)
      where current_setting('synchronous_commit') = 'off'
      """;

  /** Not within a transaction of the route, which knows nothing of this connection. */
  private int change(String tried, String sql, Binding binding) {
    try (Connection connection = Session.connect(database, tried)) {
      long owner = owner(connection);
      connection.setAutoCommit(false);
      try (Statement durable = connection.createStatement();
          PreparedStatement statement = connection.prepareStatement(sql)) {
        durable.execute(DURABLE);
        binding.to(statement, owner);
        int changed = statement.executeUpdate();
        connection.commit();
        return changed;
      } finally {
        connection.rollback();
        connection.setAutoCommit(true);
      }
    } catch (SQLException e) {
      throw SqlErrors.of(e, tried);
    }
  }

  private static final String NUMBER =
      """
      select nextval('waybill_journal.idempotent_owner')
      """;

  /** The number of this process, taken when it is first needed. */
  private synchronized long owner(Connection connection) throws SQLException {
    if (number == 0) {
      try (Statement statement = connection.createStatement();
          ResultSet row = statement.executeQuery(NUMBER)) {
        row.next();
        number = row.getLong(1);
      }
    }
    return number;
  }
}
