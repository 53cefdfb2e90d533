package io.waybill.broker;

import io.waybill.journal.Journal;
import io.waybill.message.MessageRow;
import io.waybill.message.Order;
import io.waybill.message.PostedAs;
import io.waybill.message.Submission;
import io.waybill.spec.DeliveryClass;
import io.waybill.spec.Destination;
import io.waybill.spec.Reading;
import io.waybill.spec.Specification;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The broker as routes and operators see it. Safe for use by several threads. */
public final class Broker implements Intake, Outlets, Probes, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Broker.class);

  private volatile Specification specification;
  private final BrokerSettings settings;
  private final Clock clock;
  private final Inbox inbox = new Inbox();
  private final Readings readings;
  private final Postings postings;
  private final LinkProbes probes;
  private final Loop loop;
  private final Consumer<Throwable> fatal;
  private final Watch watch;
  private final ExecutorService commits;
  private final ExecutorService work;
  private final ScheduledThreadPoolExecutor alarms;
  private final Thread thread;
  private final AtomicInteger waitingMessages = new AtomicInteger();
  private final AtomicLong waitingBytes = new AtomicLong();
  private volatile boolean stopping;
  private volatile int open;
  private boolean full;
  private volatile @Nullable String trouble = "it is starting";

  /**
   * A broker that is not yet started.
   *
   * @param journal the state table
   * @param specification the rules
   * @param reader how documents are read by them
   * @param clock the time
   * @param settings the limits
   * @param watch told what it does
   * @param fatal told when the broker cannot go on; has to end the process
   */
  public Broker(
      Journal journal,
      Specification specification,
      Function<Submission, Reading> reader,
      Clock clock,
      BrokerSettings settings,
      Watch watch,
      Consumer<Throwable> fatal) {
    this(journal, specification, reader, clock, settings, watch, new Waiters(0), fatal);
  }

  /**
   * The same, with those who wait for what becomes of messages.
   *
   * @param waiters told what is durable
   */
  public Broker(
      Journal journal,
      Specification specification,
      Function<Submission, Reading> reader,
      Clock clock,
      BrokerSettings settings,
      Watch watch,
      Waiters waiters,
      Consumer<Throwable> fatal) {
    this.specification = specification;
    this.settings = settings;
    this.clock = clock;
    this.fatal = fatal;
    this.watch = watch;
    readings = new Readings(specification, reader);
    commits = Executors.newSingleThreadExecutor(named("waybill-commit"));
    work = Executors.newCachedThreadPool(named("waybill-work"));
    alarms = new ScheduledThreadPoolExecutor(1, named("waybill-alarm"));
    alarms.setRemoveOnCancelPolicy(true);
    Executor workers = new Workers(work);
    postings = new Postings(workers, this::after, inbox::put, watch);
    probes = new LinkProbes(specification.links(), work, this::after, inbox::put, clock);
    loop =
        new Loop(
            journal,
            new Committer(journal, commits, watch),
            specification,
            readings,
            postings,
            new Effects(journal, specification, postings, workers, watch, waiters),
            inbox,
            clock,
            settings);
    thread = named("waybill-loop").newThread(this::run);
  }

  private ThreadFactory named(String name) {
    return task -> {
      Thread made = new Thread(task, name);
      made.setDaemon(true);
      made.setUncaughtExceptionHandler((t, e) -> fatal.accept(e));
      return made;
    };
  }

  private Runnable after(Duration time, Runnable what) {
    try {
      Future<?> alarm = alarms.schedule(what, time.toNanos(), TimeUnit.NANOSECONDS);
      return () -> alarm.cancel(false);
    } catch (RejectedExecutionException e) {
      // Stopping: the next start decides about this attempt.
      return () -> {};
    }
  }

  /** Starts the loop: takes the journal over and goes on with what is open. */
  public void start() {
    thread.start();
  }

  private void run() {
    try {
      while (!stopping) {
        inbox.await(patience());
        loop.turn();
        trouble = loop.trouble();
        open = loop.inMemory();
        tellWhetherFull(open);
      }
    } catch (InterruptedException e) {
      if (!stopping) {
        fatal.accept(e);
      }
    } catch (Throwable e) {
      LOG.error("The broker cannot go on: {}", e.getMessage(), e);
      fatal.accept(e);
    }
  }

  /** Once each; only a tenth of room ends it, or every message that closes would be told. */
  private void tellWhetherFull(int messages) {
    int most = settings.heldMessages();
    if (!full && messages >= most) {
      full = true;
      LOG.warn(
          "{} messages are open, as many as the memory holds: no more are taken in until some have"
              + " closed. See why they wait (waybill lanes --held), or give it a larger heap",
          messages);
    } else if (full && messages < most - most / 10) {
      full = false;
      LOG.info("{} messages are open: more are taken in again", messages);
    }
  }

  private long patience() {
    Instant due = loop.nextDue();
    if (due == null) {
      return TimeUnit.SECONDS.toNanos(60);
    }
    Instant now = clock.instant();
    if (!due.isAfter(now)) {
      return 0;
    }
    // Bounded, so that a clock that is set does not make the loop oversleep.
    return Math.min(TimeUnit.SECONDS.toNanos(1), Duration.between(now, due).toNanos());
  }

  /** Why the journal is not available at present; null while it is. */
  public @Nullable String trouble() {
    return trouble;
  }

  /** Whether its loop runs. */
  public boolean runs() {
    return thread.isAlive();
  }

  /** How many open messages are in memory. */
  public int inMemory() {
    return open;
  }

  /** How many documents wait to be written. */
  public int waiting() {
    return waitingMessages.get();
  }

  /** Whether a route to that destination runs. */
  public boolean runsRoute(String destination) {
    return postings.isOpen(destination);
  }

  /** How many postings have left for that destination that it has not answered yet. */
  public long inFlight(String destination) {
    return postings.inFlight(destination);
  }

  /** Its limits. */
  public BrokerSettings settings() {
    return settings;
  }

  @Override
  public CompletableFuture<Receipt> submit(Submission submission) {
    String reason = trouble;
    if (stopping || reason != null) {
      return refused(
          stopping ? Watch.Refusal.STOPPING : Watch.Refusal.JOURNAL,
          stopping ? "it is stopping" : reason,
          settings.mostPause());
    }
    if (open >= settings.heldMessages()) {
      return refused(
          Watch.Refusal.MEMORY,
          "its memory is full of %d messages that are open; see why they wait (waybill lanes"
                  .formatted(open)
              + " --held), or give it a larger heap",
          settings.mostPause());
    }
    int size = submission.payload().body().length;
    if (!admit(size)) {
      return refused(
          Watch.Refusal.WAITING,
          "too much waits to be written to the journal",
          Duration.ofSeconds(1));
    }
    CompletableFuture<Receipt> answer = new CompletableFuture<>();
    try {
      inbox.put(readings.read(submission, answer));
    } catch (RuntimeException e) {
      dismiss(size);
      throw e;
    }
    return answer.whenComplete((receipt, failure) -> dismiss(size));
  }

  private CompletableFuture<Receipt> refused(
      Watch.Refusal why, @Nullable String reason, Duration retryAfter) {
    watch.refused(why);
    return CompletableFuture.failedFuture(
        new NotNow("The broker takes nothing now: " + reason, retryAfter));
  }

  /** Bounds what waits; a single document is always taken, however large. */
  private boolean admit(int size) {
    int messages = waitingMessages.incrementAndGet();
    long bytes = waitingBytes.addAndGet(size);
    if (messages == 1
        || (messages <= settings.waitingMessages() && bytes <= settings.waitingBytes())) {
      return true;
    }
    dismiss(size);
    return false;
  }

  private void dismiss(int size) {
    waitingMessages.decrementAndGet();
    waitingBytes.addAndGet(-size);
  }

  /**
   * Carries out a person's action. Completes with the changed message when that is durable;
   * exceptionally with {@link ActionRefused} or {@link NotNow}.
   */
  public CompletableFuture<MessageRow> act(Action action) {
    CompletableFuture<MessageRow> answer = new CompletableFuture<>();
    if (stopping) {
      answer.completeExceptionally(new NotNow("The broker is stopping", settings.mostPause()));
    } else {
      inbox.put(new Input.Acted(action, answer));
    }
    return answer;
  }

  /**
   * Takes what a component reports of work that it was handed. Completes with the message when that
   * is durable; exceptionally with {@link ActionRefused} or {@link NotNow}.
   */
  public CompletableFuture<MessageRow> report(Report report) {
    CompletableFuture<MessageRow> answer = new CompletableFuture<>();
    if (stopping) {
      answer.completeExceptionally(new NotNow("The broker is stopping", settings.mostPause()));
    } else {
      inbox.put(new Input.Reported(report, answer));
    }
    return answer;
  }

  /**
   * Carries out a person's decision about something other than a message. Completes when that is
   * durable; exceptionally with {@link ActionRefused} or {@link NotNow}.
   */
  public CompletableFuture<Void> order(Order order) {
    CompletableFuture<Void> answer = new CompletableFuture<>();
    if (stopping) {
      answer.completeExceptionally(new NotNow("The broker is stopping", settings.mostPause()));
    } else if (order.verb() == Order.Verb.CHECK_LINK) {
      var unused =
          probes.now(order.name()).thenRun(() -> inbox.put(new Input.Ordered(order, answer)));
    } else {
      inbox.put(new Input.Ordered(order, answer));
    }
    return answer;
  }

  /**
   * Takes over what was posted before there was this broker, so that those that require it go on.
   * Completes when it is durable; once more, it changes nothing.
   *
   * @param what is imported, in words for the audit
   */
  public CompletableFuture<Void> importPosted(
      List<PostedAs> facts, String what, String who, String why) {
    CompletableFuture<Void> answer = new CompletableFuture<>();
    if (stopping) {
      answer.completeExceptionally(new NotNow("The broker is stopping", settings.mostPause()));
    } else {
      inbox.put(new Input.Imported(facts, what, who, why, answer));
    }
    return answer;
  }

  /**
   * Has other rules hold: all of them at once, or none. Completes when they do; exceptionally with
   * {@link ActionRefused} where open messages speak against it, or {@link NotNow}.
   *
   * @param present the rules, valid in themselves
   * @param reader how documents are read by them
   */
  public CompletableFuture<Void> reload(
      Specification present, Function<Submission, Reading> reader, String who, String why) {
    CompletableFuture<Void> answer = new CompletableFuture<>();
    if (stopping || trouble != null) {
      answer.completeExceptionally(
          new NotNow("The journal is not available; try again", settings.mostPause()));
    } else {
      inbox.put(new Input.Reloaded(present, reader, this::follow, who, why, answer));
    }
    return answer;
  }

  private void follow(Specification present) {
    specification = present;
    probes.use(present.links());
  }

  @Override
  public void openProbe(String link, Probe probe) {
    probes.openProbe(link, probe);
  }

  @Override
  public void closeProbe(String link) {
    probes.closeProbe(link);
  }

  /** When a link was probed last by this process; null where it was not. */
  public @Nullable Instant lastProbe(String link) {
    return probes.lastProbe(link);
  }

  @Override
  public void open(String destination, Outlet outlet) {
    if (specification.destination(destination) == null) {
      throw new IllegalArgumentException(
          "No destination is named '%s'; destinations.yaml has: %s"
              .formatted(destination, String.join(", ", specification.destinations().keySet())));
    }
    if (!postings.open(destination, outlet)) {
      throw new IllegalStateException(
          "Two routes consume waybill:post:%s; exactly one may".formatted(destination));
    }
    inbox.put(new Input.RouteChanged(destination, true));
  }

  @Override
  public void openQuery(String destination, Query query) {
    Destination asked = specification.destination(destination);
    if (asked == null || asked.delivery() != DeliveryClass.QUERYABLE) {
      throw new IllegalArgumentException(
          "Destination '%s' is not queryable, so nobody is asked; write delivery: queryable, or remove the route from waybill:query:%s"
              .formatted(destination, destination));
    }
    if (!postings.questions().open(destination, query)) {
      throw new IllegalStateException(
          "Two routes consume waybill:query:%s; exactly one may".formatted(destination));
    }
  }

  @Override
  public void closeQuery(String destination) {
    postings.questions().close(destination);
  }

  @Override
  public void close(String destination) {
    postings.close(destination);
    inbox.put(new Input.RouteChanged(destination, false));
  }

  @Override
  public void openCancel(String destination, Outlet outlet) {
    if (!postings.open(Postings.CANCEL + destination, outlet)) {
      throw new IllegalStateException(
          "Two routes consume waybill:cancel:%s; exactly one may".formatted(destination));
    }
    inbox.put(new Input.RouteChanged(Postings.CANCEL + destination, true));
  }

  @Override
  public void closeCancel(String destination) {
    close(Postings.CANCEL + destination);
  }

  /** The rules it follows. */
  public Specification specification() {
    return specification;
  }

  /**
   * Stops. What is not durable by now is answered with {@link NotNow} or not at all: for the
   * sources it is as after a crash.
   */
  @Override
  public void close() {
    stopping = true;
    inbox.put(new Input.Wake());
    alarms.shutdownNow();
    try {
      thread.join(TimeUnit.SECONDS.toMillis(10));
      commits.shutdown();
      work.shutdown();
      if (!commits.awaitTermination(10, TimeUnit.SECONDS)) {
        LOG.warn("The last group was not written in time; it is decided again at the next start");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
