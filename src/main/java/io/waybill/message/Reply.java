package io.waybill.message;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a destination answered.
 *
 * @param code as a status of HTTP
 * @param contentType its media type, where the destination said one
 * @param headers those that the operation lists under {@code keep-headers}
 * @param body the bytes; not to be changed
 * @param id of the message it came in; null where it had none
 */
@SuppressWarnings("ArrayRecordComponent") // copied nowhere: bodies are large and read-only
public record Reply(
    int code,
    @Nullable String contentType,
    Map<String, String> headers,
    byte[] body,
    @Nullable String id) {

  /** A reply that came in no message of its own. */
  public Reply(int code, @Nullable String contentType, Map<String, String> headers, byte[] body) {
    this(code, contentType, headers, body, null);
  }
}
