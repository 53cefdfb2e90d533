package io.waybill.journal;

import io.waybill.message.LinkState;
import io.waybill.message.LinkState.Declared;
import io.waybill.message.LinkState.Seen;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Writes and reads what is kept of links, one row each. */
final class LinkRows {

  private LinkRows() {}

  private static final String PUT =
      """
      insert into waybill_journal.link (
        name, seen_up, seen_since, seen_detail, declared_at, declared_by, declared_why)
      select
        name, seen_up = 'up', 'epoch'::timestamptz + seen_since * '1 microsecond'::interval,
        seen_detail, 'epoch'::timestamptz + declared_at * '1 microsecond'::interval,
        declared_by, declared_why
      from unnest(
        ?::text[], ?::text[], ?::bigint[], ?::text[], ?::bigint[], ?::text[], ?::text[])
        as r (name, seen_up, seen_since, seen_detail, declared_at, declared_by, declared_why)
      on conflict (name) do update
      set seen_up = excluded.seen_up,
        seen_since = excluded.seen_since,
        seen_detail = excluded.seen_detail,
        declared_at = excluded.declared_at,
        declared_by = excluded.declared_by,
        declared_why = excluded.declared_why
      """;

  static void write(Connection connection, List<LinkState> links) throws SQLException {
    if (links.isEmpty()) {
      return;
    }
    try (PreparedStatement statement = connection.prepareStatement(PUT)) {
      new Columns<>(statement, links)
          .texts(LinkState::name)
          .texts(link -> link.seen() == null ? null : link.seen().up() ? "up" : "down")
          .moments(link -> link.seen() == null ? null : link.seen().since())
          .texts(link -> link.seen() == null ? null : Text.words(link.seen().detail()))
          .moments(link -> link.declared() == null ? null : link.declared().at())
          .texts(link -> link.declared() == null ? null : Text.words(link.declared().who()))
          .texts(link -> link.declared() == null ? null : Text.words(link.declared().why()));
      statement.executeUpdate();
    }
  }

  private static final String ALL =
      """
      select name, seen_up, seen_since, seen_detail, declared_at, declared_by, declared_why
      from waybill_journal.link
      order by name
      """;

  static List<LinkState> read(Connection connection) throws SQLException {
    List<LinkState> found = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(ALL);
        ResultSet row = statement.executeQuery()) {
      while (row.next()) {
        found.add(new LinkState(row.getString(1), seen(row), declared(row)));
      }
    }
    return found;
  }

  private static @Nullable Seen seen(ResultSet row) throws SQLException {
    boolean up = row.getBoolean(2);
    return row.wasNull()
        ? null
        : new Seen(up, Objects.requireNonNull(Rows.moment(row, 3)), row.getString(4));
  }

  private static @Nullable Declared declared(ResultSet row) throws SQLException {
    return Rows.moment(row, 5) == null
        ? null
        : new Declared(
            Objects.requireNonNull(Rows.moment(row, 5)), row.getString(6), row.getString(7));
  }
}
