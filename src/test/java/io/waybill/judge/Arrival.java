package io.waybill.judge;

import io.waybill.message.MessageKey;

/**
 * A line of a destination's own log.
 *
 * @param number counts what arrived there, repetitions included
 * @param postingId under which it came
 * @param key the message, as the document itself names it
 * @param run the run it came in
 * @param step the step it came in
 * @param hash the SHA-256 of the bytes that arrived, in hexadecimal
 * @param repetition whether the destination has recognised it as one and done nothing
 */
public record Arrival(
    long number,
    String postingId,
    MessageKey key,
    int run,
    int step,
    String hash,
    boolean repetition) {

  /** Whether the destination has done something for it. */
  boolean effect() {
    return !repetition;
  }
}
