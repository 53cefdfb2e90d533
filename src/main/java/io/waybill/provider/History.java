package io.waybill.provider;

import io.waybill.provider.Recorded.Status;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The transactions and their lanes, within one transaction of the database. */
final class History {

  /** A transaction that stands in a lane. */
  record Standing(TransactionId transaction, long order) {}

  private final Connection connection;
  private final String schemaName;
  private final String schema;

  History(Connection connection, String schema) {
    this.connection = connection;
    this.schemaName = schema;
    this.schema = Table.quoted(schema);
  }

  /**
   * Claims the id for this transaction of the database; waits for another one that has claimed it.
   *
   * @return false if it is performed or cancelled already
   */
  boolean begin(TransactionId transaction, int run) throws SQLException {
    String insert =
        """
        insert into %s.waybill_transactions (transaction_id, status, run)
        values (?, 'performed', ?)
        on conflict (transaction_id) do nothing
        """
            .formatted(schema);
    try (PreparedStatement statement = connection.prepareStatement(insert)) {
      statement.setString(1, transaction.text());
      statement.setInt(2, run);
      return statement.executeUpdate() == 1;
    }
  }

  /** Keeps others from performing and cancelling in these lanes; always in the same order. */
  void lockLanes(Collection<String> lanes) throws SQLException {
    String insert =
        """
        insert into %s.waybill_lanes (lane)
        values (?)
        on conflict (lane) do nothing
        """
            .formatted(schema);
    String lock =
        """
        select lane
        from %s.waybill_lanes
        where lane = ?
        for update
        """
            .formatted(schema);
    try (PreparedStatement made = connection.prepareStatement(insert);
        PreparedStatement locked = connection.prepareStatement(lock)) {
      for (String lane : lanes.stream().sorted().toList()) {
        made.setString(1, lane);
        made.executeUpdate();
        locked.setString(1, lane);
        locked.execute();
      }
    }
  }

  /** The last one of the lane that was performed and is not cancelled. */
  @Nullable Standing last(String lane) throws SQLException {
    String query =
        """
        select transaction_id, s.performed_order
        from %1$s.waybill_standings s
        join %1$s.waybill_transactions t using (transaction_id)
        where lane = ?
          and status = 'performed'
        order by s.performed_order desc
        limit 1
        """
            .formatted(schema);
    try (PreparedStatement statement = connection.prepareStatement(query)) {
      statement.setString(1, lane);
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next()
            ? new Standing(new TransactionId(rows.getString(1)), rows.getLong(2))
            : null;
      }
    }
  }

  /**
   * Gives the transaction its place in the order of all. Drawn last, while its lanes and rows are
   * locked: so of two that share one the later has the higher number.
   */
  long drawOrder() throws SQLException {
    String query =
        """
        select nextval(format('%I.waybill_order', cast(? as text))::regclass)
        """;
    try (PreparedStatement statement = connection.prepareStatement(query)) {
      statement.setString(1, schemaName);
      try (ResultSet rows = statement.executeQuery()) {
        rows.next();
        return rows.getLong(1);
      }
    }
  }

  /** Records that it is completed, and with what answer. */
  void complete(TransactionId transaction, long order, Answer answer) throws SQLException {
    String update =
        """
        update %s.waybill_transactions
        set performed_order = ?,
            answer_code = ?,
            answer_type = ?,
            answer = ?,
            performed_at = clock_timestamp()
        where transaction_id = ?
        """
            .formatted(schema);
    try (PreparedStatement statement = connection.prepareStatement(update)) {
      statement.setLong(1, order);
      statement.setInt(2, answer.code());
      statement.setString(3, answer.contentType());
      statement.setBytes(4, answer.body());
      statement.setString(5, transaction.text());
      expectOne(statement.executeUpdate(), transaction);
    }
  }

  /** Records the lanes it stands in. */
  void stand(TransactionId transaction, long order, Collection<Predecessor> lanes)
      throws SQLException {
    String insert =
        """
        insert into %s.waybill_standings (lane, transaction_id, predecessor, performed_order)
        values (?, ?, ?, ?)
        """
            .formatted(schema);
    try (PreparedStatement statement = connection.prepareStatement(insert)) {
      for (Predecessor lane : lanes) {
        statement.setString(1, lane.lane());
        statement.setString(2, transaction.text());
        TransactionId predecessor = lane.transaction();
        if (predecessor == null) {
          statement.setNull(3, Types.VARCHAR);
        } else {
          statement.setString(3, predecessor.text());
        }
        statement.setLong(4, order);
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }

  /** What is recorded of it; null for nothing. */
  @Nullable Recorded find(TransactionId transaction) throws SQLException {
    String query =
        """
        select status, run, performed_order, answer_code, answer_type, answer, performed_at, cancelled_at
        from %s.waybill_transactions
        where transaction_id = ?
        """
            .formatted(schema);
    try (PreparedStatement statement = connection.prepareStatement(query)) {
      statement.setString(1, transaction.text());
      try (ResultSet row = statement.executeQuery()) {
        return row.next() ? recorded(transaction, row) : null;
      }
    }
  }

  /** Locks its row, so that one cancels it. */
  void lock(TransactionId transaction) throws SQLException {
    String query =
        """
        select 1
        from %s.waybill_transactions
        where transaction_id = ?
        for update
        """
            .formatted(schema);
    try (PreparedStatement statement = connection.prepareStatement(query)) {
      statement.setString(1, transaction.text());
      statement.execute();
    }
  }

  private static Recorded recorded(TransactionId transaction, ResultSet row) throws SQLException {
    byte[] body = row.getBytes("answer");
    return new Recorded(
        transaction,
        Status.valueOf(row.getString("status").toUpperCase(Locale.ROOT)),
        row.getObject("run", Integer.class),
        row.getObject("performed_order", Long.class),
        body == null
            ? null
            : new Answer(row.getInt("answer_code"), row.getString("answer_type"), body),
        instant(row, "performed_at"),
        instant(row, "cancelled_at"));
  }

  private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
    OffsetDateTime at = row.getObject(column, OffsetDateTime.class);
    return at == null ? null : at.toInstant();
  }

  /**
   * Records as cancelled what never came, so that it is not performed when it comes late.
   *
   * @return false if it has come in the meantime
   */
  boolean forbid(TransactionId transaction) throws SQLException {
    String insert =
        """
        insert into %s.waybill_transactions (transaction_id, status, cancelled_at)
        values (?, 'cancelled', clock_timestamp())
        on conflict (transaction_id) do nothing
        """
            .formatted(schema);
    try (PreparedStatement statement = connection.prepareStatement(insert)) {
      statement.setString(1, transaction.text());
      return statement.executeUpdate() == 1;
    }
  }

  /** The lanes it stands in. */
  Collection<String> lanes(TransactionId transaction) throws SQLException {
    String query =
        """
        select coalesce(array_agg(lane), '{}')
        from %s.waybill_standings
        where transaction_id = ?
        """
            .formatted(schema);
    try (PreparedStatement statement = connection.prepareStatement(query)) {
      statement.setString(1, transaction.text());
      try (ResultSet rows = statement.executeQuery()) {
        rows.next();
        return Changes.texts(rows, 1);
      }
    }
  }

  /** Records that it is undone. */
  void cancelled(TransactionId transaction) throws SQLException {
    String update =
        """
        update %s.waybill_transactions
        set status = 'cancelled',
            cancelled_at = clock_timestamp()
        where transaction_id = ?
          and status = 'performed'
        """
            .formatted(schema);
    try (PreparedStatement statement = connection.prepareStatement(update)) {
      statement.setString(1, transaction.text());
      expectOne(statement.executeUpdate(), transaction);
    }
  }

  private static void expectOne(int rows, TransactionId transaction) {
    if (rows != 1) {
      throw new IllegalStateException(
          "%d rows of %s in the history of transactions, not one".formatted(rows, transaction));
    }
  }
}
