package io.waybill.broker;

import io.waybill.message.MessageRow;
import io.waybill.message.Reason;
import io.waybill.message.Reply;
import io.waybill.message.Status;
import io.waybill.message.StoredReply;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Those who wait for what becomes of a message. They are told when it is durable, never before.
 * Their number is bounded: a place has to be taken before the document is handed in, so that
 * whoever finds none still has it. Safe for use by several threads.
 */
public final class Waiters {

  private final Semaphore places;
  private final Map<Long, List<Wish>> waiting = new ConcurrentHashMap<>();

  /** Room for that many. */
  public Waiters(int most) {
    places = new Semaphore(most);
  }

  /**
   * A message came to an end, at least for now.
   *
   * @param status how it stands
   * @param reason why, as a code
   * @param detail why, in words
   * @param reply what was answered, where that came with it; null where there is none, or it was
   *     stored before
   */
  public record Settled(
      Status status, @Nullable Reason reason, @Nullable String detail, @Nullable Reply reply) {}

  /** Of one who waits; no other is equal to it. */
  private static final class Wish {
    private final CompletableFuture<Optional<Settled>> told;

    Wish(CompletableFuture<Optional<Settled>> told) {
      this.told = told;
    }
  }

  /** A place among those who wait; to be given back once. */
  public static final class Place implements AutoCloseable {
    private final Semaphore places;
    private final AtomicBoolean taken = new AtomicBoolean(true);

    private Place(Semaphore places) {
      this.places = places;
    }

    /** Gives it back. */
    @Override
    public void close() {
      if (taken.compareAndSet(true, false)) {
        places.release();
      }
    }
  }

  /**
   * Takes a place.
   *
   * @throws NotNow where all are taken
   */
  public Place place() {
    if (!places.tryAcquire()) {
      throw new NotNow(
          "Too many wait for replies already; nothing was taken. Send it again, or without waiting",
          Duration.ofSeconds(1));
    }
    return new Place(places);
  }

  /** How many can wait beside those that do. */
  public int free() {
    return places.availablePermits();
  }

  /**
   * Waits for a message. Completes when it has come to an end, or empty when the time is over.
   * Whoever asks has to look afterwards whether it had come to an end before, and completes it
   * then: only what follows is told here.
   */
  public CompletableFuture<Optional<Settled>> await(long seq, Duration most) {
    Wish wish = new Wish(new CompletableFuture<>());
    waiting.compute(
        seq,
        (key, others) -> {
          List<Wish> all = others == null ? new CopyOnWriteArrayList<>() : others;
          all.add(wish);
          return all;
        });
    var unused =
        wish.told
            .completeOnTimeout(Optional.empty(), most.toMillis(), TimeUnit.MILLISECONDS)
            .whenComplete((settled, failure) -> forget(seq, wish));
    return wish.told;
  }

  private void forget(long seq, Wish wish) {
    waiting.computeIfPresent(
        seq,
        (key, others) -> {
          others.remove(wish);
          return others.isEmpty() ? null : others;
        });
  }

  /** Whether a message that stands so has come to an end: nothing follows by itself. */
  public static boolean ends(Status status) {
    return status == Status.POSTED
        || status == Status.FAILED
        || status == Status.SKIPPED
        || status == Status.CANCELLED;
  }

  /** Durable changes; those who wait are told on the threads of the executor. */
  void changed(List<StatusChange> changes, Map<Long, StoredReply> replies, Executor executor) {
    if (waiting.isEmpty()) {
      return;
    }
    for (StatusChange change : changes) {
      MessageRow row = change.row();
      List<Wish> wishes = waiting.get(row.seq());
      if (wishes != null && ends(row.standing().status())) {
        StoredReply reply = replies.get(row.seq());
        Optional<Settled> settled =
            Optional.of(
                new Settled(
                    row.standing().status(),
                    row.standing().reason(),
                    row.standing().detail(),
                    reply == null ? null : reply.reply()));
        executor.execute(() -> wishes.forEach(wish -> wish.told.complete(settled)));
      }
    }
  }
}
