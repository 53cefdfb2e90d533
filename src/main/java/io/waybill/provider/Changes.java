package io.waybill.provider;

import io.waybill.provider.Change.Added;
import io.waybill.provider.Change.ByInverse;
import io.waybill.provider.Change.Image;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** What the transactions changed, within one transaction of the database. */
final class Changes {

  private final Connection connection;
  private final String schema;

  Changes(Connection connection, String schema) {
    this.connection = connection;
    this.schema = Table.quoted(schema);
  }

  /** Records them in the order in which they were made. */
  void record(TransactionId transaction, long order, List<Change> changes) throws SQLException {
    String insert =
        """
        insert into %s.waybill_changes (
          transaction_id, performed_order, position, kind, schema_name, table_name, key_columns,
          key_values, state_before, state_after, column_name, amount, inverse, argument)
        values (?, ?, ?, ?, ?, ?, ?, ?, cast(? as jsonb), cast(? as jsonb), ?, ?, ?, ?)
        """
            .formatted(schema);
    try (PreparedStatement statement = connection.prepareStatement(insert)) {
      for (int position = 0; position < changes.size(); position++) {
        statement.clearParameters();
        for (int field = 5; field <= 14; field++) {
          statement.setObject(field, null);
        }
        statement.setString(1, transaction.text());
        statement.setLong(2, order);
        statement.setInt(3, position);
        bind(statement, changes.get(position));
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }

  private void bind(PreparedStatement statement, Change change) throws SQLException {
    if (change instanceof Image image) {
      statement.setString(4, "image");
      bind(statement, image.row());
      statement.setString(9, image.before());
      statement.setString(10, image.after());
    } else if (change instanceof Added added) {
      statement.setString(4, "added");
      bind(statement, added.row());
      statement.setString(11, added.column());
      statement.setBigDecimal(12, added.amount());
    } else if (change instanceof ByInverse by) {
      statement.setString(4, "inverse");
      statement.setString(13, by.inverse());
      statement.setString(14, by.argument());
    }
  }

  private void bind(PreparedStatement statement, Row row) throws SQLException {
    statement.setString(5, row.table().schema());
    statement.setString(6, row.table().name());
    statement.setArray(7, array(connection, row.table().keyColumns()));
    statement.setArray(8, array(connection, row.key()));
  }

  static Array array(Connection connection, Collection<String> texts) throws SQLException {
    return connection.createArrayOf("text", texts.toArray());
  }

  /** What it changed, the last first. */
  List<Change> newestFirst(TransactionId transaction) throws SQLException {
    String query =
        """
        select kind, schema_name, table_name, key_columns, key_values, state_before, state_after,
          column_name, amount, inverse, argument
        from %s.waybill_changes
        where transaction_id = ?
        order by position desc
        """
            .formatted(schema);
    try (PreparedStatement statement = connection.prepareStatement(query)) {
      statement.setString(1, transaction.text());
      try (ResultSet rows = statement.executeQuery()) {
        List<Change> changes = new ArrayList<>();
        while (rows.next()) {
          changes.add(change(rows));
        }
        return changes;
      }
    }
  }

  private static Change change(ResultSet rows) throws SQLException {
    String kind = rows.getString("kind");
    return switch (kind) {
      case "image" ->
          new Image(row(rows), rows.getString("state_before"), rows.getString("state_after"));
      case "added" ->
          new Added(row(rows), rows.getString("column_name"), rows.getBigDecimal("amount"));
      case "inverse" -> new ByInverse(rows.getString("inverse"), rows.getString("argument"));
      default -> throw new IllegalStateException("kind '" + kind + "' in the history of changes");
    };
  }

  private static Row row(ResultSet rows) throws SQLException {
    return new Row(
        new Table(
            rows.getString("schema_name"),
            rows.getString("table_name"),
            texts(rows, "key_columns"),
            List.of()),
        texts(rows, "key_values"));
  }

  private static List<String> texts(ResultSet rows, String column) throws SQLException {
    return texts(rows, rows.findColumn(column));
  }

  static List<String> texts(ResultSet rows, int column) throws SQLException {
    return List.of((String[]) rows.getArray(column).getArray());
  }

  /**
   * Which later transactions that stand have touched rows of these, the latest first. Amounts that
   * several have added to one row are in nobody's way.
   */
  List<Conflict> later(Collection<TransactionId> transactions) throws SQLException {
    String query =
        """
        select distinct mine.transaction_id as blocked, later.transaction_id as blocking,
          mine.schema_name, mine.table_name, mine.key_columns, mine.key_values,
          later.performed_order
        from %1$s.waybill_changes mine
        join %1$s.waybill_transactions this
          on this.transaction_id = mine.transaction_id
            and this.status = 'performed'
        join %1$s.waybill_changes later
          on later.schema_name = mine.schema_name
            and later.table_name = mine.table_name
            and later.key_values = mine.key_values
            and later.performed_order > mine.performed_order
            and (mine.kind = 'image' or later.kind = 'image')
        join %1$s.waybill_transactions standing
          on standing.transaction_id = later.transaction_id
            and standing.status = 'performed'
        where mine.transaction_id = any (?)
        order by later.performed_order desc, blocked
        """
            .formatted(schema);
    try (PreparedStatement statement = connection.prepareStatement(query)) {
      statement.setArray(
          1, array(connection, transactions.stream().map(TransactionId::text).toList()));
      try (ResultSet rows = statement.executeQuery()) {
        List<Conflict> conflicts = new ArrayList<>();
        while (rows.next()) {
          conflicts.add(
              new Conflict(
                  new TransactionId(rows.getString("blocked")),
                  new TransactionId(rows.getString("blocking")),
                  row(rows).toString(),
                  "changed since by another transaction"));
        }
        return conflicts;
      }
    }
  }
}
