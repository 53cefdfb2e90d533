package io.waybill.broker;

import io.waybill.engine.Fate;
import io.waybill.message.Fingerprint;
import io.waybill.message.MessageRow;
import io.waybill.message.Outcome;
import io.waybill.message.Payload;
import io.waybill.message.PostingId;
import io.waybill.message.Reason;
import io.waybill.spec.Destination;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The attempts of this process, from the decision to write their intent until their outcome is
 * durable. After the loop's memory was rebuilt they tell what became of rows that say {@code
 * posting}.
 */
final class Postings {

  private static final Logger LOG = LoggerFactory.getLogger(Postings.class);

  /** Runs something after a time, unless it is called off by what it returns. */
  interface Alarm {
    Runnable after(Duration time, Runnable what);
  }

  private record Key(PostingId id, int version) {}

  /** One attempt; {@code outcome} is set once, by the answer or by the time-out. */
  private static final class Attempt {
    final MessageRow row;

    /** Under which its intent was to be written. */
    final long epoch;

    final AtomicReference<@Nullable Outcome> outcome = new AtomicReference<>();
    volatile boolean leaving;

    /** Taken once: by the thread that hands it to the outlet, or by a time-out before that. */
    final AtomicBoolean gone = new AtomicBoolean();

    volatile Runnable callOff = () -> {};

    Attempt(MessageRow row, long epoch) {
      this.row = row;
      this.epoch = epoch;
    }
  }

  private final Map<Key, Attempt> attempts = new ConcurrentHashMap<>();
  private final Map<String, Outlet> outlets = new ConcurrentHashMap<>();
  private final Executor executor;
  private final Alarm alarm;
  private final Consumer<Input> inbox;

  Postings(Executor executor, Alarm alarm, Consumer<Input> inbox) {
    this.executor = executor;
    this.alarm = alarm;
    this.inbox = inbox;
  }

  boolean open(String destination, Outlet outlet) {
    return outlets.putIfAbsent(destination, outlet) == null;
  }

  void close(String destination) {
    outlets.remove(destination);
  }

  Iterable<String> open() {
    return outlets.keySet();
  }

  /** The intent is about to be written. */
  void intended(MessageRow row, long epoch) {
    attempts.put(key(row), new Attempt(row, epoch));
  }

  private static Key key(MessageRow row) {
    return new Key(row.postingId(), row.standing().version());
  }

  /** The intent is durable, and it is about to be sent: from here on it may arrive. */
  void leaving(MessageRow row, long epoch) {
    attempts.computeIfAbsent(key(row), key -> new Attempt(row, epoch)).leaving = true;
  }

  /** Sends it. */
  void send(MessageRow row, Payload payload, boolean fresh, Destination destination, long epoch) {
    Key key = key(row);
    Attempt attempt = attempts.computeIfAbsent(key, k -> new Attempt(row, epoch));
    attempt.callOff =
        alarm.after(destination.timeout(), () -> timedOut(key, attempt, destination.timeout()));
    executor.execute(() -> post(key, attempt, new Posting(key.id(), row, payload, epoch), fresh));
  }

  /** The intent is durable, but it cannot be sent. */
  void unsent(MessageRow row, Outcome outcome, long epoch) {
    Key key = key(row);
    ended(key, attempts.computeIfAbsent(key, k -> new Attempt(row, epoch)), outcome);
  }

  private void timedOut(Key key, Attempt attempt, Duration timeout) {
    boolean neverLeft = attempt.gone.compareAndSet(false, true);
    ended(
        key,
        attempt,
        neverLeft
            ? new Outcome.Transient("it could not leave within " + text(timeout), null)
            : new Outcome.Ambiguous("no answer within " + text(timeout)));
  }

  private static String text(Duration duration) {
    return duration.toString().substring(2).toLowerCase(java.util.Locale.ROOT);
  }

  private void post(Key key, Attempt attempt, Posting posting, boolean fresh) {
    if (!attempt.gone.compareAndSet(false, true)) {
      return;
    }
    MessageRow row = posting.row();
    Outlet outlet = outlets.get(row.standing().destination());
    if (!fresh && corrupt(posting)) {
      ended(
          key,
          attempt,
          new Outcome.Refused(
              Reason.CORRUPT,
              "the stored bytes are not the bytes received (SHA-256 differs); restore the journal"));
    } else if (outlet == null) {
      ended(
          key,
          attempt,
          new Outcome.Unavailable(
              "no route that consumes waybill:post:%s is running"
                  .formatted(row.standing().destination()),
              null));
    } else {
      try {
        outlet.post(posting, outcome -> ended(key, attempt, outcome));
      } catch (RuntimeException e) {
        LOG.warn("The outlet of {} failed", row.standing().destination(), e);
        ended(key, attempt, new Outcome.Ambiguous("the outlet failed: " + e));
      }
    }
  }

  private static boolean corrupt(Posting posting) {
    return posting.row().standing().revision() == 0
        && !Fingerprint.of(posting.payload().body()).equals(posting.row().received().fingerprint());
  }

  private void ended(Key key, Attempt attempt, Outcome outcome) {
    boolean first = attempt.outcome.compareAndSet(null, outcome);
    attempt.callOff.run();
    if (first || outcome instanceof Outcome.Posted) {
      // A success after the time-out is told too: it may settle what is in doubt.
      inbox.accept(new Input.Ended(key.id(), attempt.row.seq(), key.version(), outcome));
    }
  }

  /** What became of that attempt is durable. */
  void durable(PostingId id, int version) {
    attempts.remove(new Key(id, version));
  }

  /**
   * Memory was thrown away: what is known of the attempts of rows that say {@code posting}, given
   * with the epoch under which each was written. An intent of ours under that epoch that is not
   * leaving yet never will; the same intent under another epoch was written by another process.
   */
  Map<Long, Fate> fates(Map<MessageRow, Long> rows) {
    Map<Long, Fate> fates = new HashMap<>();
    Map<Key, Attempt> still = new HashMap<>();
    rows.forEach(
        (row, epoch) -> {
          Attempt attempt = attempts.get(key(row));
          fates.put(row.seq(), fate(attempt, epoch));
          if (attempt != null && attempt.leaving) {
            still.put(key(row), attempt);
          }
        });
    attempts.keySet().retainAll(still.keySet());
    still.forEach(this::offerAgain);
    return fates;
  }

  private static Fate fate(@Nullable Attempt attempt, long epoch) {
    if (attempt != null && attempt.leaving) {
      return Fate.UNDER_WAY;
    }
    return attempt != null && attempt.epoch == epoch ? Fate.NEVER_LEFT : Fate.UNKNOWN;
  }

  private void offerAgain(Key key, Attempt attempt) {
    Outcome outcome = attempt.outcome.get();
    if (outcome != null) {
      inbox.accept(new Input.Ended(key.id(), attempt.row.seq(), key.version(), outcome));
    }
  }
}
