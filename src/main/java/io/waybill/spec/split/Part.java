package io.waybill.spec.split;

import io.waybill.message.Reason;
import io.waybill.message.Submission.Failure;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One document of a large body.
 *
 * @param number what tells it from the others of the body: the line it begins in, or which of the
 *     elements it is, from 1
 * @param line the line it begins or, for an element, its start tag ends in, from 1
 * @param body its bytes as a document of its own; of what cannot be read, a word about it
 * @param contentType its media type
 * @param failure why it cannot be read; null where it may be
 */
@SuppressWarnings("ArrayRecordComponent") // copied nowhere: bodies are large and read-only
public record Part(
    long number, long line, byte[] body, @Nullable String contentType, @Nullable Failure failure) {

  static final String JSON = "application/json";
  static final String XML = "application/xml";

  /** What cannot be read, with the bytes it consists of or what stands for them. */
  static Part unread(long number, long line, byte[] body, Reason reason, String detail) {
    return new Part(number, line, body, null, new Failure(reason, detail));
  }

  /** What cannot be read and is left in the body it came in. */
  static Part left(long number, long line, Reason reason, String detail) {
    String standIn = detail + "\nIt is kept where the whole is kept, and not in the journal.\n";
    return unread(number, line, standIn.getBytes(StandardCharsets.UTF_8), reason, detail);
  }
}
