package io.waybill.journal;

import io.waybill.journal.Housekeeping.Batch;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Closed messages with all that hangs on them. Two things outlive them: their ids, as long as each
 * operation declares, and under each key the last fact that something was posted.
 */
final class ClosedMessages implements Housekeeping.Kind {

  static final String NAME = "messages";

  private final @Nullable Duration keep;
  private final Supplier<Map<String, Duration>> ids;

  ClosedMessages(@Nullable Duration keep, Supplier<Map<String, Duration>> ids) {
    this.keep = keep;
    this.ids = ids;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<String> removes() {
    return List.of(NAME, "history", "effects", "facts");
  }

  @Override
  public @Nullable Duration keep() {
    return keep;
  }

  /** The greatest number stays: the next one is given after it. */
  private static final String PAGE =
      """
      select m.seq
      from waybill_journal.message m
      where m.seq > ?
        and m.seq < (select max(seq) from waybill_journal.message)
      order by m.seq
      limit ?
      """;

  private static final String REMOVE_HISTORY =
      """
      delete from waybill_journal.history h
      where h.seq = any(?::bigint[])
      """;

  private static final String REMOVE_EFFECTS =
      """
      delete from waybill_journal.effect e
      where e.seq = any(?::bigint[])
      """;

  private static final String REMOVE_STEPS =
      """
      delete from waybill_journal.step s
      where s.seq = any(?::bigint[])
      """;

  private static final String REMOVE_STANDINGS =
      """
      delete from waybill_journal.standing s
      where s.seq = any(?::bigint[])
      """;

  private static final String REMOVE_MESSAGES =
      """
      delete from waybill_journal.message m
      where m.seq = any(?::bigint[])
      """;

  /**
   * Of the facts whose messages are gone, under each key the last one stays. Those of messages that
   * are still there may yet be taken back, and so count for nothing here.
   */
  private static final String REMOVE_FACTS =
      """
      with touched as materialized (
        select distinct p.operation, p.found_by, p.value
        from waybill_journal.posted p
        where p.seq = any(?::bigint[])
      )
      delete from waybill_journal.posted p
      using touched t
      where p.operation = t.operation
        and p.found_by = t.found_by
        and p.value = t.value
        and not exists (select 1 from waybill_journal.message m where m.seq = p.seq)
        and exists (
          select 1
          from waybill_journal.posted later
          where later.operation = p.operation
            and later.found_by = p.found_by
            and later.value = p.value
            and later.seq > p.seq
            and not exists (select 1 from waybill_journal.message m where m.seq = later.seq))
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
    List<Long> over = Replies.withoutKept(connection, rows.lock(page, before));
    Map<String, Long> removed = new LinkedHashMap<>();
    if (!over.isEmpty()) {
      KnownIds.keep(connection, over, ids.get(), now);
      removed.put("history", rows.change(REMOVE_HISTORY, over));
      removed.put("effects", rows.change(REMOVE_EFFECTS, over));
      removed.put(ClosedPayloads.NAME, rows.change(ClosedPayloads.REMOVE, over));
      rows.change(REMOVE_STEPS, over);
      rows.change(REMOVE_STANDINGS, over);
      removed.put(NAME, rows.change(REMOVE_MESSAGES, over));
      removed.put("facts", rows.change(REMOVE_FACTS, over));
    }
    return new Batch(removed, page.get(page.size() - 1), page.size() < most);
  }

  private static final String OLDEST =
      """
      select m.received_at
      from waybill_journal.message m
      order by m.seq
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
