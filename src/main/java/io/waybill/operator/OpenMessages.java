package io.waybill.operator;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.waybill.journal.Backlog;
import io.waybill.journal.JournalException;
import io.waybill.message.Reason;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The open messages by status and reason. The database counts them when somebody scrapes, at most
 * every five seconds, and where the count takes long at most a twentieth of the time. A scrape does
 * not wait for it longer than it is worth: then it gets the count before, or none.
 */
final class OpenMessages implements MultiCollector, AutoCloseable {

  private static final String COUNT = "waybill_open_messages";
  private static final String AGE = "waybill_open_oldest_seconds";

  private static final Logger LOG = LoggerFactory.getLogger(OpenMessages.class);
  private static final Duration LEAST_AGE = Duration.ofSeconds(5);
  private static final Duration MOST_AGE = Duration.ofMinutes(5);
  private static final int SHARE = 20;
  private static final long PATIENCE_MILLIS = 2_000;

  private record Sample(List<Backlog.Part> parts, long takenAt, Duration effort) {

    private Duration age() {
      return Duration.ofNanos(System.nanoTime() - takenAt);
    }

    boolean fresh() {
      return age().compareTo(LEAST_AGE) < 0 || age().compareTo(effort.multipliedBy(SHARE)) < 0;
    }

    boolean known() {
      return age().compareTo(MOST_AGE) < 0;
    }
  }

  private final Supplier<List<Backlog.Part>> source;
  private final Clock clock;
  private final ExecutorService counting =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "waybill-count");
            thread.setDaemon(true);
            return thread;
          });
  private volatile @Nullable Sample last;
  private @Nullable Future<?> underWay;

  OpenMessages(Supplier<List<Backlog.Part>> source, Clock clock) {
    this.source = source;
    this.clock = clock;
  }

  @Override
  public List<String> getPrometheusNames() {
    return List.of(COUNT, AGE);
  }

  @Override
  public MetricSnapshots collect() {
    Sample sample = last;
    if (sample == null || !sample.fresh()) {
      awaitCount();
      sample = last;
    }
    return sample == null || !sample.known() ? new MetricSnapshots() : snapshots(sample.parts());
  }

  private void awaitCount() {
    try {
      var unused = started().get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      LOG.debug("The open messages are not counted", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized Future<?> started() {
    Future<?> running = underWay;
    if (running == null || running.isDone()) {
      running = counting.submit(this::count);
      underWay = running;
    }
    return running;
  }

  private void count() {
    long begun = System.nanoTime();
    try {
      List<Backlog.Part> parts = source.get();
      long done = System.nanoTime();
      last = new Sample(parts, done, Duration.ofNanos(done - begun));
    } catch (JournalException e) {
      LOG.debug("The open messages cannot be counted", e);
    }
  }

  private MetricSnapshots snapshots(List<Backlog.Part> parts) {
    GaugeSnapshot.Builder count =
        GaugeSnapshot.builder().name(COUNT).help("Open messages, as the state table has them");
    Map<@Nullable Reason, Instant> oldest = new LinkedHashMap<>();
    for (Backlog.Part part : parts) {
      count.dataPoint(
          GaugeDataPointSnapshot.builder()
              .labels(Labels.of("status", part.status().sqlName(), "reason", name(part.reason())))
              .value((double) part.messages())
              .build());
      oldest.merge(part.reason(), part.oldest(), (a, b) -> a.isBefore(b) ? a : b);
    }
    GaugeSnapshot.Builder age =
        GaugeSnapshot.builder().name(AGE).help("Since when the oldest open message is here");
    Instant now = clock.instant();
    oldest.forEach(
        (reason, since) ->
            age.dataPoint(
                GaugeDataPointSnapshot.builder()
                    .labels(Labels.of("reason", name(reason)))
                    .value(Math.max(0, Duration.between(since, now).toMillis()) / 1_000.0)
                    .build()));
    return MetricSnapshots.of(count.build(), age.build());
  }

  private static String name(@Nullable Reason reason) {
    return reason == null ? "none" : reason.sqlName();
  }

  @Override
  public void close() {
    counting.shutdownNow();
  }
}
