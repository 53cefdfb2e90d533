package io.waybill.journal;

import io.waybill.message.LaneName;
import io.waybill.message.MessageRow;
import io.waybill.message.Reason;
import io.waybill.message.Status;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A message as people see it: the columns of the public view {@code waybill.messages}, in its
 * order, and what an action on it needs.
 *
 * @param ranks its place in each of its lanes; empty where it holds none
 * @param version guards actions ({@code If-Match})
 * @param postingId under which its present step is posted
 */
public record MessageView(
    long seq,
    String operation,
    String sender,
    String messageId,
    @Nullable String businessId,
    Status status,
    @Nullable Reason reason,
    @Nullable String reasonDetail,
    List<LaneName> lanes,
    @Nullable String destination,
    int step,
    int attempts,
    @Nullable Instant dueAt,
    int run,
    int revision,
    String source,
    Instant receivedAt,
    Instant changedAt,
    @Nullable String node,
    long epoch,
    List<Long> ranks,
    int version,
    String postingId) {

  /** A row, and who changed it last. */
  public static MessageView of(MessageRow row, @Nullable String node, long epoch) {
    var received = row.received();
    var standing = row.standing();
    return new MessageView(
        row.seq(),
        received.operation(),
        received.sender(),
        received.messageId(),
        received.businessId(),
        standing.status(),
        standing.reason(),
        standing.detail(),
        standing.lanes(),
        standing.destination(),
        standing.step(),
        standing.attempts(),
        standing.dueAt(),
        standing.run(),
        standing.revision(),
        received.source(),
        received.receivedAt(),
        standing.changedAt(),
        node,
        epoch,
        standing.ranks(),
        standing.version(),
        row.postingId().text());
  }
}
