package io.waybill.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.message.Fingerprint;
import io.waybill.message.LaneName;
import io.waybill.message.Outcome;
import io.waybill.message.Reason;
import io.waybill.message.Release;
import io.waybill.message.Reply;
import io.waybill.message.Status;
import io.waybill.message.StoredReply;
import io.waybill.spec.DeliveryClass;
import io.waybill.spec.Destination;
import io.waybill.spec.OnFailure;
import io.waybill.spec.Operation;
import io.waybill.spec.Reading;
import io.waybill.spec.ReplyTerms;
import io.waybill.spec.Retry;
import io.waybill.spec.Specification;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Replies of destinations")
class RepliesTest {

  private static final Instant NOW = Instant.parse("2026-11-21T08:00:00Z");
  private static final Reply REPLY = new Reply(201, "text/plain", Map.of(), new byte[] {'4', '2'});

  private final List<StoredReply> replies = new ArrayList<>();
  private final Map<Long, io.waybill.message.MessageRow> rows = new HashMap<>();
  private final List<Long> posts = new ArrayList<>();
  private Engine engine;

  @BeforeEach
  void start() {
    Destination erp =
        new Destination(
            "erp",
            DeliveryClass.DEDUPLICATING,
            Destination.Remembers.ALL,
            Duration.ZERO,
            8,
            Duration.ofSeconds(30),
            List.of(),
            Retry.DEFAULT,
            Destination.Classify.DEFAULT);
    Map<String, Operation> operations =
        Map.of(
            "Silent", new Operation("Silent", OnFailure.HOLD),
            "Asked", operation("Asked", false),
            "Given", operation("Given", true));
    engine = new Engine(new Specification(Map.of("erp", erp), operations), Holding.ALL, 0);
    step(new Event.Opened("erp"));
  }

  private static Operation operation(String name, boolean givesRefusals) {
    return new Operation(name, OnFailure.HOLD)
        .replying(new ReplyTerms(Release.REQUIRED, Duration.ofDays(7), givesRefusals, List.of()));
  }

  private void step(Event event) {
    for (Decision decision : engine.step(event, NOW)) {
      if (decision instanceof Decision.Inserted inserted) {
        rows.put(inserted.row().seq(), inserted.row());
      } else if (decision instanceof Decision.Changed changed) {
        rows.put(changed.row().seq(), changed.row());
      } else if (decision instanceof Decision.Replied replied) {
        replies.add(replied.reply());
      } else if (decision instanceof Decision.Post post) {
        posts.add(post.row().seq());
      }
    }
  }

  private void arrive(String operation, String id) {
    List<LaneName> lanes = List.of(new LaneName("cust", "1"));
    Fingerprint bytes = Fingerprint.of(id.getBytes(StandardCharsets.UTF_8));
    Reading reading = new Reading.Read(operation, id, null, lanes, "erp");
    step(new Event.Arrived(1, reading, "acme", "test", bytes, 1, null, null));
  }

  private void end(long seq, Outcome outcome) {
    step(new Event.Ended(seq, rows.get(seq).standing().version(), outcome, false));
  }

  @Test
  void whatADestinationAnswersIsKeptWithTheOutcomeWhereItIsDeclared() {
    arrive("Asked", "a");
    end(1, new Outcome.Posted(null, REPLY));
    arrive("Silent", "b");
    end(2, new Outcome.Posted(null, REPLY));

    assertThat(replies)
        .containsExactly(
            new StoredReply(1, 1, NOW, Release.REQUIRED, NOW.plus(Duration.ofDays(7)), REPLY));
  }

  @Test
  void aRefusalThatIsGivenIsKeptAndTheLaneGoesOn() {
    arrive("Given", "a");
    arrive("Given", "b");
    end(1, new Outcome.Refused(Reason.REFUSED, "422", REPLY));

    assertThat(replies).extracting(StoredReply::seq).containsExactly(1L);
    assertThat(rows.get(1L).standing().status()).isEqualTo(Status.FAILED);
    assertThat(rows.get(1L).standing().ranks()).isEmpty();
    assertThat(posts).containsExactly(1L, 2L);
  }

  @Test
  void aRefusalThatIsHeldHoldsItsLaneAndIsNoReply() {
    arrive("Asked", "a");
    arrive("Asked", "b");
    end(1, new Outcome.Refused(Reason.REFUSED, "422", REPLY));

    assertThat(replies).isEmpty();
    assertThat(rows.get(1L).standing().status()).isEqualTo(Status.FAILED);
    assertThat(rows.get(1L).standing().ranks()).isNotEmpty();
    assertThat(posts).containsExactly(1L);
  }
}
