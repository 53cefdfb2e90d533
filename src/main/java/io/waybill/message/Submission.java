package io.waybill.message;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A document handed in by a source, before it was read.
 *
 * @param payload the bytes as received and what is kept with them
 * @param sender the authenticated user, the partner of a drop folder, or a declared expression
 * @param source where it came from, e.g. {@code jms:orders.in}
 * @param operation the operation its source names; null where the specification decides by {@code
 *     match}
 * @param allowed the operations that may come this way; empty for all
 * @param messageId the id its transport carries ({@code Idempotency-Key}, {@code
 *     waybill_message_id}); used where the specification names none
 * @param headers the headers that {@code header:} expressions see
 * @param failure why the source already knows that it cannot be processed; null where it may be
 *     read
 * @param replyTo where its sender wants the reply; null where it did not ask, or may not
 */
public record Submission(
    Payload payload,
    String sender,
    String source,
    @Nullable String operation,
    Set<String> allowed,
    @Nullable String messageId,
    Map<String, String> headers,
    @Nullable Failure failure,
    @Nullable ReplyTo replyTo) {

  /** A document whose sender asked for no reply. */
  public Submission(
      Payload payload,
      String sender,
      String source,
      @Nullable String operation,
      Set<String> allowed,
      @Nullable String messageId,
      Map<String, String> headers,
      @Nullable Failure failure) {
    this(payload, sender, source, operation, allowed, messageId, headers, failure, null);
  }

  /** The same document, whose sender asked for the reply there. */
  public Submission replyingTo(@Nullable ReplyTo address) {
    return new Submission(
        payload, sender, source, operation, allowed, messageId, headers, failure, address);
  }

  /** A failure known before the document is read. */
  public record Failure(Reason reason, String detail) {}
}
