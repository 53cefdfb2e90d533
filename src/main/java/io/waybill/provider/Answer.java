package io.waybill.provider;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What a transaction was answered with; a repetition gets the same bytes.
 *
 * @param code as in HTTP: 2xx says performed, anything else that it was refused and nothing changed
 * @param contentType null where there is no body
 */
public record Answer(int code, @Nullable String contentType, byte[] body) {

  /** A JSON answer. */
  public static Answer json(int code, String text) {
    return new Answer(code, "application/json", text.getBytes(StandardCharsets.UTF_8));
  }

  /** Whether it says that the transaction was performed. */
  public boolean performed() {
    return code >= 200 && code < 300;
  }
}
