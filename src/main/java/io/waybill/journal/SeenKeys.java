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

/** Keys that routes have seen: kept from when they were added, whatever came of them. */
final class SeenKeys implements Housekeeping.Kind {

  static final String NAME = "keys";

  private final @Nullable Duration keep;

  SeenKeys(@Nullable Duration keep) {
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

  private static final String REMOVE =
      """
      delete from waybill_journal.idempotent k
      where k.ctid = any(array(
        select i.ctid
        from waybill_journal.idempotent i
        where i.added_at < ?
        order by i.added_at
        limit ?
        for update skip locked))
      """;

  @Override
  public Batch next(Connection connection, long after, int most, Instant now) throws SQLException {
    Instant before = Housekeeping.before(keep, now);
    if (before == null) {
      return Batch.NOTHING;
    }
    try (PreparedStatement statement = connection.prepareStatement(REMOVE)) {
      statement.setObject(1, before.atOffset(ZoneOffset.UTC));
      statement.setInt(2, most);
      long removed = statement.executeUpdate();
      return new Batch(Map.of(NAME, removed), 0, removed < most);
    }
  }

  private static final String OLDEST =
      """
      select min(i.added_at)
      from waybill_journal.idempotent i
      """;

  @Override
  public @Nullable Instant oldest(Connection connection) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(OLDEST);
        ResultSet row = statement.executeQuery()) {
      return row.next() ? Rows.moment(row, 1) : null;
    }
  }
}
