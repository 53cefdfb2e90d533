package io.waybill.operator;

import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What HTTP intake accepts.
 *
 * @param maxBody the largest document
 * @param http the rest of it
 */
@ConfigurationProperties("waybill")
public record IntakeSettings(@DefaultValue("20MB") DataSize maxBody, @Nullable Http http) {

  private static final int MOST_WAITING = 500;

  /** Refuses request fields that would let a client speak for the broker. */
  public IntakeSettings {
    if (http != null && http.headers() != null) {
      for (String name : http.headers()) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (lower.startsWith("camel")
            || lower.startsWith("waybill")
            || lower.equals("cookie")
            || lower.equals("authorization")) {
          throw new IllegalArgumentException(
              "waybill.http.headers: '%s' is never taken from outside; remove it".formatted(name));
        }
      }
    }
  }

  /**
   * Request fields and memory.
   *
   * @param headers further request fields that {@code header:} expressions and routes may see
   * @param buffer what all documents being received may take together; a quarter of the heap unless
   *     given
   * @param drain how long HTTP goes on when the broker is told to stop; not at all unless given
   * @param longestWait the longest time a request may wait for its reply; a minute unless given
   * @param mostWaiting how many requests may wait for their replies; 500 unless given
   */
  public record Http(
      @Nullable Set<String> headers,
      @Nullable DataSize buffer,
      @Nullable Duration drain,
      @Nullable Duration longestWait,
      @Nullable Integer mostWaiting) {}

  Duration longestWait() {
    return http == null || http.longestWait() == null ? Duration.ofMinutes(1) : http.longestWait();
  }

  int mostWaiting() {
    return http == null || http.mostWaiting() == null ? MOST_WAITING : http.mostWaiting();
  }

  Set<String> headers() {
    return http == null || http.headers() == null ? Set.of() : http.headers();
  }

  Duration drain() {
    return http == null || http.drain() == null ? Duration.ZERO : http.drain();
  }

  long bufferBytes() {
    long least = maxBody.toBytes();
    if (http != null && http.buffer() != null) {
      return Math.max(least, http.buffer().toBytes());
    }
    return Math.max(least, Runtime.getRuntime().maxMemory() / 4);
  }
}
