package io.waybill.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.waybill.journal.Backlog.Part;
import io.waybill.journal.JournalException;
import io.waybill.message.Reason;
import io.waybill.message.Status;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The count of open messages")
class OpenMessagesTest {

  private static final Instant NOW = Instant.parse("2026-11-21T08:00:00Z");
  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

  private static final List<Part> PARTS =
      List.of(
          new Part(Status.RETRIABLE, Reason.LINK, 3, NOW.minusSeconds(60)),
          new Part(Status.RETRY, Reason.LINK, 2, NOW.minusSeconds(90)),
          new Part(Status.POSTING, null, 1, NOW));

  private static List<String> values(MetricSnapshots snapshots) {
    return snapshots.stream()
        .flatMap(
            snapshot ->
                ((GaugeSnapshot) snapshot)
                    .getDataPoints().stream()
                        .map(
                            point ->
                                snapshot.getMetadata().getPrometheusName()
                                    + point.getLabels()
                                    + " "
                                    + point.getValue()))
        .toList();
  }

  @Test
  void isToldByStatusAndReasonAndTheOldestByReason() {
    try (OpenMessages open = new OpenMessages(() -> PARTS, CLOCK)) {
      assertThat(values(open.collect()))
          .containsExactlyInAnyOrder(
              "waybill_open_messages{reason=\"link\",status=\"retriable\"} 3.0",
              "waybill_open_messages{reason=\"link\",status=\"retry\"} 2.0",
              "waybill_open_messages{reason=\"none\",status=\"posting\"} 1.0",
              "waybill_open_oldest_seconds{reason=\"link\"} 90.0",
              "waybill_open_oldest_seconds{reason=\"none\"} 0.0");
    }
  }

  @Test
  void isTakenOnceForScrapesThatFollowEachOther() {
    AtomicInteger counts = new AtomicInteger();
    try (OpenMessages open =
        new OpenMessages(
            () -> {
              counts.incrementAndGet();
              return PARTS;
            },
            CLOCK)) {
      open.collect();
      open.collect();
      open.collect();
    }
    assertThat(counts).hasValue(1);
  }

  @Test
  void isLeftOutWhileTheDatabaseDoesNotAnswer() {
    try (OpenMessages open =
        new OpenMessages(
            () -> {
              throw new JournalException(JournalException.Kind.INFRASTRUCTURE, "it is gone");
            },
            CLOCK)) {
      assertThat(values(open.collect())).isEmpty();
    }
  }

  @Test
  void thatTakesLongIsNotAwaitedAndNotTakenTwiceAtOnce() {
    CountDownLatch slow = new CountDownLatch(1);
    AtomicInteger counts = new AtomicInteger();
    try (OpenMessages open =
        new OpenMessages(
            () -> {
              counts.incrementAndGet();
              try {
                slow.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              return PARTS;
            },
            CLOCK)) {
      assertThat(values(open.collect())).isEmpty();
      assertThat(values(open.collect())).isEmpty();
      assertThat(counts).hasValue(1);

      slow.countDown();
      await().until(() -> values(open.collect()).size() == 5);
      assertThat(counts).hasValue(1);
    }
  }
}
