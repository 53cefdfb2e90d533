package io.waybill.bench.waybill;

import io.waybill.bench.candidate.Stage;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Fills the tables of a Waybill with messages that were posted earlier. They are patterned on the
 * last ones that it has posted itself: the same lanes, statuses and history, other ids and
 * documents of about the same length. Their numbers are below 1, so that they are in nobody's way
 * while it runs.
 */
public final class PostedRows {

  /** One statement writes no more: the driver has patience for two minutes. */
  private static final int PORTION = 100_000;

  private static final String PATTERN =
      """
      create temporary table pattern as
      select row_number() over (order by m.seq) - 1 as place, m.seq, m.message_id
      from waybill_journal.message m
      join (
        select l.seq
        from waybill_journal.message l
        join waybill_journal.standing s on s.seq = l.seq
        where s.status = 'posted'
          and l.owns_id
        order by l.seq desc
        limit 1000
      ) last on last.seq = m.seq
      """;

  private static final String ANALYZE_PATTERN =
      """
      analyze pattern
      """;

  private static final String MESSAGES =
      """
      insert into waybill_journal.message
      select (f.row).*
      from (
        select jsonb_populate_record(m, jsonb_build_object(
            'seq', n - ?,
            'message_id', 'earlier-' || n,
            'received_at', m.received_at - (? - n) * interval '1 millisecond',
            'fingerprint', sha256(convert_to(
              replace(convert_from(l.body, 'UTF8'), m.message_id, 'earlier-' || n), 'UTF8')))) as row
        from generate_series(?::bigint, ?::bigint) as n
        join pattern p on p.place = n % (select count(*) from pattern)
        join waybill_journal.message m on m.seq = p.seq
        join waybill_journal.payload l on l.seq = p.seq
        order by n
        offset 0
      ) f
      """;

  private static final String PAYLOADS =
      """
      insert into waybill_journal.payload (seq, revision, content_type, headers, body)
      select
        n - ?, l.revision, l.content_type, l.headers,
        convert_to(replace(convert_from(l.body, 'UTF8'), p.message_id, 'earlier-' || n), 'UTF8')
      from generate_series(?::bigint, ?::bigint) as n
      join pattern p on p.place = n % (select count(*) from pattern)
      join waybill_journal.payload l on l.seq = p.seq
      order by n
      """;

  private static final String STANDINGS =
      """
      insert into waybill_journal.standing
      select (f.row).*
      from (
        select jsonb_populate_record(s, jsonb_build_object(
            'seq', n - ?,
            'changed_at', s.changed_at - (? - n) * interval '1 millisecond',
            'first_tried_at', s.first_tried_at - (? - n) * interval '1 millisecond')) as row
        from generate_series(?::bigint, ?::bigint) as n
        join pattern p on p.place = n % (select count(*) from pattern)
        join waybill_journal.standing s on s.seq = p.seq
        order by n
        offset 0
      ) f
      """;

  private static final String HISTORY =
      """
      insert into waybill_journal.history overriding user value
      select (f.row).*
      from (
        select jsonb_populate_record(h, jsonb_build_object(
            'seq', n - ?,
            'at', h.at - (? - n) * interval '1 millisecond')) as row
        from generate_series(?::bigint, ?::bigint) as n
        join pattern p on p.place = n % (select count(*) from pattern)
        join waybill_journal.history h on h.seq = p.seq
        order by n, h.entry
        offset 0
      ) f
      """;

  private final Stage stage;

  /** In the database of this stage. */
  public PostedRows(Stage stage) {
    this.stage = stage;
  }

  /** Writes so many, and lets PostgreSQL look at the tables as it does in time by itself. */
  public void fill(int number) throws SQLException {
    try (Connection connection = stage.servers().connect(stage.database());
        Statement statement = connection.createStatement()) {
      statement.execute(PATTERN);
      statement.execute(ANALYZE_PATTERN);
      for (int from = 1; from <= number; from += PORTION) {
        int to = Math.min(number, from + PORTION - 1);
        write(connection, MESSAGES, number, number, from, to);
        write(connection, PAYLOADS, number, from, to);
        write(connection, STANDINGS, number, number, number, from, to);
        write(connection, HISTORY, number, number, from, to);
      }
      for (String table : new String[] {"message", "standing", "payload", "history"}) {
        // a name cannot be bound, and these are known
        statement.execute("vacuum (analyze) waybill_journal." + table);
      }
      require(statement, number);
    }
  }

  private static void write(Connection connection, String sql, int... values) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setInt(i + 1, values[i]);
      }
      statement.execute();
    }
  }

  private static final String COUNT =
      """
      select count(*)
      from waybill.messages
      where seq < 1
        and status = 'posted'
      """;

  private static void require(Statement statement, int number) throws SQLException {
    try (ResultSet row = statement.executeQuery(COUNT)) {
      row.next();
      if (row.getLong(1) != number) {
        throw new IllegalStateException(
            "%d rows were wanted, %d are there".formatted(number, row.getLong(1)));
      }
    }
  }
}
