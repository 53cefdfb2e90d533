package io.waybill.journal;

import io.waybill.message.Fingerprint;
import io.waybill.message.LaneName;
import io.waybill.message.MessageRow;
import io.waybill.message.Parked;
import io.waybill.message.Payload;
import io.waybill.message.Reason;
import io.waybill.message.Received;
import io.waybill.message.Standing;
import io.waybill.message.Status;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads messages from the columns of {@link #COLUMNS}. */
final class Rows {

  /** Every column of a message {@code m} and its standing {@code s}, in the order read here. */
  static final String COLUMNS =
      """
      m.seq, m.partition, m.operation, m.sender, m.message_id, m.owns_id, m.business_id,
      m.fingerprint, m.source, m.received_at, s.status, s.reason, s.detail, m.lanes, s.ranks,
      s.destination, s.step, s.attempts, s.due_at, s.expires_at, s.first_tried_at, s.tried_as,
      s.run, s.revision, s.version, s.changed_at, s.epoch, s.parked, m.needs::text,
      m.announces::text, m.links, s.link, m.numbers::text, m.edited, m.plan::text
      """;

  /** How many columns {@link #COLUMNS} has; others follow from the next one on. */
  static final int WIDTH = 35;

  /** The column of the epoch under which the row was written last. */
  static final int EPOCH = 27;

  /** The statuses that need something more, as a list of SQL literals. */
  static final String OPEN =
      Stream.of(Status.values())
          .filter(status -> !status.closed())
          .map(Rows::literal)
          .collect(Collectors.joining(", ", "(", ")"));

  private Rows() {}

  /** A status as SQL literal, so that the planner sees which partial index applies. */
  static String literal(Status status) {
    return "'" + status.sqlName() + "'";
  }

  static MessageRow read(ResultSet row) throws SQLException {
    return new MessageRow(received(row), standing(row));
  }

  private static Received received(ResultSet row) throws SQLException {
    return new Received(
        row.getLong(1),
        row.getInt(2),
        row.getString(3),
        row.getString(4),
        row.getString(5),
        row.getBoolean(6),
        row.getString(7),
        Fingerprint.stored(row.getBytes(8)),
        row.getString(9),
        row.getObject(10, OffsetDateTime.class).toInstant(),
        Needs.read(row.getString(29)),
        Needs.readFacts(row.getString(30)),
        Needs.readNumbers(row.getString(33)),
        edited(row.getBytes(34)));
  }

  private static @Nullable Fingerprint edited(byte @Nullable [] stored) {
    return stored == null ? null : Fingerprint.stored(stored);
  }

  private static Standing standing(ResultSet row) throws SQLException {
    return new Standing(
        Status.of(row.getString(11)),
        reason(row.getString(12)),
        row.getString(13),
        lanes(row.getArray(14)),
        ranks(row.getArray(15)),
        parked(row.getString(28)),
        row.getString(16),
        row.getInt(17),
        row.getInt(18),
        moment(row, 19),
        moment(row, 20),
        moment(row, 21),
        row.getLong(22),
        row.getInt(23),
        row.getInt(24),
        row.getInt(25),
        row.getObject(26, OffsetDateTime.class).toInstant(),
        links(row.getString(31)),
        row.getString(32),
        Plans.read(row.getString(35)));
  }

  /** A document from the columns content type, headers as text, and body. */
  static Payload payload(ResultSet row, int first) throws SQLException {
    return new Payload(
        row.getBytes(first + 2), row.getString(first), Headers.read(row.getString(first + 1)));
  }

  static @Nullable String name(@Nullable Reason reason) {
    return reason == null ? null : reason.sqlName();
  }

  static @Nullable String name(@Nullable Parked parked) {
    return parked == null ? null : parked.sqlName();
  }

  static @Nullable Reason reason(@Nullable String name) {
    return name == null ? null : Reason.of(name);
  }

  private static @Nullable Parked parked(@Nullable String name) {
    return name == null ? null : Parked.of(name);
  }

  static @Nullable Instant moment(ResultSet row, int column) throws SQLException {
    OffsetDateTime moment = row.getObject(column, OffsetDateTime.class);
    return moment == null ? null : moment.toInstant();
  }

  private static List<LaneName> lanes(Array lanes) throws SQLException {
    return Arrays.stream((String[]) lanes.getArray()).map(LaneName::parse).toList();
  }

  private static List<String> links(@Nullable String links) {
    return links == null ? List.of() : List.of(links.split(","));
  }

  private static List<Long> ranks(Array ranks) throws SQLException {
    return List.of((Long[]) ranks.getArray());
  }
}
