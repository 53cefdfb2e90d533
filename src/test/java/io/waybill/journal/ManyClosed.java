package io.waybill.journal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/**
 * Fills the tables with closed messages by set-based SQL, as if they had been posted long ago: each
 * with its document, its standing and a line of history.
 */
public final class ManyClosed {

  private static final String MESSAGES =
      """
      insert into waybill_journal.message (
        seq, received_at, partition, owns_id, operation, sender, message_id, business_id, source,
        fingerprint, lanes, began_as)
      select
        n, '2024-01-01T00:00:00Z'::timestamptz + n * '1 second'::interval, n % 32, true,
        'CreateOrder', 'shop', 'old-' || n, 'PO-' || n, 'jms:orders.in',
        sha256(convert_to('{"id":"old-' || n || '","customer":' || n % 1000 || '}', 'UTF8')),
        array['cust:' || n % 1000], 'posting'
      from generate_series(?, ?) as n
      """;

  private static final String STANDINGS =
      """
      insert into waybill_journal.standing (
        seq, epoch, tried_as, changed_at, version, attempts, run, revision, step, status,
        destination, ranks)
      select
        n, 1, n, '2024-01-01T00:00:01Z'::timestamptz + n * '1 second'::interval, 1, 1, 1, 0, 0,
        'posted', 'erp', '{}'
      from generate_series(?, ?) as n
      """;

  private static final String PAYLOADS =
      """
      insert into waybill_journal.payload (seq, revision, content_type, body)
      select
        n, 0, 'application/json',
        convert_to('{"id":"old-' || n || '","customer":' || n % 1000 || '}', 'UTF8')
          || convert_to(repeat(' ', ?), 'UTF8')
      from generate_series(?, ?) as n
      """;

  private static final String HISTORY =
      """
      insert into waybill_journal.history (seq, run, at, from_status, to_status)
      select
        n, 1, '2024-01-01T00:00:01Z'::timestamptz + n * '1 second'::interval, 'posting', 'posted'
      from generate_series(?, ?) as n
      """;

  private ManyClosed() {}

  /** The document of one of them, where nothing was added to its size. */
  public static String document(long n) {
    return "{\"id\":\"old-" + n + "\",\"customer\":" + n % 1000 + "}";
  }

  /** Those of these numbers, with as many bytes more in each document. */
  public static void fill(Connection connection, long from, long to, int more) throws SQLException {
    for (String sql : new String[] {MESSAGES, STANDINGS, HISTORY}) {
      try (PreparedStatement statement = connection.prepareStatement(sql)) {
        statement.setLong(1, from);
        statement.setLong(2, to);
        statement.executeUpdate();
      }
    }
    try (PreparedStatement statement = connection.prepareStatement(PAYLOADS)) {
      statement.setInt(1, more);
      statement.setLong(2, from);
      statement.setLong(3, to);
      statement.executeUpdate();
    }
  }
}
