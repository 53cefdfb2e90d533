package io.waybill.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.message.Fingerprint;
import io.waybill.message.LaneName;
import io.waybill.message.MessageRow;
import io.waybill.message.Outcome;
import io.waybill.message.Plan;
import io.waybill.message.PlannedStep;
import io.waybill.message.PostingId;
import io.waybill.message.Reason;
import io.waybill.message.Reply;
import io.waybill.message.Status;
import io.waybill.message.StepRow;
import io.waybill.message.StoredReply;
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
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Processes of several steps")
class ProcessesTest {

  private static final Instant START = Instant.parse("2026-11-21T08:00:00Z");

  private final Map<Long, MessageRow> rows = new LinkedHashMap<>();
  private final Map<String, StepRow> steps = new TreeMap<>();
  private final List<String> posts = new ArrayList<>();
  private final List<StoredReply> replies = new ArrayList<>();
  private Engine engine;
  private Instant now = START;

  @BeforeEach
  void start() {
    engine = engine(0);
    for (String name : specification().destinations().keySet()) {
      step(new Event.Opened(name));
    }
  }

  private static Engine engine(long newest) {
    return new Engine(specification(), Holding.ALL, newest);
  }

  private static Specification specification() {
    Map<String, Destination> destinations = new LinkedHashMap<>();
    for (String name : List.of("stock", "payments", "warehouse")) {
      destinations.put(
          name,
          new Destination(
              name,
              name.equals("payments") ? DeliveryClass.HOLD : DeliveryClass.DEDUPLICATING,
              Destination.Remembers.ALL,
              Duration.ZERO,
              8,
              Duration.ofSeconds(30),
              List.of(),
              new Retry(
                  Duration.ofSeconds(10), 2, Duration.ofMinutes(5), 0, 3, Duration.ofHours(1)),
              Destination.Classify.DEFAULT,
              name.equals("warehouse") ? Duration.ofDays(5) : null));
    }
    return new Specification(
        destinations,
        Map.of(
            "Fulfil", new Operation("Fulfil", OnFailure.HOLD),
            "Undo", new Operation("Undo", OnFailure.COMPENSATE),
            "Note", new Operation("Note", OnFailure.HOLD)));
  }

  private static Plan plan(int freesLaneAt, boolean charged) {
    return new Plan(
        List.of(
            new PlannedStep("reserve", "stock", true, true),
            new PlannedStep("charge", "payments", charged, true),
            new PlannedStep("ship", "warehouse", true, false)),
        freesLaneAt);
  }

  private void step(Event event) {
    engine.step(event, now).forEach(this::take);
  }

  private void take(Decision decision) {
    if (decision instanceof Decision.Inserted inserted) {
      rows.put(inserted.row().seq(), inserted.row());
    } else if (decision instanceof Decision.Changed changed) {
      rows.put(changed.row().seq(), changed.row());
    } else if (decision instanceof Decision.StepChanged changed) {
      StepRow step = changed.step();
      steps.merge(step.seq() + " " + step.name(), step, (earlier, later) -> later.over(earlier));
    } else if (decision instanceof Decision.Replied replied) {
      replies.add(replied.reply());
    } else if (decision instanceof Decision.Post post) {
      posts.add(post.row().seq() + " " + post.row().standing().destination());
    }
  }

  private void arrive(String operation, String id, Plan plan) {
    Reading reading =
        new Reading.Read(
            operation,
            id,
            "po-1",
            List.of(new LaneName("cust", "1")),
            "stock",
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            plan);
    arrive(id, reading);
  }

  private void note(String id) {
    arrive(id, new Reading.Read("Note", id, null, List.of(new LaneName("cust", "1")), "stock"));
  }

  private void arrive(String id, Reading reading) {
    Fingerprint bytes = Fingerprint.of(id.getBytes(StandardCharsets.UTF_8));
    step(new Event.Arrived(1, reading, "acme", "test", bytes, 1, null, null));
  }

  private MessageRow row(long seq) {
    return Objects.requireNonNull(rows.get(seq));
  }

  private void end(long seq, Outcome outcome) {
    MessageRow row = row(seq);
    step(new Event.Ended(seq, row.standing().version(), outcome, false, row.postingId()));
  }

  private void posted(long seq, String answer) {
    end(seq, new Outcome.Posted(null, reply(answer)));
  }

  private static Reply reply(String text) {
    return new Reply(200, null, Map.of(), text.getBytes(StandardCharsets.UTF_8), "id-" + text);
  }

  private void decide(Event.Verb verb, long seq) {
    step(new Event.Decided(9, verb, seq, "anna", "because", null, row(seq), null, null));
  }

  private StepRow at(String key) {
    return Objects.requireNonNull(steps.get(key));
  }

  private String answer(String key) {
    return new String(Objects.requireNonNull(at(key).reply()).body(), StandardCharsets.UTF_8);
  }

  @Test
  void goThroughTheirStepsInTurnAndHoldTheirLaneToTheEnd() {
    arrive("Fulfil", "a", plan(3, true));
    note("b");
    assertThat(posts).containsExactly("1 stock");

    posted(1, "reserved");
    posted(1, "charged");
    assertThat(posts).containsExactly("1 stock", "1 payments", "1 warehouse");
    assertThat(row(1).standing().status()).isEqualTo(Status.POSTING);

    posted(1, "shipped");
    assertThat(row(1).standing().status()).isEqualTo(Status.POSTED);
    assertThat(posts).containsExactly("1 stock", "1 payments", "1 warehouse", "2 stock");
  }

  @Test
  void writeWhatEachStepAnswered() {
    arrive("Fulfil", "a", plan(3, true));
    now = now.plusSeconds(1);
    posted(1, "reserved");

    StepRow reserve = at("1 reserve");
    assertThat(reserve.status()).isEqualTo(Status.POSTED);
    assertThat(reserve.startedAt()).isEqualTo(START);
    assertThat(reserve.endedAt()).isEqualTo(now);
    assertThat(reserve.attempts()).isEqualTo(1);
    assertThat(answer("1 reserve")).isEqualTo("reserved");
    assertThat(Objects.requireNonNull(reserve.reply()).id()).isEqualTo("id-reserved");
    assertThat(at("1 charge").status()).isEqualTo(Status.POSTING);
    assertThat(at("1 charge").startedAt()).isEqualTo(now);
    assertThat(at("1 charge").postingId()).isNotEqualTo(reserve.postingId());

    posted(1, "charged");
    posted(1, "shipped");
    assertThat(answer("1 ship")).isEqualTo("shipped");
    assertThat(at("1 ship").status()).isEqualTo(Status.POSTED);
  }

  @Test
  void passOverAStepThatTheDocumentDoesNotAskFor() {
    arrive("Fulfil", "a", plan(3, false));
    posted(1, "reserved");
    posted(1, "shipped");

    assertThat(posts).containsExactly("1 stock", "1 warehouse");
    assertThat(steps).containsOnlyKeys("1 reserve", "1 ship");
    assertThat(row(1).standing().status()).isEqualTo(Status.POSTED);
  }

  @Test
  void freeTheirLaneBeforeTheStepThatIsNamed() {
    arrive("Fulfil", "a", plan(2, true));
    note("b");
    posted(1, "reserved");
    assertThat(posts).doesNotContain("2 stock");

    posted(1, "charged");
    assertThat(posts).containsExactly("1 stock", "1 payments", "1 warehouse", "2 stock");
    assertThat(row(1).standing().ranks()).isEmpty();
    assertThat(row(1).standing().status()).isEqualTo(Status.POSTING);

    end(1, new Outcome.Refused(Reason.REFUSED, "422"));
    posted(2, "noted");
    note("c");
    assertThat(posts).endsWith("3 stock");
    decide(Event.Verb.RETRY, 1);
    assertThat(posts).endsWith("1 warehouse");
  }

  @Test
  void areNotFollowedInTheirLaneBeforeTheirLastStep() {
    for (int i = 0; i < 12; i++) {
      arrive("Fulfil", "p" + i, plan(3, true));
    }
    assertThat(posts).containsExactly("1 stock");

    posted(1, "reserved");
    posted(1, "charged");
    assertThat(posts).containsExactly("1 stock", "1 payments", "1 warehouse");
  }

  @Test
  void repeatAStepAsItsDestinationSaysAndNeverTheStepsBefore() {
    arrive("Fulfil", "a", plan(3, true));
    posted(1, "reserved");
    posted(1, "charged");
    end(1, new Outcome.Ambiguous("no answer"));
    assertThat(row(1).standing().status()).isEqualTo(Status.RETRIABLE);

    now = now.plusSeconds(10);
    step(new Event.TimeCame());
    assertThat(posts).containsExactly("1 stock", "1 payments", "1 warehouse", "1 warehouse");
    assertThat(row(1).standing().attempts()).isEqualTo(2);
  }

  @Test
  void goOnAfterARestartAtTheFirstStepThatHasNotEnded() {
    arrive("Fulfil", "a", plan(3, true));
    posted(1, "reserved");
    posts.clear();

    engine = engine(1);
    engine.load(row(1));
    engine.recover(row -> Fate.NEVER_LEFT, Set.of(), now).forEach(this::take);
    step(new Event.Opened("payments"));
    assertThat(posts).containsExactly("1 payments");
  }

  @Test
  void areInDoubtAtAStepWhoseAnswerIsLostAndGoOnWhenThatIsSettled() {
    arrive("Fulfil", "a", plan(3, true));
    posted(1, "reserved");
    end(1, new Outcome.Ambiguous("no answer"));
    assertThat(row(1).standing().status()).isEqualTo(Status.IN_DOUBT);
    assertThat(at("1 charge").status()).isEqualTo(Status.IN_DOUBT);

    decide(Event.Verb.SETTLE_POSTED, 1);
    assertThat(posts).containsExactly("1 stock", "1 payments", "1 warehouse");
    assertThat(at("1 charge").status()).isEqualTo(Status.POSTED);
    assertThat(at("1 charge").reason()).isEqualTo(Reason.BY_HAND);
  }

  @Test
  void takeALateAnswerForTheStepItIsAboutOnly() {
    arrive("Fulfil", "a", plan(3, true));
    MessageRow first = row(1);
    posted(1, "reserved");
    end(1, new Outcome.Ambiguous("no answer"));

    Outcome late = new Outcome.Posted(null, reply("late"));
    step(new Event.Ended(1, first.standing().version(), late, false, first.postingId()));
    assertThat(row(1).standing().status()).isEqualTo(Status.IN_DOUBT);

    end(1, late);
    assertThat(posts).containsExactly("1 stock", "1 payments", "1 warehouse");
    assertThat(answer("1 charge")).isEqualTo("late");
  }

  @Test
  void holdTheirLaneAtAStepThatFailedUntilAPersonDecides() {
    arrive("Fulfil", "a", plan(3, true));
    note("b");
    posted(1, "reserved");
    end(1, new Outcome.Refused(Reason.REFUSED, "no money"));

    assertThat(row(1).standing().status()).isEqualTo(Status.FAILED);
    assertThat(at("1 charge").detail()).isEqualTo("no money");
    assertThat(posts).containsExactly("1 stock", "1 payments");
    decide(Event.Verb.RETRY, 1);
    assertThat(posts).containsExactly("1 stock", "1 payments", "1 payments");
    decide(Event.Verb.SKIP, 1);
    assertThat(row(1).standing().status()).isEqualTo(Status.POSTING);
  }

  private void opened(String... destinations) {
    for (String destination : destinations) {
      step(new Event.Opened("cancel:" + destination));
    }
  }

  private void failAtTheLastStep() {
    arrive("Undo", "a", plan(3, true));
    note("b");
    posted(1, "reserved");
    posted(1, "charged");
    end(1, new Outcome.Refused(Reason.REFUSED, "no truck"));
  }

  @Test
  void areUndoneNewestFirstWhereAStepFails() {
    opened("stock", "payments");
    failAtTheLastStep();
    assertThat(row(1).standing().status()).isEqualTo(Status.CANCELLING);
    assertThat(at("1 ship").status()).isEqualTo(Status.FAILED);
    assertThat(at("1 ship").detail()).isEqualTo("no truck");
    assertThat(posts).endsWith("1 warehouse", "1 payments");

    end(1, new Outcome.Posted(null));
    assertThat(at("1 charge").status()).isEqualTo(Status.CANCELLED);
    assertThat(posts).endsWith("1 payments", "1 stock");
    assertThat(row(1).sentAs()).isEqualTo(at("1 reserve").postingId().cancellation());

    end(1, new Outcome.Posted(null));
    assertThat(row(1).standing().status()).isEqualTo(Status.CANCELLED);
    assertThat(at("1 reserve").status()).isEqualTo(Status.CANCELLED);
    assertThat(answer("1 reserve")).isEqualTo("reserved");
    assertThat(posts).endsWith("2 stock");
  }

  @Test
  void waitForTheRouteThatUndoes() {
    failAtTheLastStep();
    assertThat(row(1).standing().detail())
        .isEqualTo("no route that consumes waybill:cancel:payments is running");

    opened("payments");
    assertThat(posts).endsWith("1 warehouse", "1 payments");
  }

  @Test
  void areInDoubtWhereAStepCannotBeUndoneAndAPersonDecides() {
    opened("stock", "payments");
    failAtTheLastStep();
    end(1, new Outcome.Refused(Reason.REFUSED, "paid out"));
    assertThat(row(1).standing().status()).isEqualTo(Status.IN_DOUBT);
    assertThat(row(1).standing().reason()).isEqualTo(Reason.CANCELLATION);
    assertThat(row(1).standing().detail())
        .isEqualTo("step charge: payments refuses to undo it: paid out");

    decide(Event.Verb.SETTLE_POSTED, 1);
    assertThat(row(1).standing().status()).isEqualTo(Status.IN_DOUBT);
    decide(Event.Verb.RETRY, 1);
    assertThat(posts).endsWith("1 payments", "1 payments");
    end(1, new Outcome.Ambiguous("no answer"));
    assertThat(row(1).standing().status()).isEqualTo(Status.IN_DOUBT);
    decide(Event.Verb.SETTLE_NOT_POSTED, 1);
    assertThat(posts).endsWith("1 payments", "1 stock");
  }

  @Test
  void areUndoneOnAfterARestart() {
    opened("stock", "payments");
    failAtTheLastStep();
    end(1, new Outcome.Posted(null));
    posts.clear();

    engine = engine(2);
    rows.values().forEach(row -> engine.load(row));
    engine.recover(row -> Fate.UNKNOWN, Set.of(), now).forEach(this::take);
    assertThat(posts).isEmpty();
    opened("stock");
    assertThat(posts).containsExactly("1 stock");
  }

  @Test
  void repeatACancellationWhoseDestinationCannotBeReached() {
    opened("stock", "payments");
    failAtTheLastStep();
    end(1, new Outcome.Unavailable("connection refused", null));
    assertThat(row(1).standing().status()).isEqualTo(Status.CANCELLING);

    now = now.plusSeconds(10);
    step(new Event.TimeCame());
    assertThat(posts).endsWith("1 payments", "1 payments");
  }

  @Test
  void areCancelledAtOnceWhereNothingWasDone() {
    arrive("Undo", "a", plan(3, true));
    note("b");
    end(1, new Outcome.Refused(Reason.REFUSED, "sold out"));

    assertThat(row(1).standing().status()).isEqualTo(Status.CANCELLED);
    assertThat(posts).containsExactly("1 stock", "2 stock");
  }

  private void report(long seq, PostingId id, Outcome outcome) {
    step(new Event.Reported(7, seq, id, outcome, rows.get(seq), Set.of()));
  }

  private void handOver() {
    arrive("Fulfil", "a", plan(3, true));
    note("b");
    posted(1, "reserved");
    posted(1, "charged");
    end(1, new Outcome.Accepted("202"));
  }

  @Test
  void waitForTheReportOfAComponentThatWasHandedItsWork() {
    handOver();
    assertThat(row(1).standing().status()).isEqualTo(Status.POSTING);
    assertThat(row(1).standing().reason()).isEqualTo(Reason.REPORT);
    assertThat(row(1).standing().dueAt()).isEqualTo(START.plus(Duration.ofDays(5)));
    PostingId id = row(1).postingId();

    engine = engine(2);
    engine.load(row(1));
    engine.recover(row -> Fate.UNKNOWN, Set.of(), now).forEach(this::take);
    report(1, id, new Outcome.Posted(null, reply("shipped")));
    assertThat(row(1).standing().status()).isEqualTo(Status.POSTED);
    assertThat(answer("1 ship")).isEqualTo("shipped");

    int version = row(1).standing().version();
    report(1, id, new Outcome.Posted(null, reply("shipped again")));
    assertThat(row(1).standing().version()).isEqualTo(version);
    assertThat(answer("1 ship")).isEqualTo("shipped");
  }

  @Test
  void takeNoReportAboutAnotherPosting() {
    handOver();
    MessageRow before = row(1);
    report(1, at("1 charge").postingId(), new Outcome.Refused(Reason.REFUSED, "late"));
    report(1, new PostingId("0-1-2-0"), new Outcome.Posted(null));
    assertThat(row(1)).isEqualTo(before);
  }

  @Test
  void failWhereAComponentReportsThatItRefuses() {
    handOver();
    report(1, row(1).postingId(), new Outcome.Refused(Reason.REFUSED, "no truck"));
    assertThat(row(1).standing().status()).isEqualTo(Status.FAILED);
    assertThat(row(1).standing().detail()).isEqualTo("no truck");
  }

  @Test
  void handTheWorkOverAgainWhereNoReportComesAndTakeALateOne() {
    handOver();
    now = now.plus(Duration.ofDays(5));
    step(new Event.TimeCame());
    assertThat(row(1).standing().status()).isEqualTo(Status.RETRIABLE);

    report(1, row(1).postingId(), new Outcome.Posted(null, reply("shipped")));
    assertThat(row(1).standing().status()).isEqualTo(Status.POSTED);
    assertThat(posts).endsWith("2 stock");
    now = now.plus(Duration.ofHours(1));
    step(new Event.TimeCame());
    assertThat(posts.stream().filter("1 warehouse"::equals)).hasSize(1);
  }
}
