package io.waybill.journal;

import io.waybill.journal.Group.Asked;
import io.waybill.message.DueReply;
import io.waybill.message.Reply;
import io.waybill.message.ReplyTo;
import io.waybill.message.Status;
import io.waybill.message.StoredReply;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Where replies are still to be sent: a row for each address that asked, from the transaction that
 * took the document until the reply has been sent there.
 */
public final class ReplyAddresses {

  private static final int SECONDS = 5;
  private static final int GONE = 410;

  private final DataSource database;

  /** The addresses in this database. */
  public ReplyAddresses(DataSource database) {
    this.database = database;
  }

  /**
   * Whoever comes late is due at once. The same asking, brought twice, asks once; a sender that
   * asks again under the same correlation is sent the reply again.
   */
  private static final String ASK =
      """
      insert into waybill_journal.reply_address as a (
        seq, asked_at, due_at, address, correlation_id, request)
      select
        k.seq, 'epoch'::timestamptz + k.at * '1 microsecond'::interval,
        case when exists (select 1 from waybill_journal.reply r where r.seq = k.seq)
          then now() end,
        k.address, k.correlation_id, k.request
      from unnest(?::bigint[], ?::bigint[], ?::text[], ?::text[], ?::text[])
        as k (seq, at, address, correlation_id, request)
      on conflict (seq, address, coalesce(correlation_id, '')) do update
      set due_at = excluded.due_at,
        sent_at = null,
        request = excluded.request,
        asks = a.asks + 1,
        attempts = 0
      where a.request is distinct from excluded.request
      """;

  static void write(Connection connection, List<Asked> asked) throws SQLException {
    if (asked.isEmpty()) {
      return;
    }
    try (PreparedStatement statement = connection.prepareStatement(ASK)) {
      // one statement may touch a row once
      List<Asked> each = new ArrayList<>();
      for (Asked one : asked) {
        if (each.stream().noneMatch(other -> same(one, other))) {
          each.add(one);
        }
      }
      new Columns<>(statement, each)
          .longs(Asked::seq)
          .moments(Asked::at)
          .texts(one -> Text.kept(one.to().address()))
          .texts(one -> Text.kept(one.to().correlationId()))
          .texts(one -> Text.kept(one.to().request()));
      statement.executeUpdate();
    }
  }

  private static boolean same(Asked one, Asked other) {
    return one.seq() == other.seq()
        && one.to().address().equals(other.to().address())
        && Objects.equals(one.to().correlationId(), other.to().correlationId());
  }

  private static final String ANSWERED =
      """
      update waybill_journal.reply_address
      set due_at = now()
      where seq = any(?::bigint[])
        and due_at is null
        and sent_at is null
      """;

  static void answered(Connection connection, List<StoredReply> replies) throws SQLException {
    if (replies.isEmpty()) {
      return;
    }
    try (PreparedStatement statement = connection.prepareStatement(ANSWERED)) {
      new Columns<>(statement, replies).longs(StoredReply::seq);
      statement.executeUpdate();
    }
  }

  /** What ended without telling: by a person, without a reply, or before the broker was killed. */
  private static final String SWEEP =
      """
      update waybill_journal.reply_address a
      set due_at = now()
      from waybill_journal.standing s
      where s.seq = a.seq
        and a.due_at is null
        and a.sent_at is null
        and (s.status in ('posted', 'skipped', 'cancelled')
          or exists (select 1 from waybill_journal.reply r where r.seq = a.seq))
      """;

  /** Finds what is to be sent without anybody having told. */
  public void sweep() {
    change("Looking for replies to send", SWEEP, statement -> {});
  }

  private static final String DUE =
      """
      select a.entry, a.seq, a.address, a.correlation_id, m.operation, m.message_id, s.status,
        a.asks, a.attempts, r.code, r.content_type, r.headers::text, r.body
      from waybill_journal.reply_address a
      join waybill_journal.message m on m.seq = a.seq
      join waybill_journal.standing s on s.seq = a.seq
      left join waybill_journal.reply r on r.seq = a.seq
      where a.sent_at is null
        and a.due_at <= now()
      order by a.due_at, a.entry
      limit ?
      """;

  /** What is to be sent now. */
  public List<DueReply> due(int limit) {
    String tried = "Reading which replies to send";
    try (Connection connection = Session.connect(database, tried);
        PreparedStatement statement = connection.prepareStatement(DUE)) {
      statement.setQueryTimeout(SECONDS);
      statement.setInt(1, limit);
      List<DueReply> found = new ArrayList<>();
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          found.add(
              new DueReply(
                  row.getLong(1),
                  row.getLong(2),
                  new ReplyTo(row.getString(3), row.getString(4), null),
                  row.getString(5),
                  row.getString(6),
                  Status.of(row.getString(7)),
                  row.getInt(8),
                  row.getInt(9),
                  reply(row)));
        }
      }
      return found;
    } catch (SQLException e) {
      throw SqlErrors.of(e, tried);
    }
  }

  private static @Nullable Reply reply(ResultSet row) throws SQLException {
    int code = row.getInt(10);
    if (row.wasNull()) {
      return null;
    }
    byte[] body = row.getBytes(13);
    return body == null
        ? released(row.getLong(2))
        : new Reply(code, row.getString(11), Headers.read(row.getString(12)), body);
  }

  private static Reply released(long seq) {
    String json = "{\"seq\":%d,\"reply\":\"no longer kept\"}".formatted(seq);
    return new Reply(GONE, "application/json", Map.of(), json.getBytes(StandardCharsets.UTF_8));
  }

  private static final String SENT =
      """
      update waybill_journal.reply_address
      set sent_at = now(),
        detail = null
      where entry = ?
      """;

  /** It has been sent. */
  public void sent(long entry) {
    change("Noting a reply as sent", SENT, statement -> statement.setLong(1, entry));
  }

  private static final String FAILED =
      """
      update waybill_journal.reply_address
      set attempts = attempts + 1,
        due_at = now() + ? * '1 millisecond'::interval,
        detail = ?
      where entry = ?
      """;

  /** It could not be sent; it is tried again after a pause. */
  public void failed(long entry, Duration pause, String detail) {
    change(
        "Noting a reply as not sent",
        FAILED,
        statement -> {
          statement.setLong(1, pause.toMillis());
          statement.setString(2, Text.words(detail));
          statement.setLong(3, entry);
        });
  }

  private interface Binding {
    void to(PreparedStatement statement) throws SQLException;
  }

  private void change(String tried, String sql, Binding binding) {
    try (Connection connection = Session.connect(database, tried);
        PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setQueryTimeout(SECONDS);
      binding.to(statement);
      statement.executeUpdate();
    } catch (SQLException e) {
      throw SqlErrors.of(e, tried);
    }
  }
}
