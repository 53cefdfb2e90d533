package io.waybill.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.waybill.broker.Receipt;
import io.waybill.broker.StatusChange;
import io.waybill.broker.Watch.Refusal;
import io.waybill.message.DestinationState;
import io.waybill.message.HistoryEntry;
import io.waybill.message.LinkState;
import io.waybill.message.MessageRow;
import io.waybill.message.Outcome;
import io.waybill.message.Status;
import io.waybill.spec.DeliveryClass;
import io.waybill.spec.Destination;
import io.waybill.spec.Link;
import io.waybill.spec.Retry;
import io.waybill.spec.Sequencing;
import io.waybill.spec.Specification;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Metrics")
class MetricsTest {

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final Metrics metrics =
      new Metrics(registry, new Specification(Map.of("erp", erp()), Map.of()));

  private static Destination erp() {
    return new Destination(
        "erp",
        DeliveryClass.REPEAT,
        Destination.Remembers.ALL,
        Duration.ofMinutes(5),
        8,
        Duration.ofSeconds(30),
        List.of(),
        Retry.DEFAULT,
        Destination.Classify.DEFAULT);
  }

  @Test
  void linksAreThereAsLastSeenUnlessDeclaredDown() {
    Metrics watching =
        new Metrics(
            registry,
            new Specification(
                Map.of(),
                Map.of(),
                Sequencing.NONE,
                Map.of(),
                Map.of("edi", new Link("edi", Duration.ofSeconds(5), Duration.ofSeconds(3)))));
    assertThat(linkUp()).isZero();
    LinkState.Seen seen = new LinkState.Seen(true, Instant.EPOCH, null);
    watching.kept(new LinkState("edi", seen, null));
    watching.kept(new LinkState("gone", seen, null));
    assertThat(linkUp()).isEqualTo(1);
    assertThat(watching.links()).containsOnlyKeys("edi");
    watching.kept(
        new LinkState("edi", seen, new LinkState.Declared(Instant.EPOCH, "anna", "moved")));
    assertThat(linkUp()).isZero();
  }

  private double linkUp() {
    return registry.get("waybill.link.up").tag("link", "edi").gauge().value();
  }

  @Test
  void documentsAreCountedByWhereTheyComeFrom() {
    Receipt receipt = new Receipt(Receipt.Result.ACCEPTED, row("Dance", "a sender's text"));
    for (String source :
        List.of(
            "http:/api/v1/messages", "jms:in", "jms:out", "file:a.json", "sftp:x", "partner 7")) {
      metrics.received(source, receipt);
    }

    assertThat(received("http")).isEqualTo(1);
    assertThat(received("jms")).isEqualTo(2);
    assertThat(received("file")).isEqualTo(1);
    assertThat(received("sftp")).isEqualTo(1);
    assertThat(received("other")).isEqualTo(1);
  }

  private double received(String source) {
    // an operation that the specification does not know is no label
    return registry
        .get("waybill.received")
        .tags(Tags.of("source", source, "operation", "unknown", "result", "accepted"))
        .counter()
        .count();
  }

  @Test
  void changesOfStatusAreCountedWithBothEnds() {
    metrics.changed(List.of(change(null, Status.POSTING), change(Status.POSTING, Status.POSTED)));
    metrics.changed(List.of(change(null, Status.POSTING)));

    assertThat(changes("new", "posting")).isEqualTo(2);
    assertThat(changes("posting", "posted")).isEqualTo(1);
  }

  private double changes(String from, String to) {
    return registry.get("waybill.status.changes").tags("from", from, "to", to).counter().count();
  }

  @Test
  void postingsAreTimedByDestinationAndOutcome() {
    metrics.ended("erp", new Outcome.Posted(null), Duration.ofMillis(20).toNanos());
    metrics.ended("erp", new Outcome.TooEarly("wait"), 1);
    metrics.ended("gone", new Outcome.Posted(null), 1);

    var posted = registry.get("waybill.postings").tags("destination", "erp", "outcome", "posted");
    assertThat(posted.timer().count()).isEqualTo(1);
    assertThat(posted.timer().max(java.util.concurrent.TimeUnit.MILLISECONDS)).isEqualTo(20);
    assertThat(registry.get("waybill.postings").tag("outcome", "too_early").timer().count())
        .isEqualTo(1);
    assertThat(registry.find("waybill.postings").tag("destination", "gone").timer()).isNull();
  }

  @Test
  void aDestinationIsUpUntilItIsSeenDown() {
    assertThat(up()).isEqualTo(1);
    metrics.kept(new DestinationState("erp", 1, FakeBroker.THEN, "refused", null, 1));
    assertThat(up()).isZero();
    metrics.kept(new DestinationState("erp", 2, null, null, null, 0));
    assertThat(up()).isEqualTo(1);
  }

  private double up() {
    return registry.get("waybill.destination.up").tag("destination", "erp").gauge().value();
  }

  @Test
  void refusalsAreCountedByCauseFromTheBeginning() {
    for (Refusal why : Refusal.values()) {
      assertThat(refused(why)).isZero();
    }
    metrics.refused(Refusal.MEMORY);
    assertThat(refused(Refusal.MEMORY)).isEqualTo(1);
  }

  private double refused(Refusal why) {
    return registry
        .get("waybill.refused")
        .tag("cause", why.name().toLowerCase(java.util.Locale.ROOT))
        .counter()
        .count();
  }

  private static MessageRow row(String operation, String id) {
    return FakeBroker.row(1, operation, "shop", id, true, Status.SUBMITTED, null);
  }

  private static StatusChange change(@Nullable Status from, Status to) {
    return new StatusChange(
        row("Dance", "1"),
        new HistoryEntry(1, 1, FakeBroker.THEN, from, to, null, null, null),
        null);
  }
}
