package io.waybill.journal;

import io.waybill.journal.Group.Audit;
import io.waybill.journal.Group.Insert;
import io.waybill.journal.Group.Update;
import io.waybill.journal.JournalException.Kind;
import io.waybill.message.DestinationState;
import io.waybill.message.HistoryEntry;
import io.waybill.message.LaneName;
import io.waybill.message.MessageRow;
import io.waybill.message.Parked;
import io.waybill.message.Reason;
import io.waybill.message.Received;
import io.waybill.message.Standing;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Writes one group within the transaction of its connection, one statement per table. */
final class GroupWriter {

  /** Documents are sent in portions: the server takes no statement of more than 1 GB. */
  private static final long PORTION_BYTES = 16L << 20;

  private final Connection connection;
  private final Group group;
  private final List<MessageRow> inserted;
  private final List<Insert> documents;
  private final List<Update> updates;

  GroupWriter(Connection connection, Group group) {
    Soundness.require(group);
    this.connection = connection;
    this.group = group;
    this.documents = group.inserts();
    this.inserted = group.inserts().stream().map(Insert::row).toList();
    this.updates = group.updates();
  }

  void write() throws SQLException {
    lockLeases();
    if (!inserted.isEmpty()) {
      insertMessages();
      insertStandings();
      insertPayloads();
    }
    if (!updates.isEmpty()) {
      updateStandings();
      updateMessages();
    }
    new PlaceWriter(connection, group).write();
    if (!group.history().isEmpty()) {
      appendHistory();
    }
    if (!group.destinations().isEmpty()) {
      putDestinations();
    }
    if (!group.audits().isEmpty()) {
      appendAudits();
    }
  }

  private static final String LOCK_LEASES =
      """
      select count(*)
      from (
        select 1
        from waybill_journal.lease
        where partition = any(?::integer[])
          and epoch = ?
        order by partition
        for share
      ) owned
      """;

  /** From here to the end of the transaction nobody can raise the epoch. */
  private void lockLeases() throws SQLException {
    // what touches no partition, such as an audit, is fenced by the first one
    Set<Integer> partitions = group.partitions().isEmpty() ? Set.of(0) : group.partitions();
    try (PreparedStatement statement = connection.prepareStatement(LOCK_LEASES)) {
      statement.setArray(1, connection.createArrayOf("int4", partitions.toArray()));
      statement.setLong(2, group.epoch());
      try (ResultSet result = statement.executeQuery()) {
        result.next();
        if (result.getInt(1) < partitions.size()) {
          throw new JournalException(
              Kind.LEASE_LOST,
              "Epoch %d does not own all of the partitions %s: another node took over"
                  .formatted(group.epoch(), partitions));
        }
      }
    }
  }

  private static final String INSERT_MESSAGES =
      """
      insert into waybill_journal.message (
        seq, received_at, fingerprint, source, partition, owns_id,
        operation, sender, message_id, business_id, lanes)
      select
        seq, 'epoch'::timestamptz + received_at * '1 microsecond'::interval, fingerprint, source,
        partition, owns_id, operation, sender, message_id, business_id, lanes::text[]
      from unnest(
        ?::bigint[], ?::bigint[], ?::bytea[], ?::text[], ?::integer[], ?::boolean[],
        ?::text[], ?::text[], ?::text[], ?::text[], ?::text[])
        as r (
          seq, received_at, fingerprint, source, partition, owns_id,
          operation, sender, message_id, business_id, lanes)
      """;

  private void insertMessages() throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(INSERT_MESSAGES)) {
      Columns<MessageRow> columns =
          new Columns<>(statement, inserted)
              .longs(MessageRow::seq)
              .moments(row -> row.received().receivedAt())
              .bytes(row -> row.received().fingerprint().bytes())
              .texts(row -> Text.words(row.received().source()));
      identity(columns);
      statement.executeUpdate();
    }
  }

  private static void identity(Columns<MessageRow> columns) throws SQLException {
    columns
        .ints(row -> row.received().partition())
        .booleans(row -> row.received().ownsId())
        .texts(exact(Received::operation, "operation"))
        .texts(exact(Received::sender, "sender"))
        .texts(exact(Received::messageId, "message id"))
        .texts(exact(Received::businessId, "business id"))
        .lanes(GroupWriter::exactLanes);
  }

  private static Function<MessageRow, @Nullable String> exact(
      Function<Received, @Nullable String> value, String column) {
    return row -> Text.exact(value.apply(row.received()), column, row.seq());
  }

  private static List<LaneName> exactLanes(MessageRow row) {
    for (LaneName lane : row.standing().lanes()) {
      Text.exact(lane.toString(), "lane", row.seq());
    }
    return row.standing().lanes();
  }

  private static final String INSERT_STANDINGS =
      """
      insert into waybill_journal.standing (
        epoch, seq, version, tried_as, changed_at, due_at, expires_at, first_tried_at,
        attempts, run, revision, step, status, reason, destination, detail, ranks, parked)
      select
        ?, seq, version, tried_as,
        'epoch'::timestamptz + changed_at * '1 microsecond'::interval,
        'epoch'::timestamptz + due_at * '1 microsecond'::interval,
        'epoch'::timestamptz + expires_at * '1 microsecond'::interval,
        'epoch'::timestamptz + first_tried_at * '1 microsecond'::interval,
        attempts, run, revision, step, status, reason, destination, detail, ranks::bigint[], parked
      from unnest(
        ?::bigint[], ?::integer[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[],
        ?::integer[], ?::integer[], ?::integer[], ?::integer[], ?::text[], ?::text[], ?::text[],
        ?::text[], ?::text[], ?::text[])
        as r (
          seq, version, tried_as, changed_at, due_at, expires_at, first_tried_at,
          attempts, run, revision, step, status, reason, destination, detail, ranks, parked)
      """;

  private void insertStandings() throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(INSERT_STANDINGS)) {
      statement.setLong(1, group.epoch());
      standing(new Columns<>(statement, 2, inserted), Function.identity());
      statement.executeUpdate();
    }
  }

  private static <T> Columns<T> standing(Columns<T> columns, Function<T, MessageRow> row)
      throws SQLException {
    Function<T, Standing> standing = row.andThen(MessageRow::standing);
    return columns
        .longs(at -> row.apply(at).seq())
        .ints(at -> standing.apply(at).version())
        .longs(at -> standing.apply(at).triedAs())
        .moments(at -> standing.apply(at).changedAt())
        .moments(at -> standing.apply(at).dueAt())
        .moments(at -> standing.apply(at).expiresAt())
        .moments(at -> standing.apply(at).firstTriedAt())
        .ints(at -> standing.apply(at).attempts())
        .ints(at -> standing.apply(at).run())
        .ints(at -> standing.apply(at).revision())
        .ints(at -> standing.apply(at).step())
        .texts(at -> standing.apply(at).status().sqlName())
        .texts(at -> sqlName(standing.apply(at).reason()))
        .texts(
            at -> Text.exact(standing.apply(at).destination(), "destination", row.apply(at).seq()))
        .texts(at -> Text.words(standing.apply(at).detail()))
        .ranks(at -> standing.apply(at).ranks())
        .texts(at -> sqlName(standing.apply(at).parked()));
  }

  private static @Nullable String sqlName(@Nullable Reason reason) {
    return reason == null ? null : reason.sqlName();
  }

  private static @Nullable String sqlName(@Nullable Parked parked) {
    return parked == null ? null : parked.sqlName();
  }

  private static final String INSERT_PAYLOADS =
      """
      insert into waybill_journal.payload (seq, revision, content_type, headers, body)
      select seq, revision, content_type, headers::jsonb, body
      from unnest(?::bigint[], ?::integer[], ?::text[], ?::text[], ?::bytea[])
        as r (seq, revision, content_type, headers, body)
      """;

  private void insertPayloads() throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(INSERT_PAYLOADS)) {
      int from = 0;
      while (from < documents.size()) {
        int to = endOfPortion(from);
        new Columns<>(statement, documents.subList(from, to))
            .longs(document -> document.row().seq())
            .ints(document -> document.row().standing().revision())
            .texts(document -> Text.words(document.payload().contentType()))
            .texts(document -> Headers.write(document.payload().headers()))
            .bytes(document -> document.payload().body());
        statement.executeUpdate();
        from = to;
      }
    }
  }

  private int endOfPortion(int from) {
    long bytes = documents.get(from).payload().body().length;
    int to = from + 1;
    while (to < documents.size()) {
      bytes += documents.get(to).payload().body().length;
      if (bytes > PORTION_BYTES) {
        return to;
      }
      to++;
    }
    return to;
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
        parked = r.parked
      from unnest(
        ?::bigint[], ?::integer[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[],
        ?::integer[], ?::integer[], ?::integer[], ?::integer[], ?::text[], ?::text[], ?::text[],
        ?::text[], ?::text[], ?::text[], ?::text[], ?::integer[])
        as r (
          seq, version, tried_as, changed_at, due_at, expires_at, first_tried_at,
          attempts, run, revision, step, status, reason, destination, detail, ranks, parked,
          from_status, from_version)
      where s.seq = r.seq
        and s.status = r.from_status
        and s.version = r.from_version
      returning s.seq
      """;

  private void updateStandings() throws SQLException {
    Set<Long> missed = new HashSet<>();
    updates.forEach(update -> missed.add(update.row().seq()));
    try (PreparedStatement statement = connection.prepareStatement(UPDATE_STANDINGS)) {
      statement.setLong(1, group.epoch());
      standing(new Columns<>(statement, 2, updates), Update::row)
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

  private static final String UPDATE_MESSAGES =
      """
      update waybill_journal.message m
      set partition = r.partition,
        owns_id = r.owns_id,
        operation = r.operation,
        sender = r.sender,
        message_id = r.message_id,
        business_id = r.business_id,
        lanes = r.lanes::text[]
      from unnest(
        ?::bigint[], ?::integer[], ?::boolean[], ?::text[], ?::text[], ?::text[], ?::text[],
        ?::text[])
        as r (seq, partition, owns_id, operation, sender, message_id, business_id, lanes)
      where m.seq = r.seq
      """;

  /** What is known since the arrival changes only where the document was read again. */
  private void updateMessages() throws SQLException {
    List<MessageRow> reread = updates.stream().filter(Update::reread).map(Update::row).toList();
    if (reread.isEmpty()) {
      return;
    }
    try (PreparedStatement statement = connection.prepareStatement(UPDATE_MESSAGES)) {
      identity(new Columns<>(statement, reread).longs(MessageRow::seq));
      int changed = statement.executeUpdate();
      if (changed != reread.size()) {
        throw new JournalException(
            Kind.DATA,
            "%d of %d messages read again are missing".formatted(reread.size() - changed, changed));
      }
    }
  }

  private static final String APPEND_HISTORY =
      """
      insert into waybill_journal.history (
        seq, run, at, from_status, to_status, reason, detail, who)
      select
        seq, run, 'epoch'::timestamptz + at * '1 microsecond'::interval,
        from_status, to_status, reason, detail, who
      from unnest(
        ?::bigint[], ?::integer[], ?::bigint[], ?::text[], ?::text[], ?::text[], ?::text[],
        ?::text[]) with ordinality
        as r (seq, run, at, from_status, to_status, reason, detail, who, place)
      order by place
      """;

  private void appendHistory() throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(APPEND_HISTORY)) {
      new Columns<>(statement, group.history())
          .longs(HistoryEntry::seq)
          .ints(HistoryEntry::run)
          .moments(HistoryEntry::at)
          .texts(entry -> entry.from() == null ? null : entry.from().sqlName())
          .texts(entry -> entry.to().sqlName())
          .texts(entry -> sqlName(entry.reason()))
          .texts(entry -> Text.words(entry.detail()))
          .texts(entry -> Text.words(entry.who()));
      statement.executeUpdate();
    }
  }

  private static final String PUT_DESTINATIONS =
      """
      insert into waybill_journal.destination (
        name, postings, down_since, down_detail, next_trial_at, failures)
      select
        name, postings, 'epoch'::timestamptz + down_since * '1 microsecond'::interval,
        down_detail, 'epoch'::timestamptz + next_trial_at * '1 microsecond'::interval, failures
      from unnest(?::text[], ?::bigint[], ?::bigint[], ?::text[], ?::bigint[], ?::integer[])
        as r (name, postings, down_since, down_detail, next_trial_at, failures)
      on conflict (name) do update
      set postings = excluded.postings,
        down_since = excluded.down_since,
        down_detail = excluded.down_detail,
        next_trial_at = excluded.next_trial_at,
        failures = excluded.failures
      """;

  private void putDestinations() throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(PUT_DESTINATIONS)) {
      new Columns<>(statement, group.destinations())
          .texts(DestinationState::name)
          .longs(DestinationState::postings)
          .moments(DestinationState::downSince)
          .texts(destination -> Text.words(destination.downDetail()))
          .moments(DestinationState::nextTrialAt)
          .ints(DestinationState::failures);
      statement.executeUpdate();
    }
  }

  private static final String APPEND_AUDITS =
      """
      insert into waybill_journal.audit (at, who, action, target, why)
      select 'epoch'::timestamptz + at * '1 microsecond'::interval, who, action, target, why
      from unnest(?::bigint[], ?::text[], ?::text[], ?::text[], ?::text[]) with ordinality
        as r (at, who, action, target, why, place)
      order by place
      """;

  private void appendAudits() throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(APPEND_AUDITS)) {
      new Columns<>(statement, group.audits())
          .moments(Audit::at)
          .texts(audit -> Text.words(audit.who()))
          .texts(audit -> Text.words(audit.action()))
          .texts(audit -> Text.words(audit.target()))
          .texts(audit -> Text.words(audit.why()));
      statement.executeUpdate();
    }
  }
}
