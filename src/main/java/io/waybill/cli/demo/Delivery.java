package io.waybill.cli.demo;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** All senders at work at the same time, each in a thread of its own, in the order of the plan. */
final class Delivery {

  /** Senders pause between documents up to so long, so that one can follow. */
  private static final int LONGEST_PAUSE_MILLIS = 250;

  private final Plan plan;
  private final Map<Source, Sender> senders;
  private final long seed;
  private final Map<Source, StatusTable.Sent> sent = new ConcurrentHashMap<>();
  private final List<Repetition> repetitions = new CopyOnWriteArrayList<>();
  private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
  private final AtomicBoolean stopped = new AtomicBoolean();
  private final List<Thread> threads;

  /**
   * A document that was sent again.
   *
   * @param by the way by which it was
   * @param answer what its sender was told
   */
  record Repetition(Sample sample, Source by, String answer) {}

  Delivery(Plan plan, Map<Source, Sender> senders, long seed) {
    this.plan = plan;
    this.senders = senders;
    this.seed = seed;
    this.threads = Arrays.stream(Source.values()).map(this::thread).toList();
  }

  private Thread thread(Source source) {
    Thread thread = new Thread(() -> send(source), "sender-" + source.folder());
    thread.setDaemon(true);
    return thread;
  }

  void start() {
    threads.forEach(Thread::start);
  }

  void stop() {
    stopped.set(true);
  }

  private void send(Source source) {
    Sender sender = senders.get(source);
    if (sender == null) {
      return;
    }
    Random random = new Random(seed + source.ordinal());
    try {
      for (Plan.Sending sending : plan.first().getOrDefault(source, List.of())) {
        TimeUnit.MILLISECONDS.sleep(random.nextInt(LONGEST_PAUSE_MILLIS));
        if (stopped.get()) {
          return;
        }
        String answer = sender.send(sending.sample(), sending.again());
        if (sending.again()) {
          repetitions.add(new Repetition(sending.sample(), source, answer));
        }
        sent.merge(
            source,
            StatusTable.Sent.NOTHING.and(sending.again()),
            (before, one) -> before.and(sending.again()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      failure.compareAndSet(null, e);
    }
  }

  /** What has been sent by now. */
  Map<Source, StatusTable.Sent> sent() {
    return Map.copyOf(sent);
  }

  /** Why a sender gave up; null if none did. */
  @Nullable Exception failure() {
    return failure.get();
  }

  boolean complete() {
    return threads.stream().noneMatch(Thread::isAlive);
  }

  List<Repetition> repetitions() {
    return List.copyOf(repetitions);
  }
}
