package io.waybill.journal;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * New rows of one table, sent by COPY in PostgreSQL's binary format (PostgreSQL manual, COPY, "File
 * Formats"). The server writes them page by page, and has no arrays to take apart.
 *
 * <p>The fields of a row are given in the order of the columns. Their types have to be exactly
 * those of the columns; COPY converts nothing.
 */
final class CopyRows implements Fields {

  private static final String STATEMENT = "copy %sfrom stdin (format binary)";

  private static final byte[] SIGNATURE = {
    'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xFF, '\r', '\n', 0
  };
  private static final int TEXT_TYPE = 25;
  private static final int INT8_TYPE = 20;

  /** Between 1970 and 2000, where PostgreSQL begins to count. */
  private static final long EPOCH_MICROS = 946_684_800_000_000L;

  /** What is sent at once; a longer value is sent from where it is. */
  private static final int PORTION = 1 << 16;

  private final CopyIn copy;
  private final int columns;
  private byte[] portion = new byte[PORTION + 1024];
  private int length;
  private int fields;

  private CopyRows(CopyIn copy, int columns) {
    this.copy = copy;
    this.columns = columns;
    fields = columns;
  }

  /**
   * Sends the rows.
   *
   * @param table the table and its columns: {@code TABLE (COLUMN, COLUMN)}
   * @param columns how many columns that names
   */
  static <T> void into(
      Connection connection, String table, int columns, List<T> rows, Fields.Of<T> fields)
      throws SQLException {
    CopyIn copy =
        connection.unwrap(PGConnection.class).getCopyAPI().copyIn(STATEMENT.formatted(table));
    try {
      CopyRows to = new CopyRows(copy, columns);
      to.put(SIGNATURE);
      to.put4(0); // no flags
      to.put4(0); // no further header
      for (T row : rows) {
        to.begin();
        fields.give(to, row);
      }
      to.end();
      copy.endCopy();
    } finally {
      if (copy.isActive()) {
        copy.cancelCopy();
      }
    }
  }

  private void begin() throws SQLException {
    requireWhole();
    if (length >= PORTION) {
      send();
    }
    put2(columns);
    fields = 0;
  }

  private void requireWhole() {
    if (fields != columns) {
      throw new IllegalStateException("A row has %d fields, not %d".formatted(fields, columns));
    }
  }

  private void end() throws SQLException {
    requireWhole();
    put2(-1);
    send();
  }

  @Override
  public CopyRows int2(int value) {
    fields++;
    put4(2);
    put2(value);
    return this;
  }

  @Override
  public CopyRows int4(int value) {
    fields++;
    put4(4);
    put4(value);
    return this;
  }

  @Override
  public CopyRows int8(long value) {
    fields++;
    put4(8);
    put8(value);
    return this;
  }

  @Override
  public CopyRows bool(boolean value) {
    fields++;
    put4(1);
    room(1);
    portion[length++] = (byte) (value ? 1 : 0);
    return this;
  }

  @Override
  public CopyRows moment(@Nullable Instant value) {
    Long micros = Columns.micros(value);
    return micros == null ? none() : int8(micros - EPOCH_MICROS);
  }

  @Override
  public CopyRows text(@Nullable String value) {
    if (value == null) {
      return none();
    }
    fields++;
    value(value);
    return this;
  }

  @Override
  public CopyRows bytes(byte[] value) throws SQLException {
    fields++;
    put4(value.length);
    if (value.length < PORTION) {
      put(value);
    } else {
      send();
      copy.writeToCopy(value, 0, value.length);
    }
    return this;
  }

  @Override
  public CopyRows jsonb(@Nullable String value) {
    if (value == null) {
      return none();
    }
    fields++;
    byte[] json = value.getBytes(StandardCharsets.UTF_8);
    put4(json.length + 1);
    room(1);
    portion[length++] = 1; // the version of the format
    put(json);
    return this;
  }

  @Override
  public CopyRows texts(List<String> values) {
    int before = array(TEXT_TYPE, values.size());
    values.forEach(this::value);
    return arrayEnds(before);
  }

  @Override
  public CopyRows longs(List<Long> values) {
    int before = array(INT8_TYPE, values.size());
    for (long value : values) {
      put4(8);
      put8(value);
    }
    return arrayEnds(before);
  }

  private CopyRows none() {
    fields++;
    put4(-1);
    return this;
  }

  /** Begins an array; where its length is to be. */
  private int array(int type, int size) {
    fields++;
    int at = length;
    put4(0);
    put4(size == 0 ? 0 : 1); // dimensions
    put4(0); // no null in it
    put4(type);
    if (size > 0) {
      put4(size);
      put4(1); // the first index
    }
    return at;
  }

  private CopyRows arrayEnds(int at) {
    int end = length;
    length = at;
    put4(end - at - 4);
    length = end;
    return this;
  }

  private void value(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    put4(bytes.length);
    put(bytes);
  }

  private void put(byte[] bytes) {
    room(bytes.length);
    System.arraycopy(bytes, 0, portion, length, bytes.length);
    length += bytes.length;
  }

  private void put2(int value) {
    room(2);
    portion[length++] = (byte) (value >> 8);
    portion[length++] = (byte) value;
  }

  private void put4(int value) {
    room(4);
    portion[length++] = (byte) (value >> 24);
    portion[length++] = (byte) (value >> 16);
    portion[length++] = (byte) (value >> 8);
    portion[length++] = (byte) value;
  }

  private void put8(long value) {
    put4((int) (value >> 32));
    put4((int) value);
  }

  private void room(int bytes) {
    if (length + bytes > portion.length) {
      portion = Arrays.copyOf(portion, Math.max(length + bytes, 2 * portion.length));
    }
  }

  private void send() throws SQLException {
    copy.writeToCopy(portion, 0, length);
    length = 0;
  }
}
