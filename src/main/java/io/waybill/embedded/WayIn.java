package io.waybill.embedded;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How the broker itself reaches its Artemis within the process; the same for each server that
 * follows another one.
 *
 * @param number a server is found by number within the process, and tests have several
 * @param password of the broker, for this run
 */
record WayIn(int number, String password) {

  private static final AtomicInteger NUMBERS = new AtomicInteger();

  static WayIn another() {
    return new WayIn(NUMBERS.incrementAndGet(), randomPassword());
  }

  static String randomPassword() {
    byte[] random = new byte[24];
    new SecureRandom().nextBytes(random);
    return HexFormat.of().formatHex(random);
  }

  /** Without the password. */
  @Override
  public String toString() {
    return "vm://" + number;
  }
}
