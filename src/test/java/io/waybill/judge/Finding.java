package io.waybill.judge;

/**
 * Something that must not be.
 *
 * @param letter the promise that is broken
 * @param message what is wrong
 * @param evidence what shows it
 */
public record Finding(Letter letter, String message, String evidence) {

  @Override
  public String toString() {
    return letter + ": " + message + " [" + evidence + "]";
  }
}
