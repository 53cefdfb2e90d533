package io.waybill.journal;

import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes the fields of a new row in the order of its columns, in the types of these: whichever way
 * the row is written.
 */
interface Fields {

  /** Gives the fields of one row. */
  interface Of<T> {
    void give(Fields to, T row) throws SQLException;
  }

  Fields int2(int value) throws SQLException;

  Fields int4(int value) throws SQLException;

  Fields int8(long value) throws SQLException;

  Fields bool(boolean value) throws SQLException;

  Fields moment(@Nullable Instant value) throws SQLException;

  Fields text(@Nullable String value) throws SQLException;

  Fields bytes(byte[] value) throws SQLException;

  Fields jsonb(@Nullable String value) throws SQLException;

  Fields texts(List<String> values) throws SQLException;

  Fields longs(List<Long> values) throws SQLException;
}
