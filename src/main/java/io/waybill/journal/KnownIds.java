package io.waybill.journal;

import io.waybill.journal.Housekeeping.Batch;
import io.waybill.message.Fingerprint;
import io.waybill.message.MessageRow;
import io.waybill.message.Received;
import io.waybill.message.Standing;
import io.waybill.message.Status;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Ids that outlive their messages, so that repetitions are recognised as long as declared. */
final class KnownIds implements Housekeeping.Kind {

  static final String NAME = "ids";

  /** What is known of an id {@code i}, in the order read here. */
  static final String COLUMNS =
      """
      i.operation, i.sender, i.message_id, i.seq, i.status, i.fingerprint, i.received_at,
      i.closed_at
      """;

  private final Supplier<Map<String, Duration>> ids;

  KnownIds(Supplier<Map<String, Duration>> ids) {
    this.ids = ids;
  }

  /** The message that had the id, as far as it is known. */
  static MessageRow read(ResultSet row, int first) throws SQLException {
    Received received =
        new Received(
            row.getLong(first + 3),
            0,
            row.getString(first),
            row.getString(first + 1),
            row.getString(first + 2),
            true,
            null,
            Fingerprint.stored(row.getBytes(first + 5)),
            "",
            row.getObject(first + 6, OffsetDateTime.class).toInstant());
    Standing standing =
        new Standing(
            Status.of(row.getString(first + 4)),
            null,
            null,
            List.of(),
            List.of(),
            null,
            null,
            0,
            0,
            null,
            null,
            null,
            0,
            1,
            0,
            0,
            row.getObject(first + 7, OffsetDateTime.class).toInstant());
    return new MessageRow(received, standing);
  }

  private static final String KEEP =
      """
      insert into waybill_journal.known_id (
        seq, received_at, closed_at, operation, sender, message_id, status, fingerprint)
      select
        m.seq, m.received_at, s.changed_at, m.operation, m.sender, m.message_id, s.status,
        m.fingerprint
      from waybill_journal.message m
      join waybill_journal.standing s on s.seq = m.seq
      left join unnest(?::text[], ?::bigint[]) as r (operation, before)
        on r.operation = m.operation
      where m.seq = any(?::bigint[])
        and m.owns_id
        and (r.before is null
          or s.changed_at >= 'epoch'::timestamptz + r.before * '1 microsecond'::interval)
      on conflict (message_id, sender, operation) do update
      set seq = excluded.seq,
        received_at = excluded.received_at,
        closed_at = excluded.closed_at,
        status = excluded.status,
        fingerprint = excluded.fingerprint
      """;

  /** Keeps the ids of messages that are about to be removed, but for those that are over too. */
  static void keep(Connection connection, List<Long> seqs, Map<String, Duration> ids, Instant now)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(KEEP)) {
      new Columns<>(statement, List.copyOf(ids.entrySet()))
          .texts(Map.Entry::getKey)
          .moments(operation -> now.minus(operation.getValue()));
      statement.setArray(3, connection.createArrayOf("int8", seqs.toArray()));
      statement.executeUpdate();
    }
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<String> removes() {
    return List.of(NAME);
  }

  /** Each operation says it by itself. */
  @Override
  public @Nullable Duration keep() {
    return null;
  }

  private static final String REMOVE =
      """
      delete from waybill_journal.known_id k
      where k.ctid = any(array(
        select i.ctid
        from waybill_journal.known_id i
        where i.operation = ?
          and i.closed_at < ?
        order by i.closed_at
        limit ?
        for update skip locked))
      """;

  @Override
  public Batch next(Connection connection, long after, int most, Instant now) throws SQLException {
    long removed = 0;
    try (PreparedStatement statement = connection.prepareStatement(REMOVE)) {
      for (Map.Entry<String, Duration> operation : ids.get().entrySet()) {
        statement.setString(1, operation.getKey());
        statement.setObject(2, now.minus(operation.getValue()).atOffset(ZoneOffset.UTC));
        statement.setLong(3, most - removed);
        removed += statement.executeUpdate();
      }
    }
    return new Batch(Map.of(NAME, removed), 0, removed < most);
  }

  private static final String OLDEST =
      """
      select min(i.closed_at)
      from unnest(?::text[]) as o (operation)
      cross join lateral (
        select k.closed_at
        from waybill_journal.known_id k
        where k.operation = o.operation
        order by k.closed_at
        limit 1
      ) i
      """;

  /** Of those that are not kept for ever. */
  @Override
  public @Nullable Instant oldest(Connection connection) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(OLDEST)) {
      statement.setArray(1, connection.createArrayOf("text", ids.get().keySet().toArray()));
      try (ResultSet row = statement.executeQuery()) {
        return row.next() ? Rows.moment(row, 1) : null;
      }
    }
  }
}
