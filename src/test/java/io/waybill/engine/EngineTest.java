package io.waybill.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.message.Fingerprint;
import io.waybill.message.LaneName;
import io.waybill.message.MessageRow;
import io.waybill.message.Outcome;
import io.waybill.message.Reason;
import io.waybill.message.Status;
import io.waybill.spec.DeliveryClass;
import io.waybill.spec.Destination;
import io.waybill.spec.OnFailure;
import io.waybill.spec.Operation;
import io.waybill.spec.Reading;
import io.waybill.spec.Retry;
import io.waybill.spec.Specification;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The rules, one by one. How they hold together under faults is for the simulation. */
class EngineTest {

  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final Retry RETRY =
      new Retry(Duration.ofSeconds(10), 2, Duration.ofMinutes(5), 0, 3, Duration.ofHours(1));

  private Engine engine = engine(DeliveryClass.DEDUPLICATING, Destination.Remembers.ALL, 8);
  private final Map<Long, MessageRow> rows = new LinkedHashMap<>();
  private final List<Long> posts = new ArrayList<>();
  private final Map<Long, Long> after = new LinkedHashMap<>();
  private final List<String> answers = new ArrayList<>();
  private Instant now = START;
  private long tickets;

  private static Engine engine(
      DeliveryClass delivery, Destination.Remembers remembers, int inFlight) {
    Destination erp =
        new Destination(
            "erp",
            delivery,
            remembers,
            Duration.ZERO,
            inFlight,
            Duration.ofSeconds(30),
            List.of(),
            RETRY,
            Destination.Classify.DEFAULT);
    Engine engine =
        new Engine(
            new Specification(
                Map.of("erp", erp),
                Map.of(
                    "Hold", new Operation("Hold", OnFailure.HOLD),
                    "GoOn", new Operation("GoOn", OnFailure.GO_ON))),
            Holding.ALL,
            0);
    engine.step(new Event.Opened("erp"), START);
    return engine;
  }

  private void step(Event event) {
    engine.step(event, now).forEach(this::take);
  }

  private void take(Decision decision) {
    if (decision instanceof Decision.Inserted inserted) {
      rows.put(inserted.row().seq(), inserted.row());
    } else if (decision instanceof Decision.Changed changed) {
      rows.put(changed.row().seq(), changed.row());
    } else if (decision instanceof Decision.Post post) {
      posts.add(post.row().seq());
      Decision.Attempt before = post.after();
      after.put(post.row().seq(), before == null ? 0 : before.seq());
    } else if (decision instanceof Decision.Answered answered) {
      answers.add(answered.result() + " " + answered.row().seq());
    } else if (decision instanceof Decision.Declined declined) {
      answers.add(declined.cause() + " " + declined.message());
    }
  }

  private void arriveAs(String operation, String id, String text, String... lanes) {
    Reading reading =
        new Reading.Read(
            operation, id, null, List.of(lanes).stream().map(LaneName::parse).toList(), "erp");
    step(
        new Event.Arrived(
            ++tickets,
            reading,
            "acme",
            "test",
            Fingerprint.of(text.getBytes(StandardCharsets.UTF_8)),
            1,
            null,
            null));
  }

  private void arrive(String id, String... lanes) {
    arriveAs("Hold", id, id, lanes);
  }

  private void end(long seq, Outcome outcome) {
    step(new Event.Ended(seq, row(seq).standing().version(), outcome, false));
  }

  private void posted(long seq) {
    end(seq, new Outcome.Posted(null));
  }

  private void decide(Event.Verb verb, long seq) {
    step(
        new Event.Decided(
            ++tickets, verb, seq, "anna", "because", null, rows.get(seq), null, null));
  }

  private void pass(Duration time) {
    now = now.plus(time);
    step(new Event.TimeCame());
  }

  private MessageRow row(long seq) {
    return Objects.requireNonNull(rows.get(seq));
  }

  private Status status(long seq) {
    return row(seq).standing().status();
  }

  private @Nullable Reason reason(long seq) {
    return row(seq).standing().reason();
  }

  @Test
  void aLaneIsPostedOneAfterTheOther() {
    arrive("1", "l:a");
    arrive("2", "l:a");
    arrive("3", "l:b");

    assertThat(posts).containsExactly(1L, 3L);
    assertThat(reason(2)).isEqualTo(Reason.TURN);
    posted(1);
    assertThat(posts).containsExactly(1L, 3L, 2L);
  }

  @Test
  void aMessageOfSeveralLanesGoesWhenItIsFirstInAll() {
    arrive("1", "l:a");
    arrive("2", "l:b");
    arrive("3", "l:a", "l:b");
    arrive("4", "l:b");

    posted(2);
    assertThat(posts).containsExactly(1L, 2L);
    posted(1);
    assertThat(posts).containsExactly(1L, 2L, 3L);
    posted(3);
    assertThat(posts).containsExactly(1L, 2L, 3L, 4L);
  }

  @Test
  void aDuplicateIsToldTheFirstAndAChangedDocumentIsAConflict() {
    arrive("1", "l:a");
    arrive("1", "l:a");
    arriveAs("Hold", "1", "other bytes", "l:a");
    arriveAs("Hold", "1", "other bytes", "l:a");

    assertThat(answers).containsExactly("ACCEPTED 1", "DUPLICATE 1", "CONFLICT 2", "CONFLICT 2");
    assertThat(reason(2)).isEqualTo(Reason.CONFLICT);
    assertThat(posts).containsExactly(1L);
  }

  @Test
  void aRefusedMessageHoldsItsLaneUntilAPersonDecides() {
    arrive("1", "l:a");
    arrive("2", "l:a");

    end(1, new Outcome.Refused(Reason.REFUSED, "422"));
    assertThat(status(1)).isEqualTo(Status.FAILED);
    assertThat(posts).containsExactly(1L);
    decide(Event.Verb.SKIP, 1);
    assertThat(posts).containsExactly(1L, 2L);
  }

  @Test
  void withGoOnItLeavesItsLaneAndRetriedJoinsTheEnd() {
    arriveAs("GoOn", "1", "1", "l:a");
    arrive("2", "l:a");
    arrive("3", "l:a");

    end(1, new Outcome.Refused(Reason.REFUSED, "422"));
    decide(Event.Verb.RETRY, 1);
    posted(2);
    posted(3);
    assertThat(posts).containsExactly(1L, 2L, 3L, 1L);
  }

  @Test
  void aPassingFailureIsRepeatedAfterGrowingPausesAndGivenUpAfterItsAttempts() {
    engine = engine(DeliveryClass.TRANSACTIONAL, Destination.Remembers.ALL, 8);
    arrive("1", "l:a");
    end(1, new Outcome.Transient("deadlock", null));
    assertThat(row(1).standing().dueAt()).isEqualTo(now.plusSeconds(10));
    pass(Duration.ofSeconds(9));
    assertThat(posts).hasSize(1);
    pass(Duration.ofSeconds(1));
    end(1, new Outcome.Transient("deadlock", null));
    assertThat(row(1).standing().dueAt()).isEqualTo(now.plusSeconds(20));
    pass(Duration.ofSeconds(20));
    end(1, new Outcome.Transient("deadlock", null));

    assertThat(status(1)).isEqualTo(Status.FAILED);
    assertThat(reason(1)).isEqualTo(Reason.ATTEMPTS);
    assertThat(posts).hasSize(3);
  }

  @Test
  void retryAfterIsHonouredWhereItIsLonger() {
    arrive("1", "l:a");
    end(1, new Outcome.Transient("425", Duration.ofMinutes(2)));
    assertThat(row(1).standing().dueAt()).isEqualTo(now.plusSeconds(120));
  }

  @Test
  void whatCannotBeTriedAgainInItsTimeExpires() {
    engine = engine(DeliveryClass.TRANSACTIONAL, Destination.Remembers.ALL, 8);
    arrive("1", "l:a");
    end(1, new Outcome.Transient("busy", Duration.ofHours(2)));
    assertThat(reason(1)).isEqualTo(Reason.EXPIRED);
  }

  @Test
  void aLostAnswerIsHeldRepeatedOrLookedUpAsTheClassSays() {
    arrive("1", "l:a");
    end(1, new Outcome.Ambiguous("reset"));
    assertThat(status(1)).isEqualTo(Status.RETRIABLE);

    engine = engine(DeliveryClass.HOLD, Destination.Remembers.ALL, 8);
    arrive("1", "l:a");
    end(1, new Outcome.Ambiguous("reset"));
    assertThat(status(1)).isEqualTo(Status.IN_DOUBT);

    engine = engine(DeliveryClass.TRANSACTIONAL, Destination.Remembers.ALL, 8);
    arrive("1", "l:a");
    step(new Event.Ended(1, row(1).standing().version(), new Outcome.Ambiguous("reset"), true));
    assertThat(status(1)).isEqualTo(Status.POSTED);
  }

  @Test
  void theLateAnswerSettlesWhatIsInDoubt() {
    engine = engine(DeliveryClass.HOLD, Destination.Remembers.ALL, 8);
    arrive("1", "l:a");
    arrive("2", "l:a");
    end(1, new Outcome.Ambiguous("no answer"));
    posted(1);
    assertThat(status(1)).isEqualTo(Status.POSTED);
    assertThat(posts).containsExactly(1L, 2L);
  }

  @Test
  void aDestinationThatIsGoneIsTriedByOneMessageAtATimeAndCostsNoAttempt() {
    for (int i = 1; i <= 5; i++) {
      arrive("" + i, "l:" + i);
    }
    end(1, new Outcome.Unavailable("connection refused", null));
    for (long i = 2; i <= 5; i++) {
      end(i, new Outcome.Unavailable("connection refused", null));
    }
    arrive("6", "l:6");
    assertThat(status(6)).isEqualTo(Status.RETRIABLE);
    assertThat(reason(6)).isEqualTo(Reason.LINK);
    assertThat(row(1).standing().attempts()).isZero();

    posts.clear();
    pass(Duration.ofSeconds(10));
    assertThat(posts).containsExactly(1L);
    end(1, new Outcome.Unavailable("connection refused", null));
    pass(Duration.ofSeconds(19));
    assertThat(posts).containsExactly(1L);
    pass(Duration.ofSeconds(1));
    assertThat(posts).containsExactly(1L, 1L);
    posted(1);
    pass(Duration.ZERO);
    assertThat(posts).containsExactly(1L, 1L, 2L, 3L, 4L, 5L, 6L);
  }

  @Test
  void timeBehindALinkCostsNoExpiry() {
    engine = engine(DeliveryClass.TRANSACTIONAL, Destination.Remembers.ALL, 8);
    arrive("1", "l:a");
    end(1, new Outcome.Transient("busy", null));
    Instant expires = Objects.requireNonNull(row(1).standing().expiresAt());
    pass(Duration.ofSeconds(10));
    end(1, new Outcome.Unavailable("down", Duration.ofHours(3)));
    pass(Duration.ofHours(3));
    assertThat(status(1)).isEqualTo(Status.POSTING);
    assertThat(row(1).standing().expiresAt()).isEqualTo(expires.plus(Duration.ofHours(3)));
  }

  @Test
  void noMoreAreInFlightThanTheDestinationTakes() {
    engine = engine(DeliveryClass.DEDUPLICATING, Destination.Remembers.ALL, 2);
    for (int i = 1; i <= 4; i++) {
      arrive("" + i, "l:" + i);
    }
    assertThat(posts).containsExactly(1L, 2L);
    posted(2);
    assertThat(posts).containsExactly(1L, 2L, 3L);
  }

  @Test
  void whatMayBeForgottenIsNotRepeatedButInDoubt() {
    engine =
        engine(
            DeliveryClass.DEDUPLICATING, new Destination.Remembers(Duration.ofSeconds(5), null), 8);
    arrive("1", "l:a");
    end(1, new Outcome.Ambiguous("reset"));
    pass(Duration.ofSeconds(10));
    assertThat(status(1)).isEqualTo(Status.IN_DOUBT);
    assertThat(reason(1)).isEqualTo(Reason.FORGOTTEN);
    decide(Event.Verb.SETTLE_NOT_POSTED, 1);
    assertThat(posts).containsExactly(1L, 1L);
  }

  @Test
  void withoutARouteMessagesWaitAndSaySo() {
    step(new Event.Closed("erp"));
    arrive("1", "l:a");
    assertThat(reason(1)).isEqualTo(Reason.PAUSE);
    assertThat(row(1).standing().detail()).contains("waybill:post:erp");
    step(new Event.Opened("erp"));
    assertThat(posts).containsExactly(1L);
  }

  @Test
  void aPersonsActionIsRefusedWhereItMakesNoSense() {
    arrive("1", "l:a");
    decide(Event.Verb.SKIP, 1);
    decide(Event.Verb.RETRY, 99);
    posted(1);
    decide(Event.Verb.RETRY, 1);

    assertThat(answers.get(1)).startsWith("NOT_ALLOWED").contains("posting");
    assertThat(answers.get(2)).startsWith("UNKNOWN").contains("99");
    assertThat(answers.get(3)).startsWith("NOT_ALLOWED").contains("posted");
  }

  @Test
  void anActionOnARowThatChangedSinceIsRefused() {
    arrive("1", "l:a");
    step(
        new Event.Decided(
            ++tickets, Event.Verb.SETTLE_POSTED, 1, "anna", "seen", 77, row(1), null, null));
    assertThat(answers.get(1)).startsWith("CHANGED");
  }

  @Test
  void aDocumentReadAgainTakesItsPlaceAtTheEndOfItsLanes() {
    arrive("1", "l:a");
    Fingerprint bytes = Fingerprint.of(new byte[] {1});
    Reading.Unread unread = new Reading.Unread(Reason.UNTYPED, "no operation matches", null, null);
    step(new Event.Arrived(++tickets, unread, "acme", "test", bytes, 1, null, null));
    assertThat(status(2)).isEqualTo(Status.FAILED);
    decide(Event.Verb.RETRY, 2);
    assertThat(answers.get(2)).contains("reread");

    Reading read = new Reading.Read("Hold", "2", null, List.of(LaneName.parse("l:a")), "erp");
    step(
        new Event.Decided(
            ++tickets,
            Event.Verb.REREAD,
            2,
            "anna",
            "specification corrected",
            null,
            row(2),
            new Event.Reread(read, 1),
            null));
    assertThat(status(2)).isEqualTo(Status.SUBMITTED);
    posted(1);
    assertThat(posts).containsExactly(1L, 2L);
    assertThat(row(2).received().ownsId()).isTrue();
  }

  @Test
  void afterAStartEveryAttemptIsResolvedByWhatIsKnownOfIt() {
    arrive("1", "l:a");
    arrive("2", "l:b");
    arrive("3", "l:c");
    arrive("4", "l:c");
    MessageRow under = row(1);
    Engine next = engine(DeliveryClass.HOLD, Destination.Remembers.ALL, 8);
    rows.values().forEach(next::load);
    engine = next;
    posts.clear();

    engine
        .recover(
            row ->
                row.seq() == 1 ? Fate.UNDER_WAY : row.seq() == 2 ? Fate.NEVER_LEFT : Fate.UNKNOWN,
            Set.of(),
            now)
        .forEach(this::take);

    assertThat(row(1)).isEqualTo(under);
    assertThat(posts).containsExactly(2L);
    assertThat(status(3)).isEqualTo(Status.IN_DOUBT);
    assertThat(status(4)).isEqualTo(Status.SUBMITTED);
  }

  private void crowd(int count) {
    for (int i = 1; i <= count; i++) {
      arrive("" + i, "l:a");
    }
  }

  @Test
  void theIntentsOfACrowdedLaneAreWrittenTogetherAndEachNamesTheOneBefore() {
    crowd(9);

    assertThat(posts).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L);
    assertThat(after).containsEntry(1L, 0L).containsEntry(2L, 1L).containsEntry(9L, 8L);
  }

  @Test
  void whatWasIntendedAndNotSentWaitsForItsTurnAgain() {
    crowd(9);
    end(1, new Outcome.Refused(Reason.REFUSED, "no such customer"));
    for (long seq = 2; seq <= 9; seq++) {
      end(seq, new Outcome.NotSent("not its turn"));
    }

    assertThat(status(2)).isEqualTo(Status.SUBMITTED);
    assertThat(reason(2)).isEqualTo(Reason.TURN);
    assertThat(row(2).standing().attempts()).isZero();
    assertThat(row(2).standing().firstTriedAt()).isNull();
    decide(Event.Verb.SKIP, 1);
    assertThat(status(2)).isEqualTo(Status.POSTING);
  }

  @Test
  void anIntentThatWaitsForAnotherTakesNoSlot() {
    engine = engine(DeliveryClass.DEDUPLICATING, Destination.Remembers.ALL, 2);
    crowd(9);
    arrive("other", "l:b");
    arrive("third", "l:c");

    assertThat(status(10)).isEqualTo(Status.POSTING);
    assertThat(status(11)).isEqualTo(Status.SUBMITTED);
    posted(1);
    assertThat(status(11)).isEqualTo(Status.SUBMITTED);
    posted(10);
    assertThat(status(11)).isEqualTo(Status.POSTING);
  }

  @Test
  void theIntentsThatWaitForAnotherAreBoundedOverAllLanes() {
    engine = engine(DeliveryClass.DEDUPLICATING, Destination.Remembers.ALL, Exit.MOST_CHAIN);
    for (int i = 0; i < 6 * Exit.MOST_CHAIN; i++) {
      arrive("" + i, "l:" + i % 6);
    }

    assertThat(posts).hasSize(6 + Exit.FOLLOWERS);
    assertThat(after.values().stream().filter(before -> before != 0)).hasSize(Exit.FOLLOWERS);
    List.copyOf(posts).forEach(this::posted);
    assertThat(posts).hasSize(6 * Exit.MOST_CHAIN);
  }

  @Test
  void asManyIntentsOfALaneAreWrittenTogetherAsTheDestinationTakesAtOnce() {
    engine = engine(DeliveryClass.DEDUPLICATING, Destination.Remembers.ALL, 100);
    crowd(150);

    assertThat(posts).hasSize(100);
  }

  @Test
  void aDestinationThatMayForgetThoseThatWaitGetsOneOfALaneAtATime() {
    engine =
        engine(
            DeliveryClass.DEDUPLICATING,
            new Destination.Remembers(null, 4L * (2 + Exit.FOLLOWERS)),
            2);
    crowd(9);

    assertThat(posts).containsExactly(1L);
  }

  @Test
  void withoutADestinationThatRefusesRepetitionsEachIntentIsWrittenInItsTurn() {
    engine = engine(DeliveryClass.HOLD, Destination.Remembers.ALL, 8);
    crowd(9);

    assertThat(posts).containsExactly(1L);
  }
}
