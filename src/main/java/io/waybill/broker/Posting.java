package io.waybill.broker;

import io.waybill.message.MessageRow;
import io.waybill.message.Payload;
import io.waybill.message.PostingId;
import io.waybill.message.Reply;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to hand a message to its destination. Its intent is durable.
 *
 * @param id the posting id: the same on every attempt
 * @param row the message as the intent has it
 * @param payload what to post
 * @param epoch the fencing number under which it leaves
 * @param after the posting before it in its lane, where its outcome is not known yet; else null
 * @param replies what earlier steps of its process answered, by their names
 */
public record Posting(
    PostingId id,
    MessageRow row,
    Payload payload,
    long epoch,
    @Nullable Before after,
    Map<String, Reply> replies) {

  /** A posting before which no step was. */
  public Posting(
      PostingId id, MessageRow row, Payload payload, long epoch, @Nullable Before after) {
    this(id, row, payload, epoch, after, Map.of());
  }

  /** The posting before one in its lane. */
  public interface Before {

    /** Its posting id. */
    PostingId id();

    /** Whether it is known not to have succeeded. */
    boolean failed();
  }
}
