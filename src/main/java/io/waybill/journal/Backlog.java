package io.waybill.journal;

import io.waybill.message.Reason;
import io.waybill.message.Status;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** How much is open, and since when; and whether the database answers at all. */
public final class Backlog {

  private static final int SECONDS = 5;

  /** Ends the wait for a server that is gone without a word. */
  private static final int SILENCE_MILLIS = 10_000;

  private final DataSource database;

  /** The open messages of the state table in this database. */
  public Backlog(DataSource database) {
    this.database = database;
  }

  /** So many messages stand so, the oldest of them since then. */
  public record Part(Status status, @Nullable Reason reason, long messages, Instant oldest) {}

  // the lowest number is the oldest: numbers are given in the order of arrival
  private static final String PARTS =
      """
      select o.status, o.reason, o.messages, m.received_at
      from (
        select s.status, s.reason, count(*) as messages, min(s.seq) as oldest
        from waybill_journal.standing s
        where s.status in %s
        group by s.status, s.reason
      ) o
      join waybill_journal.message m on m.seq = o.oldest
      order by o.status, o.reason
      """
          .formatted(Rows.OPEN);

  /**
   * The open messages by status and reason. Reads as many entries of an index, and rows, as there
   * are open messages, however many are closed.
   */
  public List<Part> parts() {
    List<Part> parts = new ArrayList<>();
    ask(
        "Counting open messages",
        PARTS,
        row ->
            parts.add(
                new Part(
                    Status.of(row.getString(1)),
                    Rows.reason(row.getString(2)),
                    row.getLong(3),
                    row.getObject(4, OffsetDateTime.class).toInstant())));
    return parts;
  }

  /**
   * Returns when the database has answered.
   *
   * @throws JournalException where it does not
   */
  public void requireAnswer() {
    ask("Asking the database", "select 1", row -> {});
  }

  private interface Reading {
    void of(ResultSet row) throws SQLException;
  }

  private void ask(String tried, String sql, Reading reading) {
    try (Connection connection = Session.connect(database, tried);
        PreparedStatement statement = connection.prepareStatement(sql)) {
      connection.setNetworkTimeout(Runnable::run, SILENCE_MILLIS);
      statement.setQueryTimeout(SECONDS);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          reading.of(row);
        }
      }
      connection.setNetworkTimeout(Runnable::run, 0);
    } catch (SQLException e) {
      throw SqlErrors.of(e, tried);
    }
  }
}
