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
 */
@SuppressWarnings("ArrayRecordComponent") // copied nowhere: bodies are large and read-only
public record Reply(
    int code, @Nullable String contentType, Map<String, String> headers, byte[] body) {}
