package io.waybill.message;

import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Whether something is paused by a person.
 *
 * @param kind what it is
 * @param name its name
 * @param set who paused it; null where it is paused no more
 */
public record PauseState(Kind kind, String name, @Nullable Set set) {

  /** What can be paused. */
  public enum Kind {
    /** The messages of a lane, by its name such as {@code cust:4711}. */
    LANE,
    /** All messages to a destination. */
    DESTINATION,
    /** All messages of an operation. */
    OPERATION;

    /** As written in the table. */
    public String sqlName() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** Reads what {@link #sqlName} wrote. */
    public static Kind of(String sqlName) {
      return valueOf(sqlName.toUpperCase(Locale.ROOT));
    }
  }

  /** When it was paused, by whom and why. */
  public record Set(Instant at, String who, String why) {

    /** In words, for the messages that wait. */
    public String text() {
      return "paused by %s: %s".formatted(who, why);
    }
  }
}
