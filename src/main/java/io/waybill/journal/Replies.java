package io.waybill.journal;

import io.waybill.message.Release;
import io.waybill.message.Reply;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The stored replies, as their senders ask for them and release them. A release concerns nobody but
 * the sender: the loop knows nothing of it, and the row stays, so that the id stays known.
 */
public final class Replies {

  private static final int SECONDS = 5;

  private final DataSource database;

  /** The replies in this database. */
  public Replies(DataSource database) {
    this.database = database;
  }

  /**
   * A reply with what is known of it.
   *
   * @param size of its body in bytes; null where that is no longer kept
   * @param releasedBy who released it; null where nobody did
   */
  public record Stored(
      long seq,
      String operation,
      String sender,
      String messageId,
      Instant at,
      Release release,
      Instant keepUntil,
      int code,
      @Nullable Long size,
      @Nullable Instant releasedAt,
      @Nullable String releasedBy) {

    /** Whether it can still be given at that time. */
    public boolean kept(Instant now) {
      return size != null
          && releasedAt == null
          && (release == Release.REQUIRED || now.isBefore(keepUntil));
    }

    /** Whether its sender should have released it by then. */
    public boolean overdue(Instant now) {
      return release == Release.REQUIRED && releasedAt == null && !now.isBefore(keepUntil);
    }
  }

  private static final String STORED =
      """
      select r.seq, coalesce(m.operation, ''), coalesce(m.sender, ''), coalesce(m.message_id, ''),
        r.at, r.release, r.keep_until, r.code, octet_length(r.body), r.released_at, r.released_by,
        r.content_type, r.headers::text, r.body
      from waybill_journal.reply r
      left join waybill_journal.message m on m.seq = r.seq
      where r.seq = ?
      """;

  /** A reply, and what was answered where that is still kept. */
  public record Found(Stored stored, @Nullable Reply reply) {}

  /** The reply to a message; empty where none came. */
  public Optional<Found> of(long seq) {
    return ask(
            "Reading the reply to message " + seq,
            STORED,
            statement -> statement.setLong(1, seq),
            row -> new Found(stored(row), reply(row)))
        .stream()
        .findFirst();
  }

  private static @Nullable Reply reply(ResultSet row) throws SQLException {
    byte[] body = row.getBytes(14);
    return body == null
        ? null
        : new Reply(row.getInt(8), row.getString(12), Headers.read(row.getString(13)), body);
  }

  private static Stored stored(ResultSet row) throws SQLException {
    long size = row.getLong(9);
    return new Stored(
        row.getLong(1),
        row.getString(2),
        row.getString(3),
        row.getString(4),
        row.getObject(5, OffsetDateTime.class).toInstant(),
        Release.of(row.getString(6)),
        Objects.requireNonNull(Rows.moment(row, 7)),
        row.getInt(8),
        body(row, size),
        Rows.moment(row, 10),
        row.getString(11));
  }

  private static @Nullable Long body(ResultSet row, long size) throws SQLException {
    row.getLong(9);
    return row.wasNull() ? null : size;
  }

  private static final String RELEASE =
      """
      update waybill_journal.reply
      set released_at = now(),
        released_by = ?,
        content_type = null,
        headers = null,
        body = null
      where seq = ?
        and release <> 'none'
        and released_at is null
      """;

  /** Drops a reply at the word of its sender; true where that is done by this call. */
  public boolean release(long seq, String who) {
    String tried = "Releasing the reply to message " + seq;
    try (Connection connection = Session.connect(database, tried);
        PreparedStatement statement = connection.prepareStatement(RELEASE)) {
      statement.setQueryTimeout(SECONDS);
      statement.setString(1, Text.words(who));
      statement.setLong(2, seq);
      return statement.executeUpdate() == 1;
    } catch (SQLException e) {
      throw SqlErrors.of(e, tried);
    }
  }

  private static final String KEPT =
      """
      select r.seq
      from waybill_journal.reply r
      where r.seq = any(?::bigint[])
        and r.body is not null
      """;

  /** Those of the messages whose replies are no longer kept: only these may be removed. */
  static List<Long> withoutKept(Connection connection, List<Long> seqs) throws SQLException {
    List<Long> without = new ArrayList<>(seqs);
    if (!without.isEmpty()) {
      try (PreparedStatement statement = connection.prepareStatement(KEPT)) {
        new Columns<>(statement, seqs).longs(seq -> seq);
        try (ResultSet row = statement.executeQuery()) {
          while (row.next()) {
            without.remove(Long.valueOf(row.getLong(1)));
          }
        }
      }
    }
    return without;
  }

  private static final String DROP_EXPIRED =
      """
      update waybill_journal.reply
      set content_type = null,
        headers = null,
        body = null
      where seq in (
        select seq
        from waybill_journal.reply
        where body is not null
          and release <> 'required'
          and keep_until <= 'epoch'::timestamptz + ? * '1 microsecond'::interval
        order by keep_until
        limit ?)
      """;

  /** Drops the bytes of replies that are past their time by then; tells how many. */
  public int dropExpired(Instant now, int most) {
    String tried = "Dropping replies that are past their time";
    try (Connection connection = Session.connect(database, tried);
        PreparedStatement statement = connection.prepareStatement(DROP_EXPIRED)) {
      statement.setQueryTimeout(SECONDS);
      statement.setLong(1, Objects.requireNonNull(Columns.micros(now)));
      statement.setInt(2, most);
      return statement.executeUpdate();
    } catch (SQLException e) {
      throw SqlErrors.of(e, tried);
    }
  }

  private static final String UNRELEASED =
      """
      select r.seq, m.operation, m.sender, m.message_id, r.at, r.release, r.keep_until, r.code,
        octet_length(r.body), r.released_at, r.released_by
      from waybill_journal.reply r
      join waybill_journal.message m on m.seq = r.seq
      where r.release = 'required'
        and r.released_at is null
        and r.seq > ?
        and (?::text is null or m.sender = ?)
      order by r.seq
      limit ?
      """;

  /**
   * Replies whose senders still have to release them, the oldest first.
   *
   * @param sender of that sender alone; null for all
   * @param after only of messages with greater numbers
   */
  public List<Stored> unreleased(@Nullable String sender, long after, int limit) {
    if (sender != null && !Text.storable(sender)) {
      return List.of();
    }
    return ask(
        "Reading which replies are not released",
        UNRELEASED,
        statement -> {
          statement.setLong(1, after);
          statement.setString(2, sender);
          statement.setString(3, sender);
          statement.setInt(4, Math.max(1, Math.min(limit, Waybills.MOST)));
        },
        Replies::stored);
  }

  private static final String OVERDUE =
      """
      select count(*)
      from waybill_journal.reply r
      where r.release = 'required'
        and r.released_at is null
        and r.keep_until <= now()
      """;

  /** How many replies should have been released by now. */
  public long overdue() {
    return ask("Counting overdue replies", OVERDUE, statement -> {}, row -> row.getLong(1)).get(0);
  }

  private interface Binding {
    void to(PreparedStatement statement) throws SQLException;
  }

  private interface Reading<T> {
    T of(ResultSet row) throws SQLException;
  }

  private <T> List<T> ask(String tried, String sql, Binding binding, Reading<T> reading) {
    try (Connection connection = Session.connect(database, tried);
        PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setQueryTimeout(SECONDS);
      binding.to(statement);
      List<T> found = new ArrayList<>();
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          found.add(reading.of(row));
        }
      }
      return found;
    } catch (SQLException e) {
      throw SqlErrors.of(e, tried);
    }
  }
}
