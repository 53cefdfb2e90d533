package io.waybill.journal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** What people ask about the steps of processes. Every question is bounded in rows and time. */
public final class Steps {

  private static final int SECONDS = 5;

  private final DataSource database;

  /** The steps in this database. */
  public Steps(DataSource database) {
    this.database = database;
  }

  private static final String BEHIND =
      """
      select
        v.seq, v.run, v.step::integer, v.name, v.destination, v.status, v.reason, v.reason_detail,
        v.operation, v.sender, v.message_id, v.business_id, v.posting_id, v.answer_id, v.attempts,
        v.started_at, v.ended_at, v.node, v.code, v.content_type, v.body
      from k
      join waybill.steps v on v.seq = k.seq
      union all
      select
        m.seq, s.run, s.step, null, s.destination, s.status, s.reason, s.detail,
        m.operation, m.sender, m.message_id, m.business_id, null, null, s.attempts,
        s.first_tried_at, case when s.status = 'posted' then s.changed_at end, t.node,
        r.code, r.content_type, r.body
      from k
      join waybill_journal.message m on m.seq = k.seq
      join waybill_journal.standing s on s.seq = k.seq
      left join waybill_journal.takeover t on t.epoch = s.epoch
      left join waybill_journal.reply r on r.seq = k.seq
      where m.plan is null
      order by 1, 2, 3
      """;

  private static final String OF_MESSAGE =
      """
      with k as (
        select m.seq
        from waybill_journal.message m
        where m.seq = ?
          and m.plan is not null
      )
      """
          + BEHIND;

  /** The steps of a message, those that have not begun included; none where it is no process. */
  public List<StepView> of(long seq) {
    return ask(
        "Reading the steps of message " + seq, OF_MESSAGE, statement -> statement.setLong(1, seq));
  }

  private static final String OF_BUSINESS =
      """
      with k as materialized (
        select m.seq
        from waybill_journal.message m
        where m.business_id = ?
          and m.seq > ?
          and (?::text is null or m.sender = ?)
        order by m.seq
        limit ?
      )
      """
          + BEHIND;

  /**
   * Every step and every message under one business id, over all operations.
   *
   * @param sender of that sender alone; null for all
   * @param after only of messages with greater numbers
   * @param limit of so many messages at most
   */
  public List<StepView> ofBusiness(
      String businessId, @Nullable String sender, long after, int limit) {
    if (!Text.storable(businessId) || sender != null && !Text.storable(sender)) {
      return List.of();
    }
    return ask(
        "Reading the steps of a business id",
        OF_BUSINESS,
        statement -> {
          statement.setString(1, businessId);
          statement.setLong(2, after);
          statement.setString(3, sender);
          statement.setString(4, sender);
          statement.setInt(5, Math.max(1, Math.min(limit, Waybills.MOST)));
        });
  }

  private interface Binding {
    void to(PreparedStatement statement) throws SQLException;
  }

  private List<StepView> ask(String tried, String sql, Binding binding) {
    try (Connection connection = Session.connect(database, tried);
        PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setQueryTimeout(SECONDS);
      binding.to(statement);
      List<StepView> found = new ArrayList<>();
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          found.add(step(row));
        }
      }
      return found;
    } catch (SQLException e) {
      throw SqlErrors.of(e, tried);
    }
  }

  private static StepView step(ResultSet row) throws SQLException {
    int code = row.getInt(19);
    boolean answered = !row.wasNull();
    return new StepView(
        row.getLong(1),
        row.getInt(2),
        row.getInt(3),
        row.getString(4),
        row.getString(5),
        row.getString(6),
        row.getString(7),
        row.getString(8),
        row.getString(9),
        row.getString(10),
        row.getString(11),
        row.getString(12),
        row.getString(13),
        row.getString(14),
        row.getInt(15),
        Rows.moment(row, 16),
        Rows.moment(row, 17),
        row.getString(18),
        answered ? code : null,
        row.getString(20),
        row.getBytes(21));
  }
}
