package io.waybill.message;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A document and what is kept with it.
 *
 * @param body the bytes as received; not to be changed
 * @param contentType its media type, where the source said one
 * @param headers the headers kept with it (file name, correlation id, trace context, {@code
 *     keep-headers})
 */
@SuppressWarnings("ArrayRecordComponent") // copied nowhere: bodies are large and read-only
public record Payload(byte[] body, @Nullable String contentType, Map<String, String> headers) {}
