package io.waybill.operator;

import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.Collections;
import java.util.Locale;

/**
 * What a sender prefers (RFC 7240). What is not understood is passed over, as that RFC wants it.
 *
 * @param patience how long it would wait for the reply; zero for not at all
 */
record Preferences(Duration patience) {

  private static final String FIELD = "Prefer";
  private static final String WAIT = "wait=";
  private static final int MOST_DIGITS = 9;

  /** Those of the request, bounded by the longest wait there is. */
  static Preferences of(HttpServletRequest request, Duration longest) {
    Duration wait = Duration.ZERO;
    for (String line : Collections.list(request.getHeaders(FIELD))) {
      for (String preference : line.split("[,;]")) {
        String text = preference.replaceAll("\\s|\"", "").toLowerCase(Locale.ROOT);
        if (text.startsWith(WAIT)
            && wait.isZero()
            && text.substring(WAIT.length()).matches("[0-9]{1," + MOST_DIGITS + "}")) {
          wait = Duration.ofSeconds(Long.parseLong(text.substring(WAIT.length())));
        }
      }
    }
    return new Preferences(wait.compareTo(longest) > 0 ? longest : wait);
  }

  boolean waits() {
    return !patience.isZero();
  }
}
