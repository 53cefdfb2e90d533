package io.waybill.message;

import java.util.Locale;

/** Until when a stored reply is kept. */
public enum Release {
  /** For its time; the sender has no say. */
  NONE,
  /** For its time, or until the sender releases it. */
  ENCOURAGED,
  /** Until the sender releases it, however long that takes. */
  REQUIRED;

  private final String sqlName = name().toLowerCase(Locale.ROOT);

  /** The name in tables and in the configuration, e.g. {@code encouraged}. */
  public String sqlName() {
    return sqlName;
  }

  /** The policy of that name. */
  public static Release of(String sqlName) {
    return valueOf(sqlName.toUpperCase(Locale.ROOT));
  }
}
