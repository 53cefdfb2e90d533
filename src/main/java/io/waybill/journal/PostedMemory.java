package io.waybill.journal;

import io.waybill.message.PostedAs;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import javax.sql.DataSource;

/**
 * What is remembered of posted messages, as people see and forget it. Their facts outlive them
 * until somebody says that they hold no longer.
 */
public final class PostedMemory {

  private final DataSource database;

  /** In this database. */
  public PostedMemory(DataSource database) {
    this.database = database;
  }

  private static final String COUNT =
      """
      select count(*)
      from waybill_journal.posted p
      where p.operation = ?
        and p.found_by = ?
        and p.value = ?
      """;

  /** How many messages are known to be posted under it. */
  public long count(PostedAs fact) {
    if (!Text.storable(fact.value())) {
      return 0;
    }
    String tried = "Looking up what was posted";
    try (Connection connection = Session.connect(database, tried);
        PreparedStatement statement = connection.prepareStatement(COUNT)) {
      bind(statement, 1, fact);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    } catch (SQLException e) {
      throw SqlErrors.of(e, tried);
    }
  }

  private static final String FORGET =
      """
      with forgotten as (
        delete from waybill_journal.posted p
        where p.operation = ?
          and p.found_by = ?
          and p.value = ?
        returning p.seq
      ),
      told as (
        insert into waybill_journal.audit (at, who, action, target, why)
        select ?, ?, 'forget', ?, ?
        where exists (select 1 from forgotten)
      )
      select count(*)
      from forgotten
      """;

  /**
   * From now on no message counts as posted under it, and the audit says who wanted that.
   *
   * @return how many messages were known to be posted under it
   */
  public long forget(PostedAs fact, String who, String why, Instant at) {
    if (!Text.storable(fact.value())) {
      return 0;
    }
    String tried = "Forgetting what was posted";
    try (Connection connection = Session.connect(database, tried);
        PreparedStatement statement = connection.prepareStatement(FORGET)) {
      bind(statement, 1, fact);
      statement.setObject(4, at.atOffset(ZoneOffset.UTC));
      statement.setString(5, Text.words(who));
      statement.setString(
          6, "%s %s %s".formatted(fact.operation(), fact.by().sqlName(), fact.value()));
      statement.setString(7, Text.words(why));
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    } catch (SQLException e) {
      throw SqlErrors.of(e, tried);
    }
  }

  private static void bind(PreparedStatement statement, int first, PostedAs fact)
      throws SQLException {
    statement.setString(first, fact.operation());
    statement.setString(first + 1, fact.by().sqlName());
    statement.setString(first + 2, fact.value());
  }
}
