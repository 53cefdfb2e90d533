package io.waybill.spec.split;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The lines of a body as bytes. Of a line that is too long, only its length is told. */
final class BodyLines {

  private static final int BUFFER = 1 << 16;
  private static final byte[] UTF_8_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

  private final InputStream body;
  private final int longest;
  private final byte[] buffer = new byte[BUFFER];
  private final Deque<Line> again = new ArrayDeque<>();
  private int at;
  private int end;
  private long lines;

  /**
   * A line.
   *
   * @param number from 1
   * @param bytes without its end; empty where it is too long
   * @param size its length in bytes
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Line(long number, byte[] bytes, long size) {
    boolean isTooLong() {
      return size > bytes.length;
    }

    boolean isBlank() {
      for (byte one : bytes) {
        if (one != ' ' && one != '\t') {
          return false;
        }
      }
      return !isTooLong();
    }
  }

  BodyLines(InputStream body, int longest) {
    this.body = body;
    this.longest = longest;
  }

  /** The next line, its end (a line feed, or carriage return and line feed) taken off. */
  @Nullable Line next() throws IOException {
    Line before = again.poll();
    if (before != null) {
      return before;
    }
    if (at == end && !fill()) {
      return null;
    }
    lines++;
    int found = lineFeed();
    return found >= 0 ? whole(found) : gathered();
  }

  /** The next line that is not blank. */
  @Nullable Line nextFilled() throws IOException {
    Line line = next();
    while (line != null && line.isBlank()) {
      line = next();
    }
    return line;
  }

  /** Takes lines back, to be read again in that order. */
  void back(List<Line> taken) {
    for (int i = taken.size() - 1; i >= 0; i--) {
      again.push(taken.get(i));
    }
  }

  private Line whole(int lineFeed) {
    Line line = line(buffer, at, lineFeed, lineFeed - at);
    at = lineFeed + 1;
    return line;
  }

  private Line gathered() throws IOException {
    ByteArrayOutputStream gathered = new ByteArrayOutputStream(BUFFER);
    long size = 0;
    do {
      int found = lineFeed();
      int until = found < 0 ? end : found;
      size += until - at;
      if (size <= longest + 1L) { // one more: a carriage return is taken off
        gathered.write(buffer, at, until - at);
      }
      at = found < 0 ? end : found + 1;
      if (found >= 0) {
        break;
      }
    } while (fill());
    return line(gathered.toByteArray(), 0, gathered.size(), size);
  }

  private Line line(byte[] bytes, int from, int until, long size) {
    boolean kept = size == until - from;
    boolean carriageReturn = kept && until > from && bytes[until - 1] == '\r';
    int last = carriageReturn ? until - 1 : until;
    int first = kept && lines == 1 ? from + mark(bytes, from, last) : from;
    long length = kept ? last - first : size;
    return length > longest || !kept
        ? new Line(lines, new byte[0], length)
        : new Line(lines, java.util.Arrays.copyOfRange(bytes, first, last), length);
  }

  private static int mark(byte[] bytes, int from, int until) {
    return until - from >= UTF_8_MARK.length
            && java.util.Arrays.equals(
                bytes, from, from + UTF_8_MARK.length, UTF_8_MARK, 0, UTF_8_MARK.length)
        ? UTF_8_MARK.length
        : 0;
  }

  private int lineFeed() {
    for (int i = at; i < end; i++) {
      if (buffer[i] == '\n') {
        return i;
      }
    }
    return -1;
  }

  private boolean fill() throws IOException {
    at = 0;
    end = Math.max(0, body.read(buffer));
    return end > 0;
  }
}
