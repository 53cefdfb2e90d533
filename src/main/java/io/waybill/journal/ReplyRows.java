package io.waybill.journal;

import io.waybill.message.StoredReply;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

/** Writes replies, in the transaction of the outcome they came with. */
final class ReplyRows {

  private ReplyRows() {}

  /** A reply that is there stays: it was written with the effect, or by an earlier run. */
  private static final String PUT =
      """
      insert into waybill_journal.reply (
        seq, at, keep_until, run, code, release, content_type, headers, body)
      select
        seq, 'epoch'::timestamptz + at * '1 microsecond'::interval,
        'epoch'::timestamptz + keep_until * '1 microsecond'::interval,
        run, code, release, content_type, headers::jsonb, body
      from unnest(
        ?::bigint[], ?::bigint[], ?::bigint[], ?::integer[], ?::integer[], ?::text[], ?::text[],
        ?::text[], ?::bytea[])
        as r (seq, at, keep_until, run, code, release, content_type, headers, body)
      on conflict (seq) do nothing
      """;

  static void write(Connection connection, List<StoredReply> replies) throws SQLException {
    if (replies.isEmpty()) {
      return;
    }
    try (PreparedStatement statement = connection.prepareStatement(PUT)) {
      new Columns<>(statement, replies)
          .longs(StoredReply::seq)
          .moments(StoredReply::at)
          .moments(StoredReply::keepUntil)
          .ints(StoredReply::run)
          .ints(reply -> reply.reply().code())
          .texts(reply -> reply.release().sqlName())
          .texts(reply -> Text.kept(reply.reply().contentType()))
          .texts(reply -> Headers.write(reply.reply().headers()))
          .bytes(reply -> reply.reply().body());
      statement.executeUpdate();
    }
  }
}
