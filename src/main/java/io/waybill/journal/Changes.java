package io.waybill.journal;

import io.waybill.message.Changeover;
import io.waybill.spec.Ordering;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongConsumer;
import javax.sql.DataSource;

/** What is kept of changes of the specification while messages are open. */
final class Changes {

  private static final int READ_AT_ONCE = 10_000;

  private final DataSource database;
  private final Session reader;

  Changes(DataSource database, Session reader) {
    this.database = database;
    this.reader = reader;
  }

  private static final String ORDERINGS =
      """
      select operation, groups, rules
      from waybill_journal.ordering
      """;

  Map<String, Ordering> orderings() {
    return reader.run(
        "Reading how order was kept",
        connection -> {
          Map<String, Ordering> found = new HashMap<>();
          try (PreparedStatement statement = connection.prepareStatement(ORDERINGS);
              ResultSet row = statement.executeQuery()) {
            while (row.next()) {
              Set<String> groups = Set.of((String[]) row.getArray(2).getArray());
              found.put(row.getString(1), new Ordering(row.getString(1), groups, row.getString(3)));
            }
          }
          return found;
        });
  }

  private static final String KEEP =
      """
      insert into waybill_journal.ordering (operation, groups, rules)
      values (?, ?, ?)
      on conflict (operation) do update
      set groups = excluded.groups,
        rules = excluded.rules
      """;

  private static final String BEGIN =
      """
      insert into waybill_journal.changeover (operations, up_to)
      select ?, max(m.seq)
      from waybill_journal.message m
      join waybill_journal.standing s on s.seq = m.seq
      where m.operation = any(?)
        and s.status in %s
        and not (s.status = 'failed' and s.ranks = '{}')
      having count(*) > 0
      """
          .formatted(Rows.OPEN);

  /** Both in one transaction: what is kept is never newer than what was begun because of it. */
  void follow(Collection<Ordering> present, List<Set<String>> changed) {
    String tried = "Writing how order is kept";
    try (Connection connection = Session.connect(database, tried)) {
      connection.setAutoCommit(false);
      try {
        keep(connection, present);
        begin(connection, changed);
        connection.commit();
      } finally {
        connection.rollback();
        connection.setAutoCommit(true);
      }
    } catch (SQLException e) {
      throw SqlErrors.of(e, tried);
    }
  }

  private static void keep(Connection connection, Collection<Ordering> present)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(KEEP)) {
      for (Ordering ordering : present) {
        statement.setString(1, ordering.operation());
        statement.setArray(2, connection.createArrayOf("text", ordering.groups().toArray()));
        statement.setString(3, ordering.rules());
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }

  private static void begin(Connection connection, List<Set<String>> changed) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(BEGIN)) {
      for (Set<String> operations : changed) {
        Object[] names = new TreeSet<>(operations).toArray();
        statement.setArray(1, connection.createArrayOf("text", names));
        statement.setArray(2, connection.createArrayOf("text", names));
        statement.executeUpdate();
      }
    }
  }

  private static final String CHANGEOVERS =
      """
      select c.id, c.operations, c.up_to
      from waybill_journal.changeover c
      where not exists (
        select 1
        from waybill_journal.posted p
        where p.operation = ''
          and p.found_by = 'field'
          and p.value = 'changeover ' || c.id)
      order by c.id
      """;

  List<Changeover> changeovers() {
    return reader.run(
        "Reading changes under way",
        connection -> {
          List<Changeover> found = new ArrayList<>();
          try (PreparedStatement statement = connection.prepareStatement(CHANGEOVERS);
              ResultSet row = statement.executeQuery()) {
            while (row.next()) {
              found.add(
                  new Changeover(
                      row.getLong(1),
                      Set.of((String[]) row.getArray(2).getArray()),
                      row.getLong(3)));
            }
          }
          return found;
        });
  }

  private static final String BEFORE =
      """
      select m.seq
      from waybill_journal.standing s
      join waybill_journal.message m on m.seq = s.seq
      where s.status in %s
        and not (s.status = 'failed' and s.ranks = '{}')
        and m.seq <= ?
        and m.operation = any(?)
        and not coalesce(m.needs @> jsonb_build_array(
          jsonb_build_object('any_of', jsonb_build_array(jsonb_build_object('value', ?::text)))),
          false)
      """
          .formatted(Rows.OPEN);

  /** A message that was read again since came before by its number, and after by its rules. */
  void readBefore(Changeover changeover, LongConsumer each) {
    String tried = "Reading what came before a change";
    try (Connection connection = Session.connect(database, tried)) {
      connection.setAutoCommit(false);
      try (PreparedStatement statement = connection.prepareStatement(BEFORE)) {
        statement.setFetchSize(READ_AT_ONCE);
        statement.setLong(1, changeover.upTo());
        statement.setArray(2, connection.createArrayOf("text", changeover.operations().toArray()));
        statement.setString(3, changeover.end().value());
        try (ResultSet rows = statement.executeQuery()) {
          while (rows.next()) {
            each.accept(rows.getLong(1));
          }
        }
      } finally {
        connection.rollback();
        connection.setAutoCommit(true);
      }
    } catch (SQLException e) {
      throw SqlErrors.of(e, tried);
    }
  }

  private static final String OPEN_AT =
      """
      select destination, count(*)
      from waybill_journal.standing
      where status in %s
        and destination = any(?)
      group by destination
      order by destination
      """
          .formatted(Rows.OPEN);

  Map<String, Long> openAt(Set<String> destinations) {
    return reader.run(
        "Counting what is open",
        connection -> {
          Map<String, Long> found = new LinkedHashMap<>();
          try (PreparedStatement statement = connection.prepareStatement(OPEN_AT)) {
            statement.setArray(1, connection.createArrayOf("text", destinations.toArray()));
            try (ResultSet row = statement.executeQuery()) {
              while (row.next()) {
                found.put(row.getString(1), row.getLong(2));
              }
            }
          }
          return found;
        });
  }
}
