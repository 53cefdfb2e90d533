package io.waybill.journal;

import io.waybill.journal.Group.Update;
import io.waybill.journal.JournalException.Kind;
import io.waybill.message.Fingerprint;
import io.waybill.message.MessageRow;
import io.waybill.message.Received;
import io.waybill.message.Standing;
import io.waybill.message.Status;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Writes the changed messages of a group, each guarded by the status and version it had. */
final class ChangeWriter {

  private final Connection connection;
  private final long epoch;
  private final List<Update> posted = new ArrayList<>();
  private final List<Update> others = new ArrayList<>();

  ChangeWriter(Connection connection, Group group) {
    this.connection = connection;
    this.epoch = group.epoch();
    for (Update update : group.updates()) {
      (onlyPosted(update) ? posted : others).add(update);
    }
  }

  /**
   * Whether it says no more than that an attempt has succeeded. That is what nearly all changes
   * say, and it takes a quarter of the columns.
   */
  private static boolean onlyPosted(Update update) {
    Standing now = update.row().standing();
    return update.fromStatus() == Status.POSTING
        && now.status() == Status.POSTED
        && now.version() == update.fromVersion() + 1
        && now.reason() == null
        && now.dueAt() == null
        && now.expiresAt() == null
        && now.ranks().isEmpty()
        && now.parked() == null
        && !update.fromParked()
        && !update.reread();
  }

  void write() throws SQLException {
    if (!posted.isEmpty()) {
      updatePosted();
    }
    if (!others.isEmpty()) {
      updateStandings();
      updateMessages();
    }
  }

  /**
   * The version counts every change, and so says the status too. Named here, the status would lead
   * the planner to the index of what is open, with the dead entries of all that was posted since
   * the last vacuum.
   */
  private static final String UPDATE_POSTED =
      """
      update waybill_journal.standing s
      set epoch = ?,
        version = r.from_version + 1,
        changed_at = 'epoch'::timestamptz + r.changed_at * '1 microsecond'::interval,
        due_at = null,
        expires_at = null,
        status = 'posted',
        reason = null,
        detail = r.detail,
        ranks = '{}'
      from unnest(?::bigint[], ?::integer[], ?::bigint[], ?::text[])
        as r (seq, from_version, changed_at, detail)
      where s.seq = r.seq
        and s.version = r.from_version
      """;

  private void updatePosted() throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(UPDATE_POSTED)) {
      statement.setLong(1, epoch);
      new Columns<>(statement, 2, posted)
          .longs(update -> update.row().seq())
          .ints(Update::fromVersion)
          .moments(update -> update.row().standing().changedAt())
          .texts(update -> Text.words(update.row().standing().detail()));
      int changed = statement.executeUpdate();
      if (changed != posted.size()) {
        throw new JournalException(
            Kind.DATA,
            "%d of the messages %s are not in the status and version they were posted from; read"
                    .formatted(posted.size() - changed, seqs(posted))
                + " them again");
      }
    }
  }

  private static List<Long> seqs(List<Update> updates) {
    return updates.stream().map(update -> update.row().seq()).sorted().toList();
  }

  private static final String UPDATE_STANDINGS =
      """
      update waybill_journal.standing s
      set epoch = ?,
        version = r.version,
        tried_as = r.tried_as,
        changed_at = 'epoch'::timestamptz + r.changed_at * '1 microsecond'::interval,
        due_at = 'epoch'::timestamptz + r.due_at * '1 microsecond'::interval,
        expires_at = 'epoch'::timestamptz + r.expires_at * '1 microsecond'::interval,
        first_tried_at = 'epoch'::timestamptz + r.first_tried_at * '1 microsecond'::interval,
        attempts = r.attempts,
        run = r.run,
        revision = r.revision,
        step = r.step,
        status = r.status,
        reason = r.reason,
        destination = r.destination,
        detail = r.detail,
        ranks = r.ranks::bigint[],
        parked = r.parked,
        link = r.link
      from unnest(
        ?::bigint[], ?::integer[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[],
        ?::integer[], ?::integer[], ?::integer[], ?::integer[], ?::text[], ?::text[], ?::text[],
        ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::integer[])
        as r (
          seq, version, tried_as, changed_at, due_at, expires_at, first_tried_at,
          attempts, run, revision, step, status, reason, destination, detail, ranks, parked, link,
          from_status, from_version)
      where s.seq = r.seq
        and s.status = r.from_status
        and s.version = r.from_version
      returning s.seq
      """;

  private void updateStandings() throws SQLException {
    Set<Long> missed = new HashSet<>();
    others.forEach(update -> missed.add(update.row().seq()));
    try (PreparedStatement statement = connection.prepareStatement(UPDATE_STANDINGS)) {
      statement.setLong(1, epoch);
      new Columns<>(statement, 2, others)
          .longs(update -> update.row().seq())
          .ints(update -> now(update).version())
          .longs(update -> now(update).triedAs())
          .moments(update -> now(update).changedAt())
          .moments(update -> now(update).dueAt())
          .moments(update -> now(update).expiresAt())
          .moments(update -> now(update).firstTriedAt())
          .ints(update -> now(update).attempts())
          .ints(update -> now(update).run())
          .ints(update -> now(update).revision())
          .ints(update -> now(update).step())
          .texts(update -> now(update).status().sqlName())
          .texts(update -> Rows.name(now(update).reason()))
          .texts(
              update ->
                  Text.exact(
                      update.row().standing().destination(), "destination", update.row().seq()))
          .texts(update -> Text.words(now(update).detail()))
          .ranks(update -> now(update).ranks())
          .texts(update -> Rows.name(now(update).parked()))
          .texts(update -> now(update).link())
          .texts(update -> update.fromStatus().sqlName())
          .ints(Update::fromVersion);
      try (ResultSet changed = statement.executeQuery()) {
        while (changed.next()) {
          missed.remove(changed.getLong(1));
        }
      }
    }
    if (!missed.isEmpty()) {
      throw new JournalException(
          Kind.DATA,
          "Messages %s are not in the status and version they were changed from; read them again"
              .formatted(missed.stream().sorted().toList()));
    }
  }

  private static Standing now(Update update) {
    return update.row().standing();
  }

  private static final String UPDATE_MESSAGES =
      """
      update waybill_journal.message m
      set partition = r.partition,
        owns_id = r.owns_id,
        operation = r.operation,
        sender = r.sender,
        message_id = r.message_id,
        business_id = r.business_id,
        lanes = r.lanes::text[],
        needs = r.needs::jsonb,
        announces = r.announces::jsonb,
        links = r.links,
        edited = r.edited,
        numbers = r.numbers::jsonb,
        plan = r.plan::jsonb
      from unnest(
        ?::bigint[], ?::integer[], ?::boolean[], ?::text[], ?::text[], ?::text[], ?::text[],
        ?::text[], ?::text[], ?::text[], ?::text[], ?::bytea[], ?::text[], ?::text[])
        as r (
          seq, partition, owns_id, operation, sender, message_id, business_id, lanes, needs,
          announces, links, edited, numbers, plan)
      where m.seq = r.seq
      """;

  /** What is known since the arrival changes only where it was read again, or a need waived. */
  private void updateMessages() throws SQLException {
    List<MessageRow> reread = others.stream().filter(Update::reread).map(Update::row).toList();
    if (reread.isEmpty()) {
      return;
    }
    try (PreparedStatement statement = connection.prepareStatement(UPDATE_MESSAGES)) {
      new Columns<>(statement, reread)
          .longs(MessageRow::seq)
          .ints(row -> row.received().partition())
          .booleans(row -> row.received().ownsId())
          .texts(exact(Received::operation, "operation"))
          .texts(exact(Received::sender, "sender"))
          .texts(exact(Received::messageId, "message id"))
          .texts(exact(Received::businessId, "business id"))
          .lanes(ArrivalWriter::lanes)
          .texts(row -> Needs.write(row.received().needs()))
          .texts(row -> Needs.writeFacts(row.received().announces()))
          .texts(ArrivalWriter::links)
          .bytes(ChangeWriter::edited)
          .texts(row -> Needs.writeNumbers(row.received().numbers()))
          .texts(row -> Plans.write(row.standing().plan()));
      int changed = statement.executeUpdate();
      if (changed != reread.size()) {
        throw new JournalException(
            Kind.DATA,
            "%d of %d messages read again are missing".formatted(reread.size() - changed, changed));
      }
    }
  }

  private static byte @Nullable [] edited(MessageRow row) {
    Fingerprint edited = row.received().edited();
    return edited == null ? null : edited.bytes();
  }

  private static Function<MessageRow, @Nullable String> exact(
      Function<Received, @Nullable String> value, String column) {
    return row -> Text.exact(value.apply(row.received()), column, row.seq());
  }
}
