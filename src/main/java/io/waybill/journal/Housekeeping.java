package io.waybill.journal;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Removes what need not be kept any longer, kind by kind and a batch at a time. Each batch is a
 * short transaction on a connection of its own, and leaves alone whatever somebody else has locked.
 *
 * <p>Nothing has to be remembered between batches: what is over is seen by the rows themselves, so
 * that a pass may be broken off anywhere and begun again.
 */
public final class Housekeeping {

  /**
   * How long things are kept once their message is closed; null for ever.
   *
   * @param payloads documents
   * @param messages everything else of a message but its id
   * @param keys keys that routes have seen
   * @param ids how long the ids of an operation are known after their messages; for ever where an
   *     operation is not among them. Asked anew for each batch.
   */
  public record Keep(
      @Nullable Duration payloads,
      @Nullable Duration messages,
      @Nullable Duration keys,
      Supplier<Map<String, Duration>> ids) {}

  /**
   * What one batch did.
   *
   * @param removed how many rows of what
   * @param after where the next batch begins
   * @param last whether nothing is left that is over
   */
  public record Batch(Map<String, Long> removed, long after, boolean last) {

    static final Batch NOTHING = new Batch(Map.of(), 0, true);
  }

  /** One kind of what is kept, and how it is removed. */
  interface Kind {

    /** What it is called in configuration, metrics and status. */
    String name();

    /** What {@link Batch#removed} may name. */
    List<String> removes();

    /** How long it is kept; null for ever, or where that depends. */
    @Nullable Duration keep();

    /** Removes the next of what is over. */
    Batch next(Connection connection, long after, int most, Instant now) throws SQLException;

    /** From when the oldest is that is still there; null for none. */
    @Nullable Instant oldest(Connection connection) throws SQLException;
  }

  /**
   * A kind as people see it.
   *
   * @param removes what is counted of it
   * @param keep how long it is kept; null for ever, or where each operation says so by itself
   */
  public record Part(String name, List<String> removes, @Nullable Duration keep) {}

  /**
   * Nothing is lost with a batch that is not on disk yet when the server dies: it is removed again.
   * So it does not wait for the disk. As in {@link Session}, every statement here finds its rows by
   * an index.
   */
  private static final String PREPARE =
      """
      set local synchronous_commit = off;
      set local enable_seqscan = off;
      set local enable_hashjoin = off;
      set local enable_mergejoin = off;
      set local lock_timeout = '2s';
      set local statement_timeout = '30s'
      """;

  private final DataSource database;
  private final List<Kind> kinds;

  /** In this database. */
  public Housekeeping(DataSource database, Keep keep) {
    this.database = database;
    this.kinds =
        List.of(
            new ClosedPayloads(keep.payloads()),
            new ClosedMessages(keep.messages(), keep.ids()),
            new KnownIds(keep.ids()),
            new SeenKeys(keep.keys()));
  }

  /** What there is to remove, in the order in which it is to be removed. */
  public List<Part> parts() {
    return kinds.stream().map(kind -> new Part(kind.name(), kind.removes(), kind.keep())).toList();
  }

  /**
   * Removes the next batch of a kind.
   *
   * @param after 0 for the first one of a pass, then what the batch before said
   * @param most of so many rows, or of so many messages
   */
  public Batch next(String name, long after, int most, Instant now) {
    return inTransaction(
        "Removing " + name, connection -> kind(name).next(connection, after, most, now));
  }

  /** From when the oldest of a kind is that is still there; null for none. */
  public @Nullable Instant oldest(String name) {
    return this.<Optional<Instant>>inTransaction(
            "Looking for the oldest of " + name,
            connection -> Optional.ofNullable(kind(name).oldest(connection)))
        .orElse(null);
  }

  private Kind kind(String name) {
    return kinds.stream().filter(kind -> kind.name().equals(name)).findFirst().orElseThrow();
  }

  private interface Work<T> {
    T on(Connection connection) throws SQLException;
  }

  private <T> T inTransaction(String tried, Work<T> work) {
    try (Connection connection = Session.connect(database, tried)) {
      connection.setAutoCommit(false);
      try (Statement statement = connection.createStatement()) {
        statement.execute(PREPARE);
        T result = work.on(connection);
        connection.commit();
        return result;
      } finally {
        connection.rollback();
        connection.setAutoCommit(true);
      }
    } catch (SQLException e) {
      throw SqlErrors.of(e, tried);
    }
  }

  /** When something must have been closed to be over now; null where it is kept for ever. */
  static @Nullable Instant before(@Nullable Duration keep, Instant now) {
    return keep == null ? null : now.minus(keep);
  }
}
