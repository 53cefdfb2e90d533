package io.waybill.broker;

import io.waybill.journal.Housekeeping;
import io.waybill.journal.Housekeeping.Batch;
import io.waybill.journal.Housekeeping.Part;
import io.waybill.journal.JournalException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has removed, again and again, what need not be kept any longer. It does so on a thread of its own
 * and rests between batches as long as each took, so that it has at most half of what the database
 * can do, however much there is to remove.
 */
public final class Housekeeper implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Housekeeper.class);

  /** The first pass does not come in the way of a start. */
  private static final Duration SETTLED = Duration.ofMinutes(1);

  /**
   * How it goes about it.
   *
   * @param every the time between two passes
   * @param batch how many rows, or messages, one transaction removes at most
   * @param pause how long it rests after each at least
   */
  public record Pace(Duration every, int batch, Duration pause) {}

  /**
   * How it stands with one kind.
   *
   * @param part the kind
   * @param removed how many rows of what since the start of this process
   * @param busy how long that took, without the rests
   * @param oldest from when the oldest was that was still there after the last pass; null for none
   */
  public record Progress(
      Part part, Map<String, Long> removed, Duration busy, @Nullable Instant oldest) {}

  /**
   * How it stands with all of them.
   *
   * @param running whether a pass is under way
   * @param began when the last pass began; null before the first one
   * @param ended when the last pass came to its end; null before that
   * @param trouble why the last pass did not; null where it did
   */
  public record Report(
      List<Progress> kinds,
      boolean running,
      @Nullable Instant began,
      @Nullable Instant ended,
      @Nullable String trouble) {}

  private final Housekeeping housekeeping;
  private final Pace pace;
  private final Clock clock;
  private final Map<String, Progress> kinds = new LinkedHashMap<>();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread made = new Thread(task, "waybill-housekeeper");
            made.setDaemon(true);
            return made;
          });
  private boolean running;
  private @Nullable Instant began;
  private @Nullable Instant ended;
  private @Nullable String trouble;

  /** Does nothing by itself until it is started. */
  public Housekeeper(Housekeeping housekeeping, Pace pace, Clock clock) {
    this.housekeeping = housekeeping;
    this.pace = pace;
    this.clock = clock;
    housekeeping.parts().forEach(part -> kinds.put(part.name(), nothingYet(part)));
  }

  private static Progress nothingYet(Part part) {
    Map<String, Long> none = new LinkedHashMap<>();
    part.removes().forEach(rows -> none.put(rows, 0L));
    return new Progress(part, none, Duration.ZERO, null);
  }

  /** From now on passes come by themselves. */
  public void start() {
    Duration first = pace.every().compareTo(SETTLED) < 0 ? pace.every() : SETTLED;
    var unused =
        thread.scheduleWithFixedDelay(
            this::passOrTell, first.toMillis(), pace.every().toMillis(), TimeUnit.MILLISECONDS);
  }

  private void passOrTell() {
    try {
      pass();
    } catch (JournalException e) {
      LOG.warn("Housekeeping was broken off and will be tried again: {}", e.getMessage());
    } catch (RuntimeException e) {
      LOG.error("Housekeeping failed and will be tried again", e);
    }
  }

  /** Removes all that is over by now; returns when that is done, or when it was closed. */
  public void pass() {
    begin();
    String failed = "it was broken off";
    try {
      for (String kind : List.copyOf(kinds.keySet())) {
        remove(kind);
      }
      failed = null;
    } catch (RuntimeException e) {
      failed = String.valueOf(e.getMessage());
      throw e;
    } finally {
      end(failed);
    }
  }

  private void remove(String kind) {
    Instant now = clock.instant();
    Batch batch = new Batch(Map.of(), 0, false);
    while (!batch.last() && stopped.getCount() > 0) {
      long start = System.nanoTime();
      batch = housekeeping.next(kind, batch.after(), pace.batch(), now);
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      count(kind, batch, took);
      if (!batch.last()) {
        rest(took.compareTo(pace.pause()) > 0 ? took : pace.pause());
      }
    }
    Instant oldest = housekeeping.oldest(kind);
    synchronized (this) {
      kinds.computeIfPresent(
          kind, (name, was) -> new Progress(was.part(), was.removed(), was.busy(), oldest));
    }
  }

  private void rest(Duration time) {
    try {
      var unused = stopped.await(time.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      stopped.countDown();
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void begin() {
    running = true;
    began = clock.instant();
  }

  private synchronized void end(@Nullable String failed) {
    running = false;
    trouble = failed;
    if (failed == null) {
      ended = clock.instant();
    }
  }

  private synchronized void count(String kind, Batch batch, Duration took) {
    batch.removed().forEach((rows, number) -> add(owner(rows, kind), rows, number));
    kinds.computeIfPresent(
        kind,
        (name, was) ->
            new Progress(was.part(), was.removed(), was.busy().plus(took), was.oldest()));
  }

  /** Documents that go with their messages are counted where documents are. */
  private String owner(String rows, String kind) {
    return kinds.containsKey(rows) ? rows : kind;
  }

  private void add(String kind, String rows, long number) {
    kinds.computeIfPresent(
        kind,
        (name, was) -> {
          Map<String, Long> removed = new LinkedHashMap<>(was.removed());
          removed.merge(rows, number, Long::sum);
          return new Progress(was.part(), removed, was.busy(), was.oldest());
        });
  }

  /** How it stands now. */
  public synchronized Report report() {
    return new Report(List.copyOf(kinds.values()), running, began, ended, trouble);
  }

  /** Breaks off after the batch that is under way. */
  @Override
  public void close() {
    stopped.countDown();
    thread.shutdown();
    try {
      if (!thread.awaitTermination(5, TimeUnit.SECONDS)) {
        thread.shutdownNow();
      }
    } catch (InterruptedException e) {
      thread.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
