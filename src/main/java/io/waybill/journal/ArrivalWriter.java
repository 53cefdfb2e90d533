package io.waybill.journal;

import io.waybill.journal.Group.Insert;
import io.waybill.message.HistoryEntry;
import io.waybill.message.LaneName;
import io.waybill.message.MessageRow;
import io.waybill.message.Payload;
import io.waybill.message.Received;
import io.waybill.message.Standing;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes the new messages of a group: what each is, where it stands, and its document. */
final class ArrivalWriter {

  private final Connection connection;
  private final long epoch;
  private final List<Insert> arrivals;
  private final FirstLines lines;

  ArrivalWriter(Connection connection, Group group, FirstLines lines) {
    this.connection = connection;
    this.lines = lines;
    this.epoch = group.epoch();
    this.arrivals = group.inserts();
  }

  void write() throws SQLException {
    if (arrivals.size() > GroupWriter.FEW) {
      CopyRows.into(connection, MESSAGE, 18, arrivals, this::message);
      CopyRows.into(connection, STANDING, 19, arrivals, this::standing);
      CopyRows.into(connection, PAYLOAD, 5, arrivals, ArrivalWriter::payload);
    } else if (!arrivals.isEmpty()) {
      insertFew();
    }
  }

  /** All that there is of a new message, in one statement. */
  private void insertFew() throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(INSERT)) {
      BoundFields fields = new BoundFields(statement);
      for (Insert arrival : arrivals) {
        message(fields, arrival);
        standing(fields, arrival);
        payload(fields, arrival);
        fields.send();
      }
    }
  }

  private static final String MESSAGE =
      """
      waybill_journal.message (
        seq, received_at, fingerprint, source, partition, owns_id,
        operation, sender, message_id, business_id, lanes, began_as, began_for,
        needs, announces, links, numbers, plan)
      """;

  private void message(Fields to, Insert arrival) throws SQLException {
    MessageRow row = arrival.row();
    Received received = row.received();
    HistoryEntry line = lines.of(row.seq());
    to.int8(row.seq())
        .moment(received.receivedAt())
        .bytes(received.fingerprint().bytes())
        .text(Text.words(received.source()))
        .int2(received.partition())
        .bool(received.ownsId())
        .text(Text.exact(received.operation(), "operation", row.seq()))
        .text(Text.exact(received.sender(), "sender", row.seq()))
        .text(Text.exact(received.messageId(), "message id", row.seq()))
        .text(Text.exact(received.businessId(), "business id", row.seq()))
        .texts(lanes(row))
        .text(line == null ? null : line.to().sqlName())
        .text(Rows.name(line == null ? null : line.reason()))
        .jsonb(Needs.write(received.needs()))
        .jsonb(Needs.writeFacts(received.announces()))
        .text(links(row))
        .jsonb(Needs.writeNumbers(received.numbers()))
        .jsonb(Plans.write(row.standing().plan()));
  }

  /** The lanes of a message as they are stored. */
  static List<String> lanes(MessageRow row) {
    List<LaneName> lanes = row.standing().lanes();
    lanes.forEach(lane -> Text.exact(lane.toString(), "lane", row.seq()));
    return lanes.stream().map(LaneName::toString).toList();
  }

  /** The links of a message as they are stored; for most, nothing. Their names have no commas. */
  static @Nullable String links(MessageRow row) {
    List<String> links = row.standing().links();
    return links.isEmpty() ? null : String.join(",", links);
  }

  private static final String STANDING =
      """
      waybill_journal.standing (
        epoch, seq, version, tried_as, changed_at, due_at, expires_at, first_tried_at,
        attempts, run, revision, step, status, reason, destination, detail, ranks, parked, link)
      """;

  private void standing(Fields to, Insert arrival) throws SQLException {
    MessageRow row = arrival.row();
    Standing standing = row.standing();
    to.int8(epoch)
        .int8(row.seq())
        .int4(standing.version())
        .int8(standing.triedAs())
        .moment(standing.changedAt())
        .moment(standing.dueAt())
        .moment(standing.expiresAt())
        .moment(standing.firstTriedAt())
        .int4(standing.attempts())
        .int4(standing.run())
        .int4(standing.revision())
        .int4(standing.step())
        .text(standing.status().sqlName())
        .text(Rows.name(standing.reason()))
        .text(Text.exact(standing.destination(), "destination", row.seq()))
        .text(Text.words(standing.detail()))
        .longs(standing.ranks())
        .text(Rows.name(standing.parked()))
        .text(standing.link());
  }

  private static final String PAYLOAD =
      """
      waybill_journal.payload (seq, revision, content_type, headers, body)
      """;

  private static void payload(Fields to, Insert arrival) throws SQLException {
    payload(to, arrival.row().seq(), 0, arrival.payload());
  }

  private static void payload(Fields to, long seq, int revision, Payload payload)
      throws SQLException {
    to.int8(seq)
        .int4(revision)
        .text(Text.words(payload.contentType()))
        .jsonb(Headers.write(payload.headers()))
        .bytes(payload.body());
  }

  private static final String INSERT_PAYLOAD =
      "insert into %svalues (%s)".formatted(PAYLOAD, BoundFields.marks(5));

  /** Documents in the place of those received: they are few. */
  static void write(Connection connection, List<Group.Revision> revisions) throws SQLException {
    if (revisions.isEmpty()) {
      return;
    }
    try (PreparedStatement statement = connection.prepareStatement(INSERT_PAYLOAD)) {
      BoundFields fields = new BoundFields(statement);
      for (Group.Revision revision : revisions) {
        payload(fields, revision.seq(), revision.revision(), revision.payload());
        fields.send();
      }
    }
  }

  private static final String INSERT =
      """
      with message as (insert into %svalues (%s)),
        standing as (insert into %svalues (%s))
      insert into %svalues (%s)
      """
          .formatted(
              MESSAGE,
              BoundFields.marks(18),
              STANDING,
              BoundFields.marks(19),
              PAYLOAD,
              BoundFields.marks(5));
}
