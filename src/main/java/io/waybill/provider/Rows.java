package io.waybill.provider;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The rows of the provider's own tables, whatever these are. Names of tables and columns, quoted,
 * are put into the SQL; they come from the provider's code and the database. Values are bound.
 */
final class Rows {

  /**
   * A row as it is.
   *
   * @param row its key as the database writes it
   * @param json null where it is not there
   */
  record State(Row row, @Nullable String json) {}

  /** A number after something was added to it. */
  record Sum(Row row, @Nullable BigDecimal value) {}

  /**
   * A column.
   *
   * @param generated the database computes it
   * @param identity the database numbers it and does not let it be changed
   */
  private record Column(String type, boolean generated, boolean identity) {}

  private final Connection connection;
  private final Map<String, Map<String, Column>> columns = new HashMap<>();

  Rows(Connection connection) {
    this.connection = connection;
  }

  /** Locks the row, or its absence, and reads it. */
  State read(Row row) throws SQLException {
    State found = find(row);
    if (found != null) {
      return found;
    }
    Row absent = asWritten(row);
    lockAbsence(absent);
    found = find(row); // it may have come while this waited
    return found != null ? found : new State(absent, null);
  }

  private @Nullable State find(Row row) throws SQLException {
    Table table = row.table();
    String query =
        """
        select (to_jsonb(t) - cast(? as text[]))::text, array[%s]
        from %s t
        where %s
        for update
        """
            .formatted(keyTexts(table), table.quoted(), isRow(table));
    try (PreparedStatement statement = connection.prepareStatement(query)) {
      statement.setArray(1, Changes.array(connection, table.ignored()));
      bindKey(statement, 2, row);
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next()
            ? new State(new Row(table, Changes.texts(rows, 2)), rows.getString(1))
            : null;
      }
    }
  }

  private static String keyTexts(Table table) {
    return table.keyColumns().stream()
        .map(column -> "t." + Table.quoted(column) + "::text")
        .collect(Collectors.joining(", "));
  }

  private Row asWritten(Row row) throws SQLException {
    Table table = row.table();
    List<String> casts = new ArrayList<>();
    for (String name : table.keyColumns()) {
      casts.add("cast(? as %s)::text".formatted(keyColumn(table, name).type()));
    }
    String query =
        """
        select array[%s]
        """
            .formatted(String.join(", ", casts));
    try (PreparedStatement statement = connection.prepareStatement(query)) {
      bindKey(statement, 1, row);
      try (ResultSet rows = statement.executeQuery()) {
        rows.next();
        return new Row(table, Changes.texts(rows, 1));
      }
    }
  }

  /** A row that is not there has no lock of its own: so that two do not insert it at once. */
  private void lockAbsence(Row row) throws SQLException {
    String query =
        """
        select pg_advisory_xact_lock(hashtextextended(?, 0))
        """;
    try (PreparedStatement statement = connection.prepareStatement(query)) {
      statement.setString(1, "waybill row " + row);
      statement.execute();
    }
  }

  /**
   * Locks the row and compares it with a state in which it was. Both are read by this session, so
   * that time zone and formats do not matter, and columns that were added since are left out.
   *
   * @param state null says that it was not there
   */
  boolean isIn(Row row, @Nullable String state) throws SQLException {
    if (state == null) {
      return read(row).json() == null;
    }
    Table table = row.table();
    String query =
        """
        select (
          select coalesce(bool_and((to_jsonb(t) -> k) is not distinct from (to_jsonb(s) -> k)), true)
          from jsonb_object_keys(cast(? as jsonb)) k)
        from %1$s t, jsonb_populate_record(null::%1$s, cast(? as jsonb)) s
        where %2$s
        for update of t
        """
            .formatted(table.quoted(), isRow(table));
    try (PreparedStatement statement = connection.prepareStatement(query)) {
      statement.setString(1, state);
      statement.setString(2, state);
      bindKey(statement, 3, row);
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next() && rows.getBoolean(1);
      }
    }
  }

  /** Adds to a number; null where the row is not there. */
  @Nullable Sum add(Row row, String column, BigDecimal amount) throws SQLException {
    Table table = row.table();
    String update =
        """
        update %1$s t
        set %2$s = t.%2$s + ?
        where %3$s
        returning t.%2$s, array[%4$s]
        """
            .formatted(table.quoted(), Table.quoted(column), isRow(table), keyTexts(table));
    try (PreparedStatement statement = connection.prepareStatement(update)) {
      statement.setBigDecimal(1, amount);
      bindKey(statement, 2, row);
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next()
            ? new Sum(new Row(table, Changes.texts(rows, 2)), rows.getBigDecimal(1))
            : null;
      }
    }
  }

  /** Brings it from one state to the other; null is a state in which it is not there. */
  void bring(Row row, @Nullable String from, @Nullable String to) throws SQLException {
    if (to == null) {
      delete(row);
    } else if (from == null) {
      insert(row.table(), to);
    } else {
      update(row, to);
    }
  }

  private void delete(Row row) throws SQLException {
    String delete =
        """
        delete from %s t
        where %s
        """
            .formatted(row.table().quoted(), isRow(row.table()));
    try (PreparedStatement statement = connection.prepareStatement(delete)) {
      bindKey(statement, 1, row);
      statement.executeUpdate();
    }
  }

  private void insert(Table table, String state) throws SQLException {
    List<String> names = new ArrayList<>();
    for (String name : names(state)) {
      Column column = columns(table).get(name);
      if (column != null && !column.generated()) {
        names.add(Table.quoted(name));
      }
    }
    String list = String.join(", ", names);
    String insert =
        """
        insert into %1$s (%2$s)
        overriding system value
        select %2$s
        from jsonb_populate_record(null::%1$s, cast(? as jsonb))
        """
            .formatted(table.quoted(), list);
    try (PreparedStatement statement = connection.prepareStatement(insert)) {
      statement.setString(1, state);
      statement.executeUpdate();
    }
  }

  private void update(Row row, String state) throws SQLException {
    Table table = row.table();
    StringJoiner sets = new StringJoiner(", ");
    for (String name : names(state)) {
      Column column = columns(table).get(name);
      boolean fixed = column == null || column.generated() || column.identity();
      if (!fixed && !table.keyColumns().contains(name)) {
        sets.add(Table.quoted(name) + " = s." + Table.quoted(name));
      }
    }
    if (sets.length() == 0) {
      return;
    }
    String update =
        """
        update %1$s t
        set %2$s
        from jsonb_populate_record(null::%1$s, cast(? as jsonb)) s
        where %3$s
        """
            .formatted(table.quoted(), sets, isRow(table));
    try (PreparedStatement statement = connection.prepareStatement(update)) {
      statement.setString(1, state);
      bindKey(statement, 2, row);
      statement.executeUpdate();
    }
  }

  /** The columns that a state has. */
  private List<String> names(String state) throws SQLException {
    String query =
        """
        select array(select jsonb_object_keys(cast(? as jsonb)))
        """;
    try (PreparedStatement statement = connection.prepareStatement(query)) {
      statement.setString(1, state);
      try (ResultSet rows = statement.executeQuery()) {
        rows.next();
        return Changes.texts(rows, 1);
      }
    }
  }

  /** Says which row, one question mark per column of the key. */
  private String isRow(Table table) throws SQLException {
    StringJoiner conditions = new StringJoiner("\n  and ");
    for (String name : table.keyColumns()) {
      conditions.add(
          "t.%s = cast(? as %s)".formatted(Table.quoted(name), keyColumn(table, name).type()));
    }
    return conditions.toString();
  }

  private Column keyColumn(Table table, String name) throws SQLException {
    Column column = columns(table).get(name);
    if (column == null) {
      throw new IllegalArgumentException(
          "table %s.%s has no column %s".formatted(table.schema(), table.name(), name));
    }
    return column;
  }

  private static void bindKey(PreparedStatement statement, int first, Row row) throws SQLException {
    for (int at = 0; at < row.key().size(); at++) {
      statement.setString(first + at, row.key().get(at));
    }
  }

  private Map<String, Column> columns(Table table) throws SQLException {
    Map<String, Column> known = columns.get(table.quoted());
    if (known == null) {
      known = describe(table);
      columns.put(table.quoted(), known);
    }
    return known;
  }

  private Map<String, Column> describe(Table table) throws SQLException {
    // without the length: a longer value is another key, not one to cut off
    String query =
        """
        select attname, format_type(atttypid, -1), attgenerated <> '', attidentity = 'a'
        from pg_attribute
        where attrelid = cast(? as regclass)
          and attnum > 0
          and not attisdropped
        order by attnum
        """;
    try (PreparedStatement statement = connection.prepareStatement(query)) {
      statement.setString(1, table.quoted());
      try (ResultSet rows = statement.executeQuery()) {
        Map<String, Column> found = new LinkedHashMap<>();
        while (rows.next()) {
          found.put(
              rows.getString(1),
              new Column(rows.getString(2), rows.getBoolean(3), rows.getBoolean(4)));
        }
        return found;
      }
    }
  }
}
