package io.waybill.journal;

import io.waybill.journal.JournalException.Kind;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Says by SQLState, never by text, who has to act on an error of the database. */
final class SqlErrors {

  /** A row could not be locked within {@code lock_timeout}. */
  static final String LOCK_NOT_AVAILABLE = "55P03";

  private SqlErrors() {}

  /** The journal's error for an error of the database. */
  static JournalException of(SQLException error, String tried) {
    Kind kind = kind(error);
    return new JournalException(
        kind,
        "%s: SQLState %s, %s. %s"
            .formatted(tried, error.getSQLState(), error.getMessage(), remedy(kind)),
        error);
  }

  /** Who has to act. What is unknown counts as infrastructure: then nothing is assumed. */
  static Kind kind(SQLException error) {
    String state = stateOf(error);
    return switch (state) {
      case "40001", "40P01", LOCK_NOT_AVAILABLE -> Kind.BUSY;
      default ->
          switch (state.substring(0, 2)) {
            // a value out of range or of the wrong form, a constraint, a limit of the program
            case "22", "23", "54" -> Kind.DATA;
            default -> Kind.INFRASTRUCTURE;
          };
    };
  }

  private static String stateOf(@Nullable Throwable error) {
    for (Throwable at = error; at != null; at = at.getCause()) {
      if (at instanceof SQLException sql && sql.getSQLState() != null) {
        return sql.getSQLState().length() >= 2 ? sql.getSQLState() : "XX";
      }
    }
    return "XX";
  }

  private static String remedy(Kind kind) {
    return switch (kind) {
      case DATA -> "Nothing was written; a value in it has to change";
      case BUSY -> "Nothing was written; the same may succeed when tried again";
      case LEASE_LOST -> "Another node owns the partition";
      case INFRASTRUCTURE -> "Whether it happened is unknown; see to the database";
    };
  }
}
