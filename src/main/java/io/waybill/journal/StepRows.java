package io.waybill.journal;

import io.waybill.message.Reply;
import io.waybill.message.StepRow;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes the steps of processes, in the transaction of what happened to them. */
final class StepRows {

  private StepRows() {}

  /** What was answered stays until it is answered anew: it may have come with the effect. */
  private static final String PUT =
      """
      insert into waybill_journal.step as known (
        seq, epoch, started_at, ended_at, run, step, attempts, code, status, name, destination,
        posting_id, reason, detail, answer_id, content_type, headers, body)
      select
        seq, ?, 'epoch'::timestamptz + started_at * '1 microsecond'::interval,
        'epoch'::timestamptz + ended_at * '1 microsecond'::interval,
        run, step, attempts, code, status, name, destination, posting_id, reason, detail, answer_id,
        content_type, headers::jsonb, body
      from unnest(
        ?::bigint[], ?::bigint[], ?::bigint[], ?::integer[], ?::integer[], ?::integer[],
        ?::integer[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[],
        ?::text[], ?::text[], ?::bytea[])
        as r (
          seq, started_at, ended_at, run, step, attempts, code, status, name, destination,
          posting_id, reason, detail, answer_id, content_type, headers, body)
      on conflict (seq, run, step) do update
      set epoch = excluded.epoch,
        started_at = coalesce(known.started_at, excluded.started_at),
        ended_at = excluded.ended_at,
        attempts = excluded.attempts,
        status = excluded.status,
        destination = excluded.destination,
        posting_id = excluded.posting_id,
        reason = excluded.reason,
        detail = excluded.detail,
        code = case when excluded.code is null then known.code else excluded.code end,
        answer_id = case when excluded.code is null then known.answer_id else excluded.answer_id end,
        content_type =
          case when excluded.code is null then known.content_type else excluded.content_type end,
        headers = case when excluded.code is null then known.headers else excluded.headers end,
        body = case when excluded.code is null then known.body else excluded.body end
      """;

  static void write(Connection connection, long epoch, List<StepRow> steps) throws SQLException {
    if (steps.isEmpty()) {
      return;
    }
    try (PreparedStatement statement = connection.prepareStatement(PUT)) {
      statement.setLong(1, epoch);
      new Columns<>(statement, 2, steps)
          .longs(StepRow::seq)
          .moments(StepRow::startedAt)
          .moments(StepRow::endedAt)
          .ints(StepRow::run)
          .ints(StepRow::step)
          .ints(StepRow::attempts)
          .ints(step -> step.reply() == null ? null : step.reply().code())
          .texts(step -> step.status().sqlName())
          .texts(StepRow::name)
          .texts(StepRow::destination)
          .texts(step -> step.postingId().text())
          .texts(step -> Rows.name(step.reason()))
          .texts(step -> Text.words(step.detail()))
          .texts(step -> step.reply() == null ? null : Text.words(step.reply().id()))
          .texts(step -> step.reply() == null ? null : Text.kept(step.reply().contentType()))
          .texts(step -> step.reply() == null ? null : Headers.write(step.reply().headers()))
          .bytes(StepRows::body);
      statement.executeUpdate();
    }
  }

  private static byte @Nullable [] body(StepRow step) {
    Reply reply = step.reply();
    return reply == null ? null : reply.body();
  }

  private static final String PERFORMED =
      """
      update waybill_journal.step
      set status = 'posted',
        ended_at = now(),
        code = ?,
        answer_id = ?,
        content_type = ?,
        headers = ?::jsonb,
        body = ?
      where seq = ?
        and run = ?
        and step = ?
      """;

  /** In the transaction of the effect: the step is done, and this was answered. */
  static void performed(Connection connection, long seq, int run, int step, @Nullable Reply reply)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(PERFORMED)) {
      statement.setObject(1, reply == null ? null : reply.code(), java.sql.Types.SMALLINT);
      statement.setString(2, reply == null ? null : Text.words(reply.id()));
      statement.setString(3, reply == null ? null : Text.kept(reply.contentType()));
      statement.setString(4, reply == null ? null : Headers.write(reply.headers()));
      statement.setBytes(5, reply == null ? null : reply.body());
      statement.setLong(6, seq);
      statement.setInt(7, run);
      statement.setInt(8, step);
      statement.executeUpdate();
    }
  }

  private static final String REPLIES =
      """
      select s.seq, s.name, s.code, s.content_type, s.headers::text, s.body, s.answer_id
      from unnest(?::bigint[], ?::integer[], ?::integer[]) as k (seq, run, step)
      join waybill_journal.step s
        on s.seq = k.seq
        and s.run = k.run
        and s.step < k.step
      where s.status in ('posted', 'cancelling')
        and s.code is not null
        and s.body is not null
      order by s.seq, s.step
      """;

  /** What the steps before these answered, by message and step. */
  static Map<Long, Map<String, Reply>> replies(Connection connection, List<Journal.StepKey> before)
      throws SQLException {
    Map<Long, Map<String, Reply>> found = new HashMap<>();
    try (PreparedStatement statement = connection.prepareStatement(REPLIES)) {
      new Columns<>(statement, before)
          .longs(Journal.StepKey::seq)
          .ints(Journal.StepKey::run)
          .ints(Journal.StepKey::step);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          found
              .computeIfAbsent(row.getLong(1), seq -> new LinkedHashMap<>())
              .put(
                  row.getString(2),
                  new Reply(
                      row.getInt(3),
                      row.getString(4),
                      Headers.read(row.getString(5)),
                      row.getBytes(6),
                      row.getString(7)));
        }
      }
    }
    return found;
  }
}
