package io.waybill.broker;

import io.waybill.engine.Decision;
import io.waybill.engine.Fate;
import io.waybill.message.Fingerprint;
import io.waybill.message.MessageRow;
import io.waybill.message.Outcome;
import io.waybill.message.Payload;
import io.waybill.message.PostingId;
import io.waybill.message.Reason;
import io.waybill.message.Reply;
import io.waybill.message.Status;
import io.waybill.message.TraceContext;
import io.waybill.spec.Destination;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
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

  /** Before the name of a destination: the way by which it cancels. */
  static final String CANCEL = "cancel:";

  /** Runs something after a time, unless it is called off by what it returns. */
  interface Alarm {
    Runnable after(Duration time, Runnable what);
  }

  private record Key(long seq, int version) {
    static Key of(MessageRow row) {
      return new Key(row.seq(), row.standing().version());
    }
  }

  /** One attempt; {@code outcome} is set once, by the answer or by the time-out. */
  static final class Attempt implements Posting.Before {
    private final MessageRow row;
    private final PostingId id;

    /** Under which its intent was to be written. */
    private final long epoch;

    private final AtomicReference<@Nullable Outcome> outcome = new AtomicReference<>();

    /** Whether the next of its lane may leave, as soon as that is known. */
    private final CompletableFuture<Boolean> clear = new CompletableFuture<>();

    /** The attempt that has to succeed first. */
    private volatile @Nullable Attempt after;

    private volatile boolean leaving;

    /** What earlier steps answered, by name. */
    private volatile Map<String, Reply> replies = Map.of();

    /** Taken once: by the thread that hands it to the outlet, or by a time-out before that. */
    private final AtomicBoolean gone = new AtomicBoolean();

    private volatile Runnable callOff = () -> {};

    /** Whether it begins with the question if the destination has it already. */
    private volatile boolean asks;

    /** Taken once: by the answer to that question, or by whoever gives it up. */
    private final AtomicBoolean answered = new AtomicBoolean();

    private volatile @Nullable String traceId;

    /** When it was handed to the outlet; of no meaning before. */
    private volatile long leftAt;

    private volatile boolean left;

    Attempt(MessageRow row, long epoch) {
      this.row = row;
      this.id = row.sentAs();
      this.epoch = epoch;
    }

    @Override
    public PostingId id() {
      return id;
    }

    @Override
    public boolean failed() {
      Outcome known = outcome.get();
      return known != null && !(known instanceof Outcome.Posted);
    }
  }

  private final Map<Key, Attempt> attempts = new ConcurrentHashMap<>();
  private final Map<String, Outlet> outlets = new ConcurrentHashMap<>();
  private final Questions questions = new Questions();
  private final Executor executor;
  private final Alarm alarm;
  private final Consumer<Input> inbox;
  private final Watch watch;

  /** How many are with the outlet of a destination. */
  private final Map<String, LongAdder> inFlight = new ConcurrentHashMap<>();

  Postings(Executor executor, Alarm alarm, Consumer<Input> inbox, Watch watch) {
    this.executor = executor;
    this.alarm = alarm;
    this.inbox = inbox;
    this.watch = watch;
  }

  boolean open(String destination, Outlet outlet) {
    return outlets.putIfAbsent(destination, outlet) == null;
  }

  void close(String destination) {
    outlets.remove(destination);
  }

  boolean isOpen(String destination) {
    return outlets.containsKey(destination);
  }

  /** Who asks destinations whether they have a posting. */
  Questions questions() {
    return questions;
  }

  Iterable<String> open() {
    return outlets.keySet();
  }

  /** How many postings have left for that destination whose outlet has not answered yet. */
  long inFlight(String destination) {
    LongAdder postings = inFlight.get(destination);
    return postings == null ? 0 : postings.sum();
  }

  /** The intent is about to be written. */
  void intended(Decision.Post post, long epoch) {
    Attempt attempt = new Attempt(post.row(), epoch);
    Decision.Attempt after = post.after();
    if (after != null) {
      attempt.after = attempts.get(new Key(after.seq(), after.version()));
    }
    attempts.put(Key.of(post.row()), attempt);
  }

  /** The intent is durable, and it is about to be sent: from here on it may arrive. */
  Attempt leaving(MessageRow row, long epoch) {
    Attempt attempt = attempts.computeIfAbsent(Key.of(row), key -> new Attempt(row, epoch));
    attempt.leaving = true;
    return attempt;
  }

  /** Sends it, or will when the one before it has succeeded. */
  void send(
      Attempt attempt,
      Payload payload,
      boolean fresh,
      Destination destination,
      Map<String, Reply> replies) {
    attempt.replies = replies;
    attempt.traceId = TraceContext.traceId(payload.headers());
    Attempt after = attempt.after;
    if (after == null) {
      sendNow(attempt, payload, fresh, destination);
    } else {
      var unused =
          after.clear.thenAccept(
              clear -> {
                if (clear && !after.failed()) {
                  sendNow(attempt, payload, fresh, destination);
                } else {
                  notSent(attempt);
                }
              });
    }
  }

  private void sendNow(Attempt attempt, Payload payload, boolean fresh, Destination destination) {
    if (attempt.gone.get()) {
      return;
    }
    attempt.asks = Questions.comeFirst(attempt.row, destination);
    setAlarm(attempt, destination);
    Attempt after = attempt.after;
    attempt.after = null;
    Posting posting =
        new Posting(attempt.id, attempt.row, payload, attempt.epoch, after, attempt.replies);
    executor.execute(() -> post(attempt, posting, fresh, destination));
  }

  private void setAlarm(Attempt attempt, Destination destination) {
    attempt.callOff.run();
    attempt.callOff =
        alarm.after(
            destination.timeout(),
            () -> giveUp(attempt, "no answer within " + text(destination.timeout())));
  }

  private void notSent(Attempt attempt) {
    if (attempt.gone.compareAndSet(false, true)) {
      ended(attempt, new Outcome.NotSent("the message before it in its lane was not posted"));
    }
  }

  /** The intent is durable, but it cannot be sent. */
  void unsent(Attempt attempt, Outcome outcome) {
    if (attempt.gone.compareAndSet(false, true)) {
      ended(attempt, outcome);
    }
  }

  /** A person gives it up. */
  void interrupt(MessageRow row, String detail) {
    Attempt attempt = attempts.get(Key.of(row));
    if (attempt != null && attempt.outcome.get() == null) {
      giveUp(attempt, detail);
    }
  }

  private void giveUp(Attempt attempt, String detail) {
    if (attempt.gone.compareAndSet(false, true)) {
      ended(attempt, new Outcome.Transient("it has not left: " + detail, null));
    } else if (attempt.asks && attempt.answered.compareAndSet(false, true)) {
      ended(attempt, new Outcome.Unanswered("asked whether it has it: " + detail));
    } else {
      ended(attempt, new Outcome.Ambiguous(detail));
    }
  }

  private static String text(Duration duration) {
    return duration.toString().substring(2).toLowerCase(java.util.Locale.ROOT);
  }

  private void post(Attempt attempt, Posting posting, boolean fresh, Destination destination) {
    if (!attempt.gone.compareAndSet(false, true)) {
      return;
    }
    MessageRow row = posting.row();
    String way = way(row);
    Outlet outlet = outlets.get(way);
    if (!fresh && corrupt(posting)) {
      ended(
          attempt,
          new Outcome.Refused(
              Reason.CORRUPT,
              "the stored bytes are not the bytes received (SHA-256 differs); restore the journal"));
    } else if (outlet == null) {
      ended(
          attempt,
          new Outcome.Unavailable(
              "no route that consumes waybill:%s is running"
                  .formatted(way.startsWith(CANCEL) ? way : "post:" + way),
              null));
    } else if (attempt.asks) {
      ask(attempt, posting, outlet, destination);
    } else {
      hand(attempt, posting, outlet);
    }
  }

  private void ask(Attempt attempt, Posting posting, Outlet outlet, Destination destination) {
    setAlarm(attempt, destination);
    questions.ask(
        posting,
        destination,
        answer -> {
          if (!attempt.answered.compareAndSet(false, true)) {
            return; // given up before
          }
          Outcome known = Questions.outcome(answer, posting.row(), destination);
          if (known != null) {
            ended(attempt, known);
          } else {
            setAlarm(attempt, destination);
            hand(attempt, posting, outlet);
          }
        });
  }

  /** What was posted is cancelled by a way of its own. */
  private static String way(MessageRow row) {
    String destination = String.valueOf(row.standing().destination());
    return row.standing().status() == Status.CANCELLING ? CANCEL + destination : destination;
  }

  private void hand(Attempt attempt, Posting posting, Outlet outlet) {
    String destination = Objects.requireNonNull(posting.row().standing().destination());
    LongAdder there = inFlightTo(destination);
    there.increment();
    attempt.leftAt = System.nanoTime();
    attempt.left = true;
    try {
      boolean mayFollow =
          outlet.post(
              posting,
              outcome -> {
                there.decrement();
                ended(attempt, outcome);
              });
      if (mayFollow) {
        attempt.clear.complete(true);
      }
    } catch (RuntimeException e) {
      LOG.warn("The outlet of {} failed", destination, e);
      there.decrement();
      ended(attempt, new Outcome.Ambiguous("the outlet failed: " + e));
    }
  }

  /** Asked for each posting: looked up before it may be made, which can lock. */
  private LongAdder inFlightTo(String destination) {
    LongAdder known = inFlight.get(destination);
    return known != null ? known : inFlight.computeIfAbsent(destination, name -> new LongAdder());
  }

  private static boolean corrupt(Posting posting) {
    return !Fingerprint.of(posting.payload().body()).equals(posting.row().received().document());
  }

  private void ended(Attempt attempt, Outcome outcome) {
    boolean first = attempt.outcome.compareAndSet(null, outcome);
    attempt.callOff.run();
    String destination = attempt.row.standing().destination();
    if (first && attempt.left && destination != null) {
      watch.ended(destination, outcome, System.nanoTime() - attempt.leftAt);
    }
    if (first || outcome instanceof Outcome.Posted) {
      // A success after the time-out is told too: it may settle what is in doubt.
      tell(attempt, outcome);
    }
    // Told before whoever follows may leave: so the outcomes of a lane come in its order.
    attempt.clear.complete(outcome instanceof Outcome.Posted);
  }

  private void tell(Attempt attempt, Outcome outcome) {
    inbox.accept(
        new Input.Ended(attempt.id, attempt.row.seq(), attempt.row.standing().version(), outcome));
  }

  /** What became of that attempt is durable; tells to which trace its message belongs. */
  @Nullable String durable(long seq, int version) {
    Attempt attempt = attempts.remove(new Key(seq, version));
    return attempt == null ? null : attempt.traceId;
  }

  /**
   * Memory was thrown away: what is known of the attempts of rows that say {@code posting}, given
   * with the epoch under which each was written. An intent of ours under that epoch that is not
   * leaving yet never will, nor will one that still waits for another; the same intent under
   * another epoch was written by another process.
   */
  Map<Long, Fate> fates(Map<MessageRow, Long> rows) {
    Map<Long, Fate> fates = new HashMap<>();
    Map<Key, Attempt> still = new LinkedHashMap<>();
    rows.forEach(
        (row, epoch) -> {
          Attempt attempt = attempts.get(Key.of(row));
          Fate fate = fate(attempt, row, epoch);
          fates.put(row.seq(), fate);
          if (attempt != null && fate == Fate.UNDER_WAY) {
            still.put(Key.of(row), attempt);
          }
        });
    attempts.keySet().retainAll(still.keySet());
    still.values().forEach(this::offerAgain);
    return fates;
  }

  private static Fate fate(@Nullable Attempt attempt, MessageRow row, long epoch) {
    if (attempt == null || !attempt.id.equals(row.sentAs())) {
      return Fate.UNKNOWN;
    }
    boolean waits = attempt.after != null && attempt.gone.compareAndSet(false, true);
    if (attempt.leaving && !waits) {
      return Fate.UNDER_WAY;
    }
    return attempt.epoch == epoch ? Fate.NEVER_LEFT : Fate.UNKNOWN;
  }

  private void offerAgain(Attempt attempt) {
    Outcome outcome = attempt.outcome.get();
    if (outcome != null) {
      tell(attempt, outcome);
    }
  }
}
