package io.waybill.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.message.Fingerprint;
import io.waybill.message.HistoryEntry;
import io.waybill.message.LaneName;
import io.waybill.message.MessageRow;
import io.waybill.message.Need;
import io.waybill.message.Outcome;
import io.waybill.message.Page;
import io.waybill.message.Parked;
import io.waybill.message.ParkedLane;
import io.waybill.message.PostedAs;
import io.waybill.message.PostedAs.By;
import io.waybill.message.Reason;
import io.waybill.message.Status;
import io.waybill.spec.DeliveryClass;
import io.waybill.spec.Destination;
import io.waybill.spec.Expression;
import io.waybill.spec.OnFailure;
import io.waybill.spec.Operation;
import io.waybill.spec.Place;
import io.waybill.spec.Reading;
import io.waybill.spec.Requirement;
import io.waybill.spec.Retry;
import io.waybill.spec.Specification;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What messages wait for, rule by rule. The table is a map here, and can be started from anew. An
 * order requires its customer, by key; a change requires its order, by id; a cancellation comes
 * after changes.
 */
class RequirementsTest {

  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final Duration TWO_DAYS = Duration.ofDays(2);
  private static final Place HERE = new Place("test", 0);

  private Holding holding = Holding.ALL;
  private Engine engine = engine();
  private final TreeMap<Long, MessageRow> table = new TreeMap<>();
  private final Set<PostedAs> facts = new HashSet<>();
  private final List<Long> posts = new ArrayList<>();
  private final List<String> answers = new ArrayList<>();
  private final List<HistoryEntry> history = new ArrayList<>();
  private Instant now = START;
  private int most;

  private Engine engine() {
    Engine fresh = new Engine(specification(), holding, 0);
    fresh.step(new Event.Opened("erp"), START);
    return fresh;
  }

  private static Specification specification() {
    Destination erp =
        new Destination(
            "erp",
            DeliveryClass.DEDUPLICATING,
            Destination.Remembers.ALL,
            Duration.ZERO,
            4,
            Duration.ofSeconds(30),
            List.of(),
            new Retry(Duration.ofSeconds(1), 2, Duration.ofSeconds(5), 0, null, Duration.ofDays(9)),
            Destination.Classify.DEFAULT);
    Map<String, Operation> operations = new LinkedHashMap<>();
    operations.put("Customer", operation("Customer", OnFailure.HOLD, List.of(), Set.of()));
    operations.put(
        "Order",
        operation("Order", OnFailure.HOLD, List.of(required("Customer", By.KEY)), Set.of()));
    operations.put(
        "GoOn",
        operation("GoOn", OnFailure.GO_ON, List.of(required("Customer", By.KEY)), Set.of()));
    operations.put(
        "Change", operation("Change", OnFailure.HOLD, List.of(required("Order", By.ID)), Set.of()));
    operations.put("Cancel", operation("Cancel", OnFailure.HOLD, List.of(), Set.of("Change")));
    return new Specification(Map.of("erp", erp), operations);
  }

  private static Requirement required(String operation, By by) {
    return new Requirement.Posted(
        operation,
        List.of(new Requirement.Under(by, new Expression.Constant("x", HERE))),
        null,
        false,
        HERE);
  }

  private static Operation operation(
      String name, OnFailure onFailure, List<Requirement> requires, Set<String> after) {
    return new Operation(
        name, List.of(), Map.of(), null, null, List.of(), onFailure, requires, after, List.of());
  }

  private static Need customer(String key, @Nullable Duration within, boolean fails) {
    return new Need(
        "Customer customer=" + key,
        List.of(new PostedAs("Customer", By.KEY, key)),
        within,
        fails,
        null);
  }

  private static Need order(String id) {
    return new Need("Order id=" + id, List.of(new PostedAs("Order", By.ID, id)), null, false, null);
  }

  private void arrive(String operation, String id, List<Need> needs, String... lanes) {
    step(
        new Event.Arrived(
            0,
            new Reading.Read(
                operation,
                id,
                null,
                Stream.of(lanes).map(LaneName::parse).toList(),
                "erp",
                needs,
                List.of()),
            "acme",
            "test",
            Fingerprint.of(id.getBytes(StandardCharsets.UTF_8)),
            1,
            null,
            null,
            Set.copyOf(facts)));
  }

  private void step(Event event) {
    readParked();
    take(engine.step(event, now));
    readParked();
    most = Math.max(most, engine.size());
  }

  private void readParked() {
    for (List<Page> pages = engine.pages(); !pages.isEmpty(); pages = engine.pages()) {
      pages.forEach(page -> take(engine.read(page, on(page), now)));
    }
  }

  private List<MessageRow> on(Page page) {
    if (page instanceof Page.OfMessages messages) {
      return messages.seqs().stream().map(this::row).toList();
    }
    if (page instanceof Page.OfLane lane) {
      return places
          .getOrDefault(lane.lane(), new TreeMap<>())
          .tailMap(lane.after(), false)
          .values()
          .stream()
          .limit(page.limit())
          .map(this::row)
          .toList();
    }
    return atDestination.tailSet(((Page.OfDestination) page).after(), false).stream()
        .limit(page.limit())
        .map(this::row)
        .toList();
  }

  /** The places of parked messages, and those parked at their destination. */
  private final Map<LaneName, TreeMap<Long, Long>> places = new LinkedHashMap<>();

  private final TreeSet<Long> atDestination = new TreeSet<>();

  private void write(MessageRow row) {
    MessageRow before = table.put(row.seq(), row);
    if (before != null && before.standing().parked() != null) {
      for (LaneName lane : before.standing().lanes()) {
        TreeMap<Long, Long> there = Objects.requireNonNull(places.get(lane));
        there.remove(before.standing().rank(lane));
        if (there.isEmpty()) {
          places.remove(lane);
        }
      }
      atDestination.remove(row.seq());
    }
    if (row.standing().parked() != null) {
      for (LaneName lane : row.standing().lanes()) {
        places
            .computeIfAbsent(lane, l -> new TreeMap<>())
            .put(row.standing().rank(lane), row.seq());
      }
      if (row.standing().parked() == Parked.DESTINATION) {
        atDestination.add(row.seq());
      }
    }
  }

  private void take(List<Decision> decisions) {
    List<MessageRow> written = new ArrayList<>();
    for (Decision decision : decisions) {
      if (decision instanceof Decision.Inserted inserted) {
        written.add(inserted.row());
      } else if (decision instanceof Decision.Changed changed) {
        assertThat(changed.fromParked())
            .isEqualTo(row(changed.row().seq()).standing().parked() != null);
        written.add(changed.row());
      } else if (decision instanceof Decision.Remembered remembered) {
        facts.add(remembered.fact());
      } else if (decision instanceof Decision.Noted noted) {
        history.add(noted.entry());
      } else if (decision instanceof Decision.Post post) {
        posts.add(post.row().seq());
      } else if (decision instanceof Decision.Declined declined) {
        answers.add(declined.message());
      }
    }
    written.forEach(this::write);
    written.forEach(row -> engine.durable(row.seq(), row.standing().version()));
  }

  private void end(long seq, Outcome outcome) {
    step(new Event.Ended(seq, row(seq).standing().version(), outcome, false));
  }

  private void posted(long seq) {
    end(seq, new Outcome.Posted(null));
  }

  private void refused(long seq) {
    end(seq, new Outcome.Refused(Reason.REFUSED, "422"));
  }

  private void decide(Event.Verb verb, long seq, @Nullable String prerequisite) {
    step(
        new Event.Decided(
            0,
            verb,
            seq,
            "anna",
            "because",
            null,
            row(seq),
            null,
            null,
            prerequisite,
            Set.copyOf(facts)));
  }

  private void pass(Duration time) {
    now = now.plus(time);
    step(new Event.TimeCame());
  }

  /** What a new process makes of the table. */
  private void restart() {
    Engine fresh = new Engine(specification(), holding, table.isEmpty() ? 0 : table.lastKey());
    places.forEach(
        (lane, there) ->
            fresh.load(
                new ParkedLane(
                    lane,
                    there.firstKey(),
                    there.lastKey(),
                    row(there.firstEntry().getValue()).standing().parked() != Parked.LANE)));
    if (!atDestination.isEmpty()) {
      fresh.loadParked("erp");
    }
    for (MessageRow row : table.values()) {
      boolean atRest = row.standing().status() == Status.FAILED && row.standing().ranks().isEmpty();
      if (!row.standing().status().closed() && row.standing().parked() == null && !atRest) {
        fresh.load(row);
      } else if (!row.standing().status().closed()
          && (!atRest || row.standing().reason() == Reason.PREREQUISITE)) {
        fresh.loadTied(row);
      }
    }
    Set<PostedAs> known = new HashSet<>(facts);
    known.retainAll(fresh.needed());
    engine = fresh;
    take(engine.recover(row -> Fate.NEVER_LEFT, known, now));
    take(engine.step(new Event.Opened("erp"), now));
  }

  private MessageRow row(long seq) {
    return Objects.requireNonNull(table.get(seq));
  }

  private Status status(long seq) {
    return row(seq).standing().status();
  }

  private @Nullable String detail(long seq) {
    return row(seq).standing().detail();
  }

  @Test
  void aMessageWaitsVisiblyUntilWhatItRequiresIsPosted() {
    arrive("Order", "o", List.of(customer("4711", null, false)), "order:1");
    arrive("Customer", "other", List.of(), "cust:4712");
    posted(2);
    assertThat(posts).containsExactly(2L);
    assertThat(status(1)).isEqualTo(Status.SUBMITTED);
    assertThat(row(1).standing().reason()).isEqualTo(Reason.PREREQUISITE);
    assertThat(detail(1)).isEqualTo("waits for Customer customer=4711");

    arrive("Customer", "this", List.of(), "cust:4711");
    assertThat(posts).containsExactly(2L, 3L);
    posted(3);
    assertThat(posts).containsExactly(2L, 3L, 1L);
  }

  @Test
  void whatWasPostedBeforeIsKnownLongAfterItsRowIsGone() {
    arrive("Customer", "c", List.of(), "cust:4711");
    posted(1);
    table.clear();
    restart();
    arrive("Order", "o", List.of(customer("4711", null, false)), "order:1");
    assertThat(posts).containsExactly(1L, 1L);
    assertThat(status(1)).isEqualTo(Status.POSTING);
  }

  @Test
  void whatIsPostedButNotYetDurableIsKnownToo() {
    arrive("Customer", "c", List.of(), "cust:4711");
    int version = row(1).standing().version();
    List<Decision> undurable =
        engine.step(new Event.Ended(1, version, new Outcome.Posted(null), false), now);
    arrive("Order", "o", List.of(customer("4711", null, false)), "order:1");
    assertThat(posts).containsExactly(1L, 2L);
    take(undurable);
    assertThat(engine.size()).isEqualTo(1);
  }

  @Test
  void whoeverIsRequiredAndComesLateGoesFirstAndNothingElseDoes() {
    arrive("Customer", "first", List.of(), "cust:4711");
    arrive("Order", "o", List.of(customer("4712", null, false)), "cust:4711");
    arrive("Customer", "behind", List.of(), "cust:4711");
    arrive("Customer", "required", List.of(), "cust:4711", "cust:4712");
    posted(1);
    posted(4);
    posted(2);
    posted(3);
    assertThat(posts).containsExactly(1L, 4L, 2L, 3L);
  }

  @Test
  void aSecondOneOfTheSameKeyDoesNotOvertakeWhoExpectsTheFirst() {
    arrive("Customer", "a", List.of(), "cust:4711");
    arrive("Order", "o", List.of(customer("4711", null, false)), "cust:4711");
    arrive("Customer", "b", List.of(), "cust:4711");
    posted(1);
    assertThat(posts).containsExactly(1L, 2L);
  }

  @Test
  void whoeverExpectedAFailedOneExpectsTheNextWhichThenGoesFirst() {
    arrive("Customer", "a", List.of(), "cust:4711", "x:1");
    arrive("Order", "o", List.of(customer("4711", null, false)), "order:1");
    arrive("Customer", "b", List.of(), "order:1", "cust:4711");
    refused(1);
    decide(Event.Verb.SKIP, 1, null);
    assertThat(posts).containsExactly(1L, 3L);
    posted(3);
    assertThat(posts).containsExactly(1L, 3L, 2L);
  }

  @Test
  void aSkippedPrerequisiteSatisfiesNobodyAndOnePostedByHandDoes() {
    arrive("Order", "o", List.of(customer("4711", null, false)), "order:1");
    arrive("Customer", "a", List.of(), "cust:4711");
    refused(2);
    decide(Event.Verb.SKIP, 2, null);
    assertThat(detail(1)).isEqualTo("waits for Customer customer=4711");
    assertThat(posts).containsExactly(2L);
    arrive("Customer", "b", List.of(), "cust:4711");
    refused(3);
    decide(Event.Verb.SETTLE_POSTED, 3, null);
    assertThat(posts).containsExactly(2L, 3L, 1L);
  }

  @Test
  void whoWaitsTooLongIsHeldVisiblyAndStillWoken() {
    arrive("Order", "o", List.of(customer("4711", TWO_DAYS, false)), "order:1");
    assertThat(row(1).standing().dueAt()).isEqualTo(now.plus(TWO_DAYS));
    restart();
    pass(TWO_DAYS.minusSeconds(1));
    assertThat(detail(1)).isEqualTo("waits for Customer customer=4711");
    pass(Duration.ofSeconds(1));
    assertThat(status(1)).isEqualTo(Status.SUBMITTED);
    assertThat(row(1).standing().dueAt()).isNull();
    assertThat(detail(1))
        .isEqualTo("waits for Customer customer=4711, which did not come within 2d");
    restart();
    assertThat(detail(1)).contains("did not come within 2d");

    arrive("Customer", "c", List.of(), "cust:4711");
    posted(2);
    assertThat(posts).containsExactly(2L, 1L);
  }

  @Test
  void whoWaitsTooLongFailsWhereThatIsSaidAndIsStillWoken() {
    arrive("Order", "o", List.of(customer("4711", TWO_DAYS, true)), "order:1");
    arrive("Order", "behind", List.of(), "order:1");
    pass(TWO_DAYS);
    assertThat(status(1)).isEqualTo(Status.FAILED);
    assertThat(row(1).standing().reason()).isEqualTo(Reason.PREREQUISITE);
    assertThat(detail(1)).contains("did not come within 2d");
    assertThat(posts).isEmpty();

    restart();
    arrive("Customer", "c", List.of(), "cust:4711");
    posted(3);
    assertThat(posts).containsExactly(3L, 1L);
    posted(1);
    assertThat(posts).containsExactly(3L, 1L, 2L);
  }

  @Test
  void withGoOnTheLateOneJoinsTheEndOfItsLane() {
    arrive("GoOn", "o", List.of(customer("4711", TWO_DAYS, true)), "order:1");
    arrive("Customer", "x", List.of(), "order:1");
    pass(TWO_DAYS);
    assertThat(posts).containsExactly(2L);
    assertThat(engine.size()).isEqualTo(1);

    restart();
    posts.clear();
    arrive("Customer", "y", List.of(), "order:1");
    arrive("Customer", "c", List.of(), "cust:4711");
    posted(4);
    posted(2);
    posted(3);
    assertThat(posts).containsExactly(4L, 3L, 1L);
  }

  @Test
  void aPersonDoesWithoutWhatIsMissing() {
    arrive("Order", "o", List.of(customer("4711", null, false), order("9")), "order:1");
    decide(Event.Verb.WAIVE, 1, null);
    assertThat(answers.get(0))
        .isEqualTo(
            "Message 1 waits for Customer customer=4711 and Order id=9; name one of these as the"
                + " prerequisite to waive");
    decide(Event.Verb.WAIVE, 1, "Customer");
    assertThat(detail(1)).isEqualTo("waits for Order id=9");
    restart();
    assertThat(detail(1)).isEqualTo("waits for Order id=9");
    decide(Event.Verb.WAIVE, 1, null);
    assertThat(posts).containsExactly(1L);
    assertThat(history)
        .filteredOn(entry -> "anna".equals(entry.who()))
        .extracting(HistoryEntry::detail)
        .containsExactly("waived Customer customer=4711: because", "waived Order id=9: because");
    decide(Event.Verb.WAIVE, 1, null);
    assertThat(answers.get(1)).contains("waits for no prerequisite");
  }

  @Test
  void whatComesAfterOthersGoesBehindThoseThatAreOpen() {
    arrive("Cancel", "x", List.of(order("o")), "order:1");
    arrive("Change", "c", List.of(order("o")), "order:1");
    arrive("Order", "o", List.of(), "order:1");
    posted(3);
    posted(2);
    assertThat(posts).containsExactly(3L, 2L, 1L);
    posted(1);
    arrive("Cancel", "y", List.of(), "order:1");
    arrive("Change", "late", List.of(), "order:1");
    assertThat(posts).containsExactly(3L, 2L, 1L, 4L);
  }

  @Test
  void whoeverWaitsForASlotIsOvertakenByWhatItComesAfter() {
    step(new Event.Closed("erp"));
    arrive("Cancel", "x", List.of(), "order:1");
    arrive("Change", "c", List.of(), "order:1");
    step(new Event.Opened("erp"));
    posted(2);
    assertThat(posts).containsExactly(2L, 1L);
  }

  @Test
  void aHundredThousandThatMissOneTakeLittleMemoryAndLeaveInOrder() {
    holding = new Holding(8, 16, 64, 4);
    engine = engine();
    int count = 100_000;
    for (int i = 1; i <= count; i++) {
      arrive("Order", "o" + i, List.of(customer("4711", null, false)), "order:" + i % 70_000);
    }
    assertThat(most).isLessThan(200);
    restart();
    assertThat(engine.size()).isLessThan(200);
    arrive("Customer", "other", List.of(), "cust:1");
    assertThat(posts).containsExactly(count + 1L);
    posted(count + 1);
    arrive("Customer", "c", List.of(), "cust:4711");
    posts.clear();
    most = 0;
    posted(count + 2);
    for (int i = 0; i < posts.size(); i++) {
      posted(posts.get(i));
    }
    assertThat(posts).hasSize(count).doesNotHaveDuplicates();
    assertThat(posts.stream().filter(seq -> seq <= 70_000)).isSorted();
    assertThat(posts.stream().filter(seq -> seq > 70_000)).isSorted();
    assertThat(most).isLessThan(600);
    assertThat(engine.size() + engine.lanes() + engine.ties()).isZero();
  }

  @Test
  void aHundredThousandInOneLaneThatMissOneLeaveInOrderBehindIt() {
    holding = new Holding(8, 16, 64, 4);
    engine = engine();
    int count = 100_000;
    for (int i = 1; i <= count; i++) {
      arrive("Order", "o" + i, List.of(customer("4711", null, false)), "cust:4711");
    }
    assertThat(most).isLessThan(200);
    restart();
    arrive("Customer", "c", List.of(), "cust:4711");
    assertThat(posts).containsExactly(count + 1L);
    for (int i = 0; i < posts.size(); i++) {
      posted(posts.get(i));
    }
    assertThat(posts.subList(1, count + 1))
        .containsExactlyElementsOf(
            IntStream.rangeClosed(1, count).mapToObj(Long::valueOf).toList());
    assertThat(most).isLessThan(200);
    assertThat(engine.size() + engine.lanes() + engine.ties()).isZero();
  }

  @Test
  @Timeout(60)
  void manyMovedToOnePlaceKeepTheirOrder() {
    arrive("Cancel", "x", List.of(order("o")), "order:1");
    int count = 3_000;
    for (int i = 1; i <= count; i++) {
      arrive("Change", "c" + i, List.of(order("o")), "order:1");
    }
    arrive("Order", "o", List.of(), "order:1");
    for (int i = 0; i < posts.size(); i++) {
      posted(posts.get(i));
    }
    assertThat(posts.get(0)).isEqualTo(count + 2L);
    assertThat(posts.subList(1, count + 1))
        .containsExactlyElementsOf(
            IntStream.rangeClosed(2, count + 1).mapToObj(Long::valueOf).toList());
    assertThat(posts.get(count + 1)).isEqualTo(1L);
  }
}
