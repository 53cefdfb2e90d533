package io.waybill.operator;

/** The users cannot be used as they are configured; the message says what to write instead. */
public final class AccessSettingsException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  AccessSettingsException(String message) {
    super(message);
  }

  AccessSettingsException(String message, Throwable cause) {
    super(message, cause);
  }
}
