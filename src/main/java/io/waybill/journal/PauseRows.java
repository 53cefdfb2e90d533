package io.waybill.journal;

import io.waybill.message.PauseState;
import io.waybill.message.PauseState.Kind;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Writes and reads what persons have paused, one row each. */
final class PauseRows {

  /**
   * What stands before the name of an operation. The table knows lanes and destinations as kinds; a
   * blank is in no destination's name, so what begins so is an operation and nothing else.
   */
  private static final String OPERATION = "operation ";

  private PauseRows() {}

  private static String kind(PauseState pause) {
    return (pause.kind() == Kind.OPERATION ? Kind.DESTINATION : pause.kind()).sqlName();
  }

  private static String name(PauseState pause) {
    return pause.kind() == Kind.OPERATION ? OPERATION + pause.name() : pause.name();
  }

  /** The pause of these columns. */
  static PauseState of(String kind, String name, PauseState.Set set) {
    return name.startsWith(OPERATION) && Kind.of(kind) == Kind.DESTINATION
        ? new PauseState(Kind.OPERATION, name.substring(OPERATION.length()), set)
        : new PauseState(Kind.of(kind), name, set);
  }

  private static final String TAKE_BACK =
      """
      delete from waybill_journal.pause p
      using unnest(?::text[], ?::text[]) as r (kind, name)
      where p.kind = r.kind
        and p.name = r.name
      """;

  private static final String SET =
      """
      insert into waybill_journal.pause (kind, name, at, who, why)
      select kind, name, 'epoch'::timestamptz + at * '1 microsecond'::interval, who, why
      from unnest(?::text[], ?::text[], ?::bigint[], ?::text[], ?::text[])
        as r (kind, name, at, who, why)
      """;

  static void write(Connection connection, List<PauseState> pauses) throws SQLException {
    if (pauses.isEmpty()) {
      return;
    }
    try (PreparedStatement statement = connection.prepareStatement(TAKE_BACK)) {
      new Columns<>(statement, pauses)
          .texts(PauseRows::kind)
          .texts(pause -> Text.words(name(pause)));
      statement.executeUpdate();
    }
    List<PauseState> set = pauses.stream().filter(pause -> pause.set() != null).toList();
    try (PreparedStatement statement = connection.prepareStatement(SET)) {
      new Columns<>(statement, set)
          .texts(PauseRows::kind)
          .texts(pause -> Text.words(name(pause)))
          .moments(pause -> pause.set() == null ? null : pause.set().at())
          .texts(pause -> pause.set() == null ? null : Text.words(pause.set().who()))
          .texts(pause -> pause.set() == null ? null : Text.words(pause.set().why()));
      statement.executeUpdate();
    }
  }

  private static final String ALL =
      """
      select kind, name, at, who, why
      from waybill_journal.pause
      order by kind, name
      """;

  static List<PauseState> read(Connection connection) throws SQLException {
    List<PauseState> found = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(ALL);
        ResultSet row = statement.executeQuery()) {
      while (row.next()) {
        found.add(
            of(
                row.getString(1),
                row.getString(2),
                new PauseState.Set(
                    Objects.requireNonNull(Rows.moment(row, 3)),
                    row.getString(4),
                    row.getString(5))));
      }
    }
    return found;
  }
}
