package io.waybill.spec.load;

import io.waybill.spec.Place;

/**
 * Something wrong in the configuration.
 *
 * @param severity whether the broker refuses to run with it
 * @param at where
 * @param text what is wrong, and what to write instead
 */
public record Problem(Severity severity, Place at, String text) {

  /** What a problem means for the start. */
  public enum Severity {
    /** The configuration is refused. */
    ERROR,
    /** It works, though perhaps not as meant. */
    WARNING
  }

  /** The form shown, e.g. {@code operations.yaml:12: unknown key 'pots' in ...; write post}. */
  @Override
  public String toString() {
    return at + ": " + text;
  }
}
