package io.waybill.journal;

import io.waybill.journal.JournalException.Kind;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Binds rows to a statement as one array per column, which makes the number of statements
 * independent of the number of rows. The columns are given in the order of the question marks.
 *
 * <p>Moments travel as microseconds since 1970, lists as array literals: PostgreSQL has no arrays
 * of arrays of different lengths.
 */
final class Columns<T> {

  private final PreparedStatement statement;
  private final List<T> rows;
  private int next;

  /** Binds from the first question mark on. */
  Columns(PreparedStatement statement, List<T> rows) {
    this(statement, 1, rows);
  }

  /** Binds from a later question mark on. */
  Columns(PreparedStatement statement, int first, List<T> rows) {
    this.statement = statement;
    this.next = first;
    this.rows = rows;
  }

  Columns<T> longs(Function<T, @Nullable Long> value) throws SQLException {
    return bind("int8", values(value, new Long[rows.size()]));
  }

  Columns<T> ints(Function<T, @Nullable Integer> value) throws SQLException {
    return bind("int4", values(value, new Integer[rows.size()]));
  }

  Columns<T> booleans(Function<T, @Nullable Boolean> value) throws SQLException {
    return bind("bool", values(value, new Boolean[rows.size()]));
  }

  Columns<T> texts(Function<T, @Nullable String> value) throws SQLException {
    return bind("text", values(value, new String[rows.size()]));
  }

  @SuppressWarnings("NullAway") // a column may have nulls; the driver takes them as such
  Columns<T> bytes(Function<T, byte @Nullable []> value) throws SQLException {
    byte[][] column = new byte[rows.size()][];
    for (int i = 0; i < column.length; i++) {
      column[i] = value.apply(rows.get(i));
    }
    return bind("bytea", column);
  }

  Columns<T> moments(Function<T, @Nullable Instant> value) throws SQLException {
    return longs(row -> micros(value.apply(row)));
  }

  Columns<T> lanes(Function<T, List<String>> value) throws SQLException {
    return texts(row -> laneLiteral(value.apply(row)));
  }

  Columns<T> ranks(Function<T, List<Long>> value) throws SQLException {
    return texts(row -> rankLiteral(value.apply(row)));
  }

  private <V> @Nullable Object[] values(Function<T, @Nullable V> value, @Nullable Object[] column) {
    for (int i = 0; i < column.length; i++) {
      column[i] = value.apply(rows.get(i));
    }
    return column;
  }

  private Columns<T> bind(String type, @Nullable Object[] column) throws SQLException {
    statement.setArray(next++, statement.getConnection().createArrayOf(type, column));
    return this;
  }

  static @Nullable Long micros(@Nullable Instant moment) {
    if (moment == null) {
      return null;
    }
    try {
      return ChronoUnit.MICROS.between(Instant.EPOCH, moment);
    } catch (ArithmeticException e) {
      throw new JournalException(Kind.DATA, moment + " is too far away to be stored", e);
    }
  }

  private static String rankLiteral(List<Long> ranks) {
    StringBuilder literal = new StringBuilder("{");
    for (Long rank : ranks) {
      literal.append(literal.length() > 1 ? "," : "").append(rank);
    }
    return literal.append('}').toString();
  }

  private static String laneLiteral(List<String> lanes) {
    StringBuilder literal = new StringBuilder("{");
    for (String lane : lanes) {
      literal.append(literal.length() > 1 ? ",\"" : "\"");
      for (int i = 0; i < lane.length(); i++) {
        char c = lane.charAt(i);
        if (c == '"' || c == '\\') {
          literal.append('\\');
        }
        literal.append(c);
      }
      literal.append('"');
    }
    return literal.append('}').toString();
  }
}
