package io.waybill.journal;

import io.waybill.message.Status;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds messages that were closed long enough ago, in the order of their numbers. */
final class ClosedRows {

  /** The statuses that need nothing more, as a list of SQL literals. */
  static final String CLOSED =
      Stream.of(Status.values())
          .filter(Status::closed)
          .map(Rows::literal)
          .collect(Collectors.joining(", ", "(", ")"));

  private final Connection connection;

  ClosedRows(Connection connection) {
    this.connection = connection;
  }

  /** The next numbers that a statement gives, which takes the last one before and how many. */
  List<Long> page(String sql, long after, int most) throws SQLException {
    List<Long> seqs = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setLong(1, after);
      statement.setInt(2, most);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          seqs.add(row.getLong(1));
        }
      }
    }
    return seqs;
  }

  private static final String RECEIVED =
      """
      select m.received_at < ?
      from waybill_journal.message m
      where m.seq = ?
      """;

  /**
   * Whether a message is old enough to be looked at, with those that follow. A message is closed
   * after it came, and they come in the order of their numbers.
   */
  boolean receivedBefore(long seq, Instant before) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(RECEIVED)) {
      statement.setObject(1, before.atOffset(ZoneOffset.UTC));
      statement.setLong(2, seq);
      try (ResultSet row = statement.executeQuery()) {
        return !row.next() || row.getBoolean(1);
      }
    }
  }

  private static final String LOCK =
      """
      select s.seq
      from waybill_journal.standing s
      where s.seq = any(?::bigint[])
        and s.status in %s
        and s.changed_at < ?
      order by s.seq
      for update skip locked
      """
          .formatted(CLOSED);

  /** Those of them that are closed since then; nobody can open them again before the commit. */
  List<Long> lock(List<Long> seqs, Instant before) throws SQLException {
    List<Long> over = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(LOCK)) {
      statement.setArray(1, connection.createArrayOf("int8", seqs.toArray()));
      statement.setObject(2, before.atOffset(ZoneOffset.UTC));
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          over.add(row.getLong(1));
        }
      }
    }
    return over;
  }

  /** Runs a statement that takes just their numbers, and returns how many rows it changed. */
  long change(String sql, List<Long> seqs) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setArray(1, connection.createArrayOf("int8", seqs.toArray()));
      return statement.executeUpdate();
    }
  }
}
