package io.waybill.message;

import java.util.Locale;

/**
 * A fact about messages posted at their destination, by which others find what they require.
 *
 * @param operation of the message that was posted
 * @param by under what it is found
 * @param value its key, id or business id, whoever sent it
 */
public record PostedAs(String operation, By by, String value) {

  /** Under what a posted message is found. */
  public enum By {
    /** The key of one of its lanes. */
    KEY,
    /** Its message id. */
    ID,
    /** Its business id. */
    BUSINESS_ID,
    /** A field that it announced, and the key of those it announced it to. */
    FIELD;

    private final String sqlName = name().toLowerCase(Locale.ROOT);

    /** As written in the table. */
    public String sqlName() {
      return sqlName;
    }

    /** Reads what {@link #sqlName} wrote. */
    public static By of(String sqlName) {
      return valueOf(sqlName.toUpperCase(Locale.ROOT));
    }
  }

  /** Which messages of an operation are remembered, by what: those that others may require. */
  public record Kind(String operation, By by) {}

  /** What has to be remembered for this fact to be known. */
  public Kind kind() {
    return new Kind(operation, by);
  }

  /** The fact that a field of messages with that key was announced. */
  public static PostedAs announced(String operation, String field, String key) {
    return new PostedAs(operation, By.FIELD, field + " " + key);
  }
}
