package io.waybill.journal;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * New rows sent one by one as parameters of a prepared statement. For a few rows this is quicker
 * than COPY, which takes two round trips and is planned each time.
 */
final class BoundFields implements Fields {

  private final PreparedStatement statement;
  private int place;

  /** Binds the first row from the first question mark on. */
  BoundFields(PreparedStatement statement) {
    this.statement = statement;
  }

  /** As many question marks as a row has columns. */
  static String marks(int columns) {
    return "?" + ", ?".repeat(columns - 1);
  }

  /** Sends what was bound. A batch is not used: the driver has an Error where it breaks off. */
  void send() throws SQLException {
    statement.executeUpdate();
    place = 0;
  }

  @Override
  public Fields int2(int value) throws SQLException {
    return int4(value);
  }

  @Override
  public Fields int4(int value) throws SQLException {
    statement.setInt(++place, value);
    return this;
  }

  @Override
  public Fields int8(long value) throws SQLException {
    statement.setLong(++place, value);
    return this;
  }

  @Override
  public Fields bool(boolean value) throws SQLException {
    statement.setBoolean(++place, value);
    return this;
  }

  @Override
  public Fields moment(@Nullable Instant value) throws SQLException {
    Columns.micros(value); // says where it is too far away
    statement.setObject(
        ++place,
        value == null ? null : value.atOffset(ZoneOffset.UTC),
        Types.TIMESTAMP_WITH_TIMEZONE);
    return this;
  }

  @Override
  public Fields text(@Nullable String value) throws SQLException {
    statement.setString(++place, value);
    return this;
  }

  @Override
  public Fields bytes(byte[] value) throws SQLException {
    statement.setBytes(++place, value);
    return this;
  }

  @Override
  public Fields jsonb(@Nullable String value) throws SQLException {
    statement.setObject(++place, value, Types.OTHER);
    return this;
  }

  @Override
  public Fields texts(List<String> values) throws SQLException {
    return array("text", values);
  }

  @Override
  public Fields longs(List<Long> values) throws SQLException {
    return array("int8", values);
  }

  private Fields array(String type, List<?> values) throws SQLException {
    statement.setArray(++place, statement.getConnection().createArrayOf(type, values.toArray()));
    return this;
  }
}
