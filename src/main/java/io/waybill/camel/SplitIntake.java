package io.waybill.camel;

import io.waybill.broker.Intake;
import io.waybill.broker.NotNow;
import io.waybill.broker.Receipt;
import io.waybill.broker.Underway;
import io.waybill.message.Payload;
import io.waybill.message.Reason;
import io.waybill.message.Submission;
import io.waybill.message.Submission.Failure;
import io.waybill.spec.split.Part;
import io.waybill.spec.split.Parts;
import io.waybill.spec.split.Split;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands in the documents of one large body in their order, a bounded number ahead of what the
 * journal has confirmed. What the broker refuses for now is handed in again from there on, so that
 * nothing overtakes it. For one thread, which waits.
 *
 * <p>Nothing is stored about how far it got: read again from the beginning, what is in the journal
 * is recognised by its id.
 */
final class SplitIntake {

  private static final Logger LOG = LoggerFactory.getLogger(SplitIntake.class);

  /** What may be on its way into the journal: enough for full groups. */
  private static final int MOST_DOCUMENTS = 2048;

  private static final long MOST_BYTES = 8 << 20;
  private static final Duration TELL = Duration.ofSeconds(10);

  private final Intake intake;
  private final Underway underway;
  private final Instant since;
  private final BooleanSupplier goesOn;
  private final Deque<HandedIn> ahead = new ArrayDeque<>();
  private long bytesAhead;
  private long told = System.nanoTime();
  private Supplier<Underway.Body> shown =
      () -> new Underway.Body("", "", Instant.EPOCH, 0, 0, 0, 0);

  /** A document on its way into the journal. */
  private static final class HandedIn {
    private final Part part;
    private final Submission submission;
    private CompletableFuture<Receipt> answer;

    HandedIn(Part part, Submission submission, CompletableFuture<Receipt> answer) {
      this.part = part;
      this.submission = submission;
      this.answer = answer;
    }

    boolean isRefused() {
      return answer.isCompletedExceptionally();
    }
  }

  /**
   * For one body.
   *
   * @param underway where it shows how far it is
   * @param since when the body came
   * @param goesOn false when the source is being stopped
   */
  SplitIntake(Intake intake, Underway underway, Instant since, BooleanSupplier goesOn) {
    this.intake = intake;
    this.underway = underway;
    this.since = since;
    this.goesOn = goesOn;
  }

  /**
   * Returns when all its documents are durable.
   *
   * @param whole what holds for each of them; its body counts for nothing
   * @throws NotNow when the source is being stopped; it has to keep the body
   */
  Tally submit(
      LargeBody body, Split split, int largest, Submission whole, Tally.@Nullable Ledger ledger)
      throws IOException, InterruptedException {
    Tally tally = new Tally(body.size(), body.sha256());
    try (Counted counted = new Counted(body.open())) {
      shown = shown(whole, tally, counted);
      underway.begin(shown);
      submit(body, split.parts(counted, largest), whole, tally, ledger);
    } finally {
      underway.end(shown);
    }
    return tally;
  }

  private Supplier<Underway.Body> shown(Submission whole, Tally tally, Counted counted) {
    return () ->
        new Underway.Body(
            whole.source(),
            whole.sender(),
            since,
            tally.size(),
            counted.count(),
            tally.documents(),
            tally.conflicts() + tally.failed());
  }

  private void submit(
      LargeBody body, Parts parts, Submission whole, Tally tally, Tally.@Nullable Ledger ledger)
      throws IOException, InterruptedException {
    long line = 1;
    for (Part part = parts.next(); part != null; part = parts.next()) {
      line = part.line();
      handIn(part, submission(whole, part, body.sha256()), tally, ledger);
      if (System.nanoTime() - told >= TELL.toNanos()) {
        tell(shown.get(), tally);
      }
    }
    if (body.hasChanged()) {
      Part late = changed(line + 1);
      handIn(late, submission(whole, late, body.sha256()), tally, ledger);
    }
    while (!ahead.isEmpty()) {
      takeOldest(tally, ledger);
    }
  }

  private static Part changed(long line) {
    String what =
        "The file was written to while it was read. Drop what is missing in a file of its own, under"
            + " a temporary name, and rename it when it is complete";
    return new Part(line, line, new byte[0], null, new Failure(Reason.UNREADABLE, what));
  }

  private static Submission submission(Submission whole, Part part, String sha256) {
    String id = whole.messageId() == null ? sha256 : whole.messageId();
    return new Submission(
        new Payload(part.body(), part.contentType(), whole.payload().headers()),
        whole.sender(),
        whole.source() + "#" + part.number(),
        whole.operation(),
        whole.allowed(),
        id + "-" + part.number(),
        whole.headers(),
        part.failure());
  }

  private void handIn(Part part, Submission submission, Tally tally, Tally.@Nullable Ledger ledger)
      throws InterruptedException {
    int size = part.body().length;
    while (!ahead.isEmpty()
        && (ahead.size() >= MOST_DOCUMENTS || bytesAhead + size > MOST_BYTES || anyRefused())) {
      takeOldest(tally, ledger);
    }
    checkGoesOn();
    ahead.add(new HandedIn(part, submission, intake.submit(submission)));
    bytesAhead += size;
  }

  /** The last one is refused when any is: nothing was handed in behind one that was. */
  private boolean anyRefused() {
    return ahead.getLast().isRefused() || ahead.getFirst().isRefused();
  }

  private void takeOldest(Tally tally, Tally.@Nullable Ledger ledger) throws InterruptedException {
    HandedIn oldest = ahead.getFirst();
    Receipt receipt = null;
    while (receipt == null) {
      receipt = receipt(oldest);
    }
    ahead.removeFirst();
    bytesAhead -= oldest.part.body().length;
    tally.count(receipt);
    if (ledger != null) {
      ledger.told(oldest.part, receipt);
    }
  }

  /** Null where it was refused for now; then it and what is behind it is handed in again. */
  private @Nullable Receipt receipt(HandedIn oldest) throws InterruptedException {
    await(oldest);
    if (!oldest.isRefused()) {
      return oldest.answer.join();
    }
    NotNow notNow = BatchIntake.notNow(oldest.answer.handle((known, why) -> why).join());
    if (notNow == null) {
      oldest.answer.join(); // throws what it is
      throw new IllegalStateException("A refused document has a receipt");
    }
    for (HandedIn one : ahead) {
      await(one);
    }
    pause(notNow.retryAfter());
    handInAgain();
    return null;
  }

  /** A broker that stops may leave a question unanswered. */
  private void await(HandedIn one) throws InterruptedException {
    CountDownLatch answered = new CountDownLatch(1);
    var unused = one.answer.whenComplete((receipt, why) -> answered.countDown());
    while (!answered.await(500, TimeUnit.MILLISECONDS)) {
      checkGoesOn();
    }
  }

  private void pause(Duration time) throws InterruptedException {
    long until = System.nanoTime() + time.toNanos();
    CountDownLatch never = new CountDownLatch(1);
    do {
      checkGoesOn();
      var unused =
          never.await(
              Math.min(until - System.nanoTime(), TimeUnit.MILLISECONDS.toNanos(100)),
              TimeUnit.NANOSECONDS);
    } while (until - System.nanoTime() > 0);
  }

  private void handInAgain() {
    for (HandedIn one : ahead) {
      if (one.isRefused()) {
        one.answer = intake.submit(one.submission);
        if (one.isRefused()) {
          return; // what is behind it keeps its refusal
        }
      }
    }
  }

  private void checkGoesOn() {
    if (!goesOn.getAsBoolean()) {
      throw new NotNow(
          "The broker is stopping in the middle of a large document, which is read again after its"
              + " start; what is in the journal is recognised",
          Duration.ofSeconds(1));
    }
  }

  private void tell(Underway.Body body, Tally tally) {
    told = System.nanoTime();
    LOG.info(
        "{}: {} so far, {} % of {} MB read",
        body.source(),
        tally,
        body.size() == 0 ? 100 : body.read() * 100 / body.size(),
        "%,.1f".formatted(body.size() / 1e6));
  }
}
