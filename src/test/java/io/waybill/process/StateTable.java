package io.waybill.process;

import io.waybill.judge.Row;
import io.waybill.judge.Takeover;
import io.waybill.message.HistoryEntry;
import io.waybill.message.LaneName;
import io.waybill.message.MessageKey;
import io.waybill.message.Reason;
import io.waybill.message.Status;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The state table, read as anybody may read it: by SQL. */
final class StateTable {

  private static final String ROWS =
      """
      select m.seq, m.operation, m.sender, m.message_id, m.status, m.reason, m.reason_detail,
        m.lanes, m.destination, m.run, m.epoch, m.changed_at,
        encode(sha256(p.body), 'hex') as hash
      from waybill.messages m
      join waybill.payloads p on p.seq = m.seq and p.revision = 0
      order by m.seq
      """;

  private static final String HISTORY =
      """
      select seq, run, at, from_status, to_status, reason, reason_detail, who
      from waybill.history
      order by seq, entry
      """;

  private static final String TAKEOVERS =
      """
      select epoch, at
      from waybill_journal.takeover
      order by epoch
      """;

  private static final String ALL =
      """
      select count(*)
      from waybill.messages
      """;

  private static final String OPEN =
      """
      select count(*)
      from waybill.messages
      where status not in ('posted', 'skipped', 'cancelled', 'failed')
      """;

  private final DataSource database;

  StateTable(DataSource database) {
    this.database = database;
  }

  /** Reads a row of a result. */
  private interface Reading<T> {
    T of(ResultSet row) throws SQLException;
  }

  List<Row> rows() throws SQLException {
    return all(ROWS, StateTable::row);
  }

  List<HistoryEntry> history() throws SQLException {
    return all(HISTORY, StateTable::entry);
  }

  List<Takeover> takeovers() throws SQLException {
    return all(TAKEOVERS, row -> new Takeover(row.getLong("epoch"), at(row, "at")));
  }

  /** How many messages there are. */
  long count() throws SQLException {
    return all(ALL, row -> row.getLong(1)).get(0);
  }

  /** How many messages the broker still has to do something for. */
  long open() throws SQLException {
    return all(OPEN, row -> row.getLong(1)).get(0);
  }

  private <T> List<T> all(String query, Reading<T> reading) throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      List<T> all = new ArrayList<>();
      while (rows.next()) {
        all.add(reading.of(rows));
      }
      return all;
    }
  }

  private static Row row(ResultSet row) throws SQLException {
    return new Row(
        row.getLong("seq"),
        new MessageKey(
            row.getString("operation"), row.getString("sender"), row.getString("message_id")),
        row.getString("hash"),
        Status.of(row.getString("status")),
        reason(row.getString("reason")),
        row.getString("reason_detail"),
        Arrays.stream((String[]) row.getArray("lanes").getArray()).map(LaneName::parse).toList(),
        row.getString("destination"),
        row.getInt("run"),
        row.getLong("epoch"),
        at(row, "changed_at"));
  }

  private static HistoryEntry entry(ResultSet row) throws SQLException {
    String from = row.getString("from_status");
    return new HistoryEntry(
        row.getLong("seq"),
        row.getInt("run"),
        at(row, "at"),
        from == null ? null : Status.of(from),
        Status.of(row.getString("to_status")),
        reason(row.getString("reason")),
        row.getString("reason_detail"),
        row.getString("who"));
  }

  private static @Nullable Reason reason(@Nullable String name) {
    return name == null ? null : Reason.of(name);
  }

  private static Instant at(ResultSet row, String column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }
}
