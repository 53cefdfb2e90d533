package io.waybill.journal;

import io.waybill.message.MessageRow;
import io.waybill.message.PostedAs;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import javax.sql.DataSource;

/** What is known of posted messages, for those that require them. */
final class PostedFacts {

  private static final int READ_AT_ONCE = 1_000;
  private static final int ASKED_AT_ONCE = 10_000;

  private final DataSource database;
  private final Session reader;

  PostedFacts(DataSource database, Session reader) {
    this.database = database;
    this.reader = reader;
  }

  private static final String POSTED =
      """
      select k.operation, k.found_by, k.value
      from unnest(?::text[], ?::text[], ?::text[]) as k (operation, found_by, value)
      where exists (
        select 1
        from waybill_journal.posted p
        where p.operation = k.operation
          and p.found_by = k.found_by
          and p.value = k.value)
      """;

  /** Those of the facts that are true. */
  Set<PostedAs> of(Collection<PostedAs> asked) {
    List<PostedAs> facts = asked.stream().distinct().toList();
    Set<PostedAs> found = new HashSet<>();
    for (int from = 0; from < facts.size(); from += ASKED_AT_ONCE) {
      List<PostedAs> some = facts.subList(from, Math.min(facts.size(), from + ASKED_AT_ONCE));
      reader.run("Looking up what was posted", connection -> find(connection, some, found));
    }
    return found;
  }

  static int find(Connection connection, List<PostedAs> facts, Set<PostedAs> found)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(POSTED)) {
      new Columns<>(statement, facts)
          .texts(PostedAs::operation)
          .texts(fact -> fact.by().sqlName())
          .texts(PostedAs::value);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          found.add(
              new PostedAs(row.getString(1), PostedAs.By.of(row.getString(2)), row.getString(3)));
        }
      }
    }
    return found.size();
  }

  private static final String NEEDED =
      """
      select distinct f.fact ->> 'operation', f.fact ->> 'by'
      from waybill_journal.standing s
      join waybill_journal.message m on m.seq = s.seq
      cross join lateral jsonb_array_elements(m.needs) as n (need)
      cross join lateral jsonb_array_elements(n.need -> 'any_of') as f (fact)
      where s.status in %s
        and m.needs is not null
      """
          .formatted(Rows.OPEN);

  /** Of which operations, and by what, open messages need facts. */
  Set<PostedAs.Kind> needed() {
    Set<PostedAs.Kind> kinds = new HashSet<>();
    try (Connection connection = Session.connect(database, "Reading what is needed");
        PreparedStatement statement = connection.prepareStatement(NEEDED);
        ResultSet row = statement.executeQuery()) {
      while (row.next()) {
        kinds.add(new PostedAs.Kind(row.getString(1), PostedAs.By.of(row.getString(2))));
      }
      return kinds;
    } catch (SQLException e) {
      throw SqlErrors.of(e, "Reading what is needed");
    }
  }

  private static final String TIED =
      """
      select %s
      from waybill_journal.standing s
      join waybill_journal.message m on m.seq = s.seq
      where s.status in %s
        and (s.parked is not null
          or (s.status = 'failed' and s.reason = 'prerequisite' and s.ranks = '{}'))
        and (m.operation = any(?::text[]) or m.needs is not null or cardinality(m.lanes) > 1)
      """
          .formatted(Rows.COLUMNS, Rows.OPEN);

  /** Reads open messages that memory does not hold, and that are tied to others. */
  void readTied(Set<String> operations, Consumer<MessageRow> each) {
    String tried = "Reading what is tied";
    try (Connection connection = Session.connect(database, tried)) {
      connection.setAutoCommit(false);
      try (PreparedStatement statement = connection.prepareStatement(TIED)) {
        statement.setFetchSize(READ_AT_ONCE);
        statement.setArray(1, connection.createArrayOf("text", operations.toArray()));
        try (ResultSet rows = statement.executeQuery()) {
          while (rows.next()) {
            each.accept(Rows.read(rows));
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

  private static final String FORGET =
      """
      delete from waybill_journal.remembered r
      where not exists (
        select 1
        from unnest(?::text[], ?::text[]) as k (operation, found_by)
        where k.operation = r.operation
          and k.found_by = r.found_by)
      """;

  private static final String BEGIN =
      """
      insert into waybill_journal.remembered (operation, found_by)
      select k.operation, k.found_by
      from unnest(?::text[], ?::text[]) as k (operation, found_by)
      on conflict do nothing
      returning operation, found_by
      """;

  private static final String FILL_KEYS =
      """
      insert into waybill_journal.posted (operation, found_by, value, seq)
      select distinct m.operation, 'key', substr(l.lane, strpos(l.lane, ':') + 1), m.seq
      from waybill_journal.message m
      join waybill_journal.standing s on s.seq = m.seq
      cross join unnest(m.lanes) as l (lane)
      where m.operation = ?
        and s.status = 'posted'
      on conflict do nothing
      """;

  private static final String FILL_IDS =
      """
      insert into waybill_journal.posted (operation, found_by, value, seq)
      select m.operation, 'id', m.message_id, m.seq
      from waybill_journal.message m
      join waybill_journal.standing s on s.seq = m.seq
      where m.operation = ?
        and s.status = 'posted'
      on conflict do nothing
      """;

  private static final String FILL_BUSINESS_IDS =
      """
      insert into waybill_journal.posted (operation, found_by, value, seq)
      select m.operation, 'business_id', m.business_id, m.seq
      from waybill_journal.message m
      join waybill_journal.standing s on s.seq = m.seq
      where m.operation = ?
        and s.status = 'posted'
        and m.business_id is not null
      on conflict do nothing
      """;

  /**
   * From now on just these are remembered. What is required for the first time is filled in from
   * the messages there are, which reads all of them once.
   */
  void remember(Set<PostedAs.Kind> kinds) {
    String tried = "Filling in what is required for the first time";
    List<PostedAs.Kind> all = List.copyOf(kinds);
    try (Connection connection = Session.connect(database, tried)) {
      connection.setAutoCommit(false);
      try {
        forget(connection, all);
        for (PostedAs.Kind kind : begin(connection, all)) {
          fill(connection, kind);
        }
        connection.commit();
      } finally {
        connection.rollback();
        connection.setAutoCommit(true);
      }
    } catch (SQLException e) {
      throw SqlErrors.of(e, tried);
    }
  }

  private static void forget(Connection connection, List<PostedAs.Kind> kinds) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(FORGET)) {
      new Columns<>(statement, kinds)
          .texts(PostedAs.Kind::operation)
          .texts(kind -> kind.by().sqlName());
      statement.executeUpdate();
    }
  }

  private static List<PostedAs.Kind> begin(Connection connection, List<PostedAs.Kind> kinds)
      throws SQLException {
    List<PostedAs.Kind> begun = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(BEGIN)) {
      new Columns<>(statement, kinds)
          .texts(PostedAs.Kind::operation)
          .texts(kind -> kind.by().sqlName());
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          begun.add(new PostedAs.Kind(row.getString(1), PostedAs.By.of(row.getString(2))));
        }
      }
    }
    return begun;
  }

  private static void fill(Connection connection, PostedAs.Kind kind) throws SQLException {
    String sql =
        switch (kind.by()) {
          case KEY -> FILL_KEYS;
          case ID -> FILL_IDS;
          case BUSINESS_ID -> FILL_BUSINESS_IDS;
          // announced with every posting, whoever requires it
          case FIELD -> null;
        };
    if (sql != null) {
      try (PreparedStatement statement = connection.prepareStatement(sql)) {
        statement.setString(1, kind.operation());
        statement.executeUpdate();
      }
    }
  }
}
