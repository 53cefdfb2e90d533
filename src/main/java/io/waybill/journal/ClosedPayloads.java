package io.waybill.journal;

import io.waybill.journal.Housekeeping.Batch;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The documents of closed messages: large, and the first thing nobody asks for any more. */
final class ClosedPayloads implements Housekeeping.Kind {

  static final String NAME = "payloads";

  private final @Nullable Duration keep;

  ClosedPayloads(@Nullable Duration keep) {
    this.keep = keep;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<String> removes() {
    return List.of(NAME);
  }

  @Override
  public @Nullable Duration keep() {
    return keep;
  }

  private static final String PAGE =
      """
      select p.seq
      from waybill_journal.payload p
      where p.seq > ?
      group by p.seq
      order by p.seq
      limit ?
      """;

  private static final String MARK =
      """
      update waybill_journal.standing s
      set payload_removed_at = ?
      where s.seq = any(?::bigint[])
      """;

  static final String REMOVE =
      """
      delete from waybill_journal.payload p
      where p.seq = any(?::bigint[])
      """;

  @Override
  public Batch next(Connection connection, long after, int most, Instant now) throws SQLException {
    Instant before = Housekeeping.before(keep, now);
    if (before == null) {
      return Batch.NOTHING;
    }
    ClosedRows rows = new ClosedRows(connection);
    List<Long> page = rows.page(PAGE, after, most);
    if (page.isEmpty() || !rows.receivedBefore(page.get(0), before)) {
      return Batch.NOTHING;
    }
    List<Long> over = rows.lock(page, before);
    long removed = 0;
    if (!over.isEmpty()) {
      mark(connection, over, now);
      removed = rows.change(REMOVE, over);
    }
    return new Batch(Map.of(NAME, removed), page.get(page.size() - 1), page.size() < most);
  }

  private static void mark(Connection connection, List<Long> seqs, Instant now)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(MARK)) {
      statement.setObject(1, now.atOffset(ZoneOffset.UTC));
      statement.setArray(2, connection.createArrayOf("int8", seqs.toArray()));
      statement.executeUpdate();
    }
  }

  private static final String OLDEST =
      """
      select m.received_at
      from waybill_journal.payload p
      join waybill_journal.message m on m.seq = p.seq
      order by p.seq
      limit 1
      """;

  @Override
  public @Nullable Instant oldest(Connection connection) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(OLDEST);
        ResultSet row = statement.executeQuery()) {
      return row.next() ? Rows.moment(row, 1) : null;
    }
  }
}
