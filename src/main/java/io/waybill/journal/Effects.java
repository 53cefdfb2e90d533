package io.waybill.journal;

import io.waybill.journal.JournalException.Kind;
import io.waybill.message.MessageRow;
import io.waybill.message.PostingId;
import io.waybill.message.Reply;
import io.waybill.message.StoredReply;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Outcome rows of transactional destinations. The row is inserted before the effect, in the same
 * transaction: both happen or neither, and a second try finds the row.
 */
public final class Effects {

  private static final String LOCK_LEASE =
      """
      select 1
      from waybill_journal.lease
      where partition = ?
        and epoch = ?
      for share
      """;

  private static final String INSERT =
      """
      insert into waybill_journal.effect (posting_id, seq, epoch, at)
      values (?, ?, ?, now())
      on conflict (posting_id) do nothing
      """;

  /**
   * Claims the effect of a posting within the caller's transaction, which it neither commits nor
   * rolls back. Waits where another transaction is about to perform the same posting.
   *
   * @param connection the connection the effect will be written on, autocommit off
   * @return false where the effect was performed already: then do nothing and count it as posted
   * @throws JournalException LEASE_LOST where another node took over; roll back then
   */
  public boolean claim(Connection connection, PostingId id, long seq, int partition, long epoch) {
    try {
      if (connection.getAutoCommit()) {
        throw new IllegalStateException(
            "The effect of posting %s has to share one transaction with its outcome row, but the"
                    .formatted(id)
                + " connection commits every statement; make the route transacted");
      }
      lockLease(connection, partition, epoch);
      return insert(connection, id, seq, epoch);
    } catch (SQLException e) {
      throw SqlErrors.of(e, "Recording the outcome of posting " + id);
    }
  }

  /**
   * Keeps the answer of that effect within the same transaction: whoever finds the effect finds its
   * reply.
   */
  public void keep(Connection connection, StoredReply reply) {
    try {
      ReplyRows.write(connection, List.of(reply));
    } catch (SQLException e) {
      throw SqlErrors.of(e, "Keeping the reply of message " + reply.seq());
    }
  }

  /** Writes in the same transaction that a step of a process is done, and what was answered. */
  public void endStep(Connection connection, MessageRow row, @Nullable Reply reply) {
    try {
      StepRows.performed(connection, row.seq(), row.standing().run(), row.standing().step(), reply);
    } catch (SQLException e) {
      throw SqlErrors.of(e, "Keeping the outcome of a step of message " + row.seq());
    }
  }

  private static void lockLease(Connection connection, int partition, long epoch)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(LOCK_LEASE)) {
      statement.setInt(1, partition);
      statement.setLong(2, epoch);
      try (ResultSet owned = statement.executeQuery()) {
        if (!owned.next()) {
          throw new JournalException(
              Kind.LEASE_LOST,
              "Epoch %d does not own partition %d: another node took over"
                  .formatted(epoch, partition));
        }
      }
    }
  }

  private static boolean insert(Connection connection, PostingId id, long seq, long epoch)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(INSERT)) {
      statement.setString(1, id.text());
      statement.setLong(2, seq);
      statement.setLong(3, epoch);
      return statement.executeUpdate() == 1;
    }
  }
}
