package io.waybill.provider;

import io.waybill.provider.Change.Added;
import io.waybill.provider.Change.ByInverse;
import io.waybill.provider.Change.Image;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** One execution of a transaction: through it the work says what it changes. */
public final class Execution {

  /** A row with its state before it was changed; what comes after is read at the end. */
  private record Touched(Rows.State before) {}

  private final Connection connection;
  private final Rows rows;
  private final Set<String> inverses;
  private final Set<Row> known = new HashSet<>();

  /** Touched rows and changes, in the order in which they were made. */
  private final List<Object> made = new ArrayList<>();

  Execution(Connection connection, Set<String> inverses) {
    this.connection = connection;
    this.rows = new Rows(connection);
    this.inverses = inverses;
  }

  /** The transaction of the database. Whoever commits, rolls back or closes it breaks it. */
  public Connection connection() {
    return connection;
  }

  /**
   * Says, before they are changed, which rows will be inserted, updated or deleted. They are locked
   * and recorded as they are (a row that then stays as it is counts as written all the same); those
   * that only change with them (by a cascade) belong here too. A row that a foreign key points to
   * comes before the rows that point to it.
   */
  public void touch(Row... touched) throws SQLException {
    for (Row row : touched) {
      Rows.State state = rows.read(row);
      if (known.add(state.row())) {
        made.add(new Touched(state));
      }
    }
  }

  /**
   * Adds to a number that many share, such as a stock; cancelling subtracts it again, whatever
   * others have added since.
   *
   * @param amount negative to take away
   * @return the sum; a work that does not like it answers with a refusal
   * @throws IllegalArgumentException if the row is not there, or has no number in that column
   */
  public BigDecimal add(Row row, String column, BigDecimal amount) throws SQLException {
    Rows.Sum sum = rows.add(row, column, amount);
    BigDecimal value = sum == null ? null : sum.value();
    if (sum == null || value == null) {
      throw new IllegalArgumentException(
          "%s is not there, or its %s is null: nothing to add to".formatted(row, column));
    }
    made.add(new Added(sum.row(), column, amount));
    return value;
  }

  /** As {@link #add(Row, String, BigDecimal)}. */
  public BigDecimal add(Row row, String column, long amount) throws SQLException {
    return add(row, column, BigDecimal.valueOf(amount));
  }

  /**
   * Says what undoes something that the work has done.
   *
   * @param inverse one of those the provider was made with
   * @param argument what it needs to know, written and read by the provider alone
   */
  public void onCancel(String inverse, String argument) {
    if (!inverses.contains(inverse)) {
      throw new IllegalArgumentException(
          "the provider was made without the inverse '%s'; it has %s".formatted(inverse, inverses));
    }
    made.add(new ByInverse(inverse, argument));
  }

  /** Everything that was changed, with the states after it. */
  List<Change> changes() throws SQLException {
    List<Change> changes = new ArrayList<>();
    for (Object one : made) {
      if (one instanceof Change change) {
        changes.add(change);
      } else if (one instanceof Touched touched) {
        Row row = touched.before().row();
        changes.add(new Image(row, touched.before().json(), rows.read(row).json()));
      }
    }
    return changes;
  }
}
