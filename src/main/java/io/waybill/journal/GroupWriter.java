package io.waybill.journal;

import io.waybill.journal.Group.Audit;
import io.waybill.journal.JournalException.Kind;
import io.waybill.message.DestinationState;
import io.waybill.message.HistoryEntry;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/** Writes one group within the transaction of its connection, one statement per table. */
final class GroupWriter {

  /** So many rows of a table are new that COPY does not pay yet. */
  static final int FEW = 2;

  private final Connection connection;
  private final Group group;

  GroupWriter(Connection connection, Group group) {
    Soundness.require(group);
    this.connection = connection;
    this.group = group;
  }

  void write() throws SQLException {
    lockLeases();
    FirstLines lines = new FirstLines(group);
    new ArrivalWriter(connection, group, lines).write();
    ArrivalWriter.write(connection, group.revisions());
    new ChangeWriter(connection, group).write();
    new PlaceWriter(connection, group).write();
    appendHistory(lines.others());
    if (!group.destinations().isEmpty()) {
      putDestinations();
    }
    if (!group.audits().isEmpty()) {
      appendAudits();
    }
    LinkRows.write(connection, group.links());
    PauseRows.write(connection, group.pauses());
    ReplyRows.write(connection, group.replies());
    ReplyAddresses.write(connection, group.asked());
    ReplyAddresses.answered(connection, group.replies());
    new NumberRows(connection).write(group.series(), group.epoch());
    StepRows.write(connection, group.epoch(), group.steps());
    if (!group.posted().isEmpty()) {
      remember();
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

  private static final String HISTORY =
      """
      waybill_journal.history (seq, run, at, from_status, to_status, reason, detail, who)
      """;

  private static final String INSERT_HISTORY =
      "insert into %svalues (%s)".formatted(HISTORY, BoundFields.marks(8));

  private void appendHistory(List<HistoryEntry> lines) throws SQLException {
    if (lines.size() > FEW) {
      CopyRows.into(connection, HISTORY, 8, lines, GroupWriter::history);
    } else if (!lines.isEmpty()) {
      try (PreparedStatement statement = connection.prepareStatement(INSERT_HISTORY)) {
        BoundFields fields = new BoundFields(statement);
        for (HistoryEntry line : lines) {
          history(fields, line);
          fields.send();
        }
      }
    }
  }

  private static void history(Fields to, HistoryEntry entry) throws SQLException {
    to.int8(entry.seq())
        .int4(entry.run())
        .moment(entry.at())
        .text(entry.from() == null ? null : entry.from().sqlName())
        .text(entry.to().sqlName())
        .text(Rows.name(entry.reason()))
        .text(Text.words(entry.detail()))
        .text(Text.words(entry.who()));
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

  private static final String REMEMBER =
      """
      insert into waybill_journal.posted (operation, found_by, value, seq)
      select operation, found_by, value, seq
      from unnest(?::text[], ?::text[], ?::text[], ?::bigint[])
        as r (operation, found_by, value, seq)
      on conflict do nothing
      """;

  private void remember() throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(REMEMBER)) {
      new Columns<>(statement, group.posted())
          .texts(posted -> posted.fact().operation())
          .texts(posted -> posted.fact().by().sqlName())
          .texts(posted -> Text.exact(posted.fact().value(), "posted fact", posted.seq()))
          .longs(Group.Posted::seq);
      statement.executeUpdate();
    }
  }
}
