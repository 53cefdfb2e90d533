package io.waybill.broker;

import io.waybill.broker.Waiters.Settled;
import io.waybill.journal.MessageView;
import io.waybill.journal.Replies;
import io.waybill.journal.Waybills;
import io.waybill.message.Release;
import io.waybill.message.Reply;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Where routes wait for replies and release them. Safe for use by several threads. */
public final class ReplyDesk {

  private final Waiters waiters;
  private final Replies replies;
  private final Waybills waybills;
  private final Clock clock;

  /** A desk in front of these. */
  public ReplyDesk(Waiters waiters, Replies replies, Waybills waybills, Clock clock) {
    this.waiters = waiters;
    this.replies = replies;
    this.waybills = waybills;
    this.clock = clock;
  }

  /** What became of a release. */
  public enum Released {
    /** It is released, now or before. */
    RELEASED,
    /** The message has none yet. */
    PENDING,
    /** Its operation knows no release. */
    KEPT,
    /** There is no such message of that sender, or no reply to it. */
    UNKNOWN
  }

  /**
   * Waits until a message has come to an end, with the reply where one is kept; empty when the time
   * is over.
   *
   * @throws NotNow where too many wait already
   */
  public CompletableFuture<Optional<Settled>> settled(long seq, Duration wait) {
    Waiters.Place place = waiters.place();
    CompletableFuture<Optional<Settled>> told = waiters.await(seq, wait);
    var unused = told.whenComplete((settled, failure) -> place.close());
    try {
      // what came to an end before is not told any more
      waybills
          .message(seq)
          .filter(view -> Waiters.ends(view.status()))
          .ifPresent(
              view ->
                  told.complete(
                      Optional.of(
                          new Settled(view.status(), view.reason(), view.reasonDetail(), null))));
    } catch (RuntimeException e) {
      told.completeExceptionally(e);
    }
    return told.thenApply(settled -> settled.map(ended -> withReply(seq, ended)));
  }

  /** The reply of an earlier attempt was stored without being told here. */
  private Settled withReply(long seq, Settled ended) {
    return ended.reply() != null
        ? ended
        : new Settled(ended.status(), ended.reason(), ended.detail(), stored(seq));
  }

  private @Nullable Reply stored(long seq) {
    return replies
        .of(seq)
        .filter(found -> found.stored().kept(clock.instant()))
        .map(Replies.Found::reply)
        .orElse(null);
  }

  /** Releases the reply to a message of that sender, named by its number. */
  public Released release(String sender, long seq) {
    return waybills
        .message(seq)
        .filter(view -> view.sender().equals(sender))
        .map(view -> release(view, sender))
        .orElse(Released.UNKNOWN);
  }

  /** The same, named by operation and message id. */
  public Released release(String sender, String operation, String messageId) {
    List<MessageView> found =
        waybills.find(
            new Waybills.Filter(
                operation, sender, messageId, null, null, null, null, null, 0, Waybills.MOST));
    Released last = Released.UNKNOWN;
    for (MessageView view : found) {
      Released now = release(view, sender);
      last = now.ordinal() < last.ordinal() ? now : last;
    }
    return last;
  }

  private Released release(MessageView view, String sender) {
    Replies.Stored stored = replies.of(view.seq()).map(Replies.Found::stored).orElse(null);
    if (stored == null) {
      return view.status().closed() ? Released.UNKNOWN : Released.PENDING;
    }
    if (stored.release() == Release.NONE) {
      return Released.KEPT;
    }
    replies.release(view.seq(), sender);
    return Released.RELEASED;
  }
}
