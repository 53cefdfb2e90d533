package io.waybill.message;

import java.util.Locale;

/**
 * Where a message stands. The public state table shows {@link #sqlName()}; which status may follow
 * which is said by {@link Moves} alone.
 */
public enum Status {
  /** In the journal; waits for its turn, a prerequisite, a number or the end of a pause. */
  SUBMITTED,
  /** The intent to post is durable; the request may be on its way. */
  POSTING,
  /** The destination has it. */
  POSTED,
  /** Can be posted once something changes: a link, a back-off, the destination itself. */
  RETRIABLE,
  /** That change has come; queued again, still in its place. */
  RETRY,
  /** The answer was lost and the destination can neither refuse a repetition nor be asked. */
  IN_DOUBT,
  /** A person has to decide. */
  FAILED,
  /** Closed unposted, on purpose. */
  SKIPPED,
  /** A rewind or a compensation is undoing it. */
  CANCELLING,
  /** Undone at its provider. */
  CANCELLED;

  private final String sqlName = name().toLowerCase(Locale.ROOT);

  /** The name in tables, documents and the command line, e.g. {@code in_doubt}. */
  public String sqlName() {
    return sqlName;
  }

  /** True where the message needs nothing more of the broker. */
  public boolean closed() {
    return this == POSTED || this == SKIPPED || this == CANCELLED;
  }

  /** The status of that name, or an error naming the known ones. */
  public static Status of(String sqlName) {
    for (Status status : values()) {
      if (status.sqlName.equals(sqlName)) {
        return status;
      }
    }
    throw new IllegalArgumentException(
        "No status is named '%s'; there are: %s"
            .formatted(
                sqlName,
                String.join(
                    ", ", java.util.Arrays.stream(values()).map(Status::sqlName).toList())));
  }
}
