package io.waybill.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.message.Fingerprint;
import io.waybill.message.HistoryEntry;
import io.waybill.message.KnownNumbers;
import io.waybill.message.LaneName;
import io.waybill.message.MessageRow;
import io.waybill.message.Need;
import io.waybill.message.NumberRange;
import io.waybill.message.Numbered;
import io.waybill.message.Order;
import io.waybill.message.Outcome;
import io.waybill.message.Page;
import io.waybill.message.Parked;
import io.waybill.message.ParkedLane;
import io.waybill.message.Payload;
import io.waybill.message.PostedAs;
import io.waybill.message.PostedAs.By;
import io.waybill.message.Reason;
import io.waybill.message.SeriesState;
import io.waybill.message.Status;
import io.waybill.spec.DeliveryClass;
import io.waybill.spec.Destination;
import io.waybill.spec.Expression;
import io.waybill.spec.Numbering;
import io.waybill.spec.Numbering.Stray;
import io.waybill.spec.Numbering.Then;
import io.waybill.spec.OnFailure;
import io.waybill.spec.Operation;
import io.waybill.spec.Place;
import io.waybill.spec.Reading;
import io.waybill.spec.Requirement;
import io.waybill.spec.Retry;
import io.waybill.spec.Sequencing;
import io.waybill.spec.SequencingGroup;
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
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Lanes that follow numbers, rule by rule. The table is a map here, and can be started from anew.
 * The operations differ in what they say of gaps, and of numbers that come twice or late; they
 * number the same lanes.
 */
class NumbersTest {

  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final Duration TEN_MINUTES = Duration.ofMinutes(10);
  private static final Place HERE = new Place("test", 0);
  private static final LaneName LANE = LaneName.parse("n:a");

  private Holding holding = Holding.ALL;
  private Engine engine = engine(0);
  private final TreeMap<Long, MessageRow> table = new TreeMap<>();
  private final Map<LaneName, SeriesState> series = new LinkedHashMap<>();
  private final Map<LaneName, List<NumberRange>> gaps = new LinkedHashMap<>();
  private final Set<PostedAs> facts = new HashSet<>();
  private final List<Long> posts = new ArrayList<>();
  private final List<String> answers = new ArrayList<>();
  private final List<HistoryEntry> history = new ArrayList<>();
  private Instant now = START;

  private Engine engine(long newest) {
    return new Engine(specification(), holding, newest);
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
    Map<String, SequencingGroup.Member> members = new LinkedHashMap<>();
    Stream.of("Hold", "Skip", "Fail", "GoOn", "Lenient", "Plain")
        .forEach(
            name -> {
              operations.put(name, operation(name));
              members.put(name, new SequencingGroup.Member(List.of(key()), numbering(name)));
            });
    return new Specification(
        Map.of("erp", erp),
        operations,
        new Sequencing(List.of(new SequencingGroup("g", "n", members)), Set.of()),
        Map.of(),
        Map.of());
  }

  private static Expression key() {
    return new Expression.Constant("x", HERE);
  }

  private static @Nullable Numbering numbering(String operation) {
    return switch (operation) {
      case "Hold" -> new Numbering(key(), 1, TEN_MINUTES, Then.HOLD, Stray.FAIL, Stray.FAIL);
      case "Skip" -> new Numbering(key(), 1, TEN_MINUTES, Then.SKIP, Stray.SKIP, Stray.SKIP);
      case "Fail", "GoOn" ->
          new Numbering(key(), 1, TEN_MINUTES, Then.FAIL, Stray.FAIL, Stray.FAIL);
      case "Lenient" -> new Numbering(key(), 1, null, Then.HOLD, Stray.POST, Stray.POST);
      default -> null;
    };
  }

  private static Operation operation(String name) {
    List<Requirement> requires =
        List.of(
            new Requirement.Posted(
                "Plain", List.of(new Requirement.Under(By.ID, key())), null, false, HERE));
    return new Operation(
        name,
        List.of(),
        Map.of(),
        null,
        null,
        List.of(),
        name.equals("GoOn") ? OnFailure.GO_ON : OnFailure.HOLD,
        name.equals("Plain") ? List.of() : requires,
        Set.of(),
        List.of());
  }

  private void open() {
    step(new Event.Opened("erp"));
  }

  /** A message with a number in lane n:a, or with 0 and less none. */
  private long arrive(String operation, long number) {
    return arrive(operation, number, List.of(), LANE);
  }

  private long arrive(String operation, long number, List<Need> needs, LaneName... lanes) {
    List<Numbered> numbers = number < 0 ? List.of() : List.of(new Numbered(lanes[0], number));
    String id = "m" + (table.isEmpty() ? 1 : table.lastKey() + 1);
    step(
        new Event.Arrived(
            0,
            new Reading.Read(
                operation, id, null, List.of(lanes), "erp", needs, List.of(), List.of(), numbers),
            "acme",
            "test",
            Fingerprint.of(id.getBytes(StandardCharsets.UTF_8)),
            1,
            null,
            null,
            Set.copyOf(facts),
            known(numbers)));
    return table.lastKey();
  }

  private KnownNumbers known(Iterable<Numbered> asked) {
    Set<Numbered> closed = new HashSet<>();
    for (Numbered each : asked) {
      boolean inGap =
          gaps.getOrDefault(each.lane(), List.of()).stream()
              .anyMatch(gap -> gap.from() <= each.number() && each.number() <= gap.to());
      if (inGap) {
        closed.add(each);
      }
    }
    return new KnownNumbers(series, closed);
  }

  private void step(Event event) {
    readParked();
    take(engine.step(event, now));
    readParked();
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
    Stream<MessageRow> parked =
        table.values().stream().filter(row -> row.standing().parked() != null);
    if (page instanceof Page.OfLane lane) {
      return parked
          .filter(row -> row.standing().lanes().contains(lane.lane()))
          .filter(row -> row.standing().rank(lane.lane()) > lane.after())
          .sorted(java.util.Comparator.comparingLong(row -> row.standing().rank(lane.lane())))
          .limit(page.limit())
          .toList();
    }
    return parked
        .filter(row -> row.standing().parked() == Parked.DESTINATION)
        .filter(row -> row.seq() > ((Page.OfDestination) page).after())
        .limit(page.limit())
        .toList();
  }

  private void take(List<Decision> decisions) {
    List<MessageRow> written = new ArrayList<>();
    for (Decision decision : decisions) {
      if (decision instanceof Decision.Inserted inserted) {
        written.add(inserted.row());
      } else if (decision instanceof Decision.Changed changed) {
        written.add(changed.row());
      } else if (decision instanceof Decision.Remembered remembered) {
        facts.add(remembered.fact());
      } else if (decision instanceof Decision.Noted noted) {
        history.add(noted.entry());
      } else if (decision instanceof Decision.Post post) {
        posts.add(post.row().seq());
      } else if (decision instanceof Decision.Declined declined) {
        answers.add(declined.message());
      } else if (decision instanceof Decision.SeriesChanged changed) {
        LaneName lane = changed.state().lane();
        SeriesState before = series.put(lane, changed.state());
        assertThat(before == null ? 0 : before.version()).isEqualTo(changed.fromVersion());
        changed
            .closed()
            .forEach(gap -> gaps.computeIfAbsent(lane, l -> new ArrayList<>()).add(gap.range()));
      }
    }
    written.forEach(row -> table.put(row.seq(), row));
    written.forEach(row -> engine.durable(row.seq(), row.standing().version()));
    series.values().forEach(engine::durable);
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
            0, verb, seq, "anna", "because", null, row(seq), null, null, null, Set.copyOf(facts)));
  }

  /** Another document for a message, which says that number; null for none. */
  private void edit(long seq, @Nullable Long number) {
    MessageRow row = row(seq);
    List<Numbered> numbers = number == null ? List.of() : List.of(new Numbered(LANE, number));
    Reading.Read reading =
        new Reading.Read(
            row.received().operation(),
            row.received().messageId(),
            null,
            List.of(LANE),
            "erp",
            List.of(),
            List.of(),
            List.of(),
            numbers);
    byte[] body = ("edited " + number).getBytes(StandardCharsets.UTF_8);
    step(
        new Event.Decided(
            0,
            Event.Verb.EDIT,
            seq,
            "anna",
            "because",
            null,
            row,
            null,
            null,
            null,
            Set.copyOf(facts),
            new Event.Edition(reading, new Payload(body, null, Map.of()), Fingerprint.of(body)),
            known(numbers)));
  }

  private void closeGap(long upTo) {
    step(
        new Event.Ordered(
            0,
            new Order(Order.Verb.CLOSE_GAP, "n:a", "anna", "never sent", upTo),
            known(List.of(new Numbered(LANE, upTo)))));
  }

  private void pass(Duration time) {
    now = now.plus(time);
    step(new Event.TimeCame());
  }

  /** What a new process makes of the table. */
  private void restart() {
    Engine fresh = engine(table.isEmpty() ? 0 : table.lastKey());
    TreeMap<LaneName, TreeMap<Long, MessageRow>> places = new TreeMap<>();
    for (MessageRow row : table.values()) {
      if (row.standing().parked() != null) {
        row.standing()
            .lanes()
            .forEach(
                lane ->
                    places
                        .computeIfAbsent(lane, l -> new TreeMap<>())
                        .put(row.standing().rank(lane), row));
      }
    }
    places.forEach(
        (lane, there) ->
            fresh.load(
                new ParkedLane(
                    lane,
                    there.firstKey(),
                    there.lastKey(),
                    there.firstEntry().getValue().standing().parked() != Parked.LANE)));
    if (table.values().stream().anyMatch(row -> row.standing().parked() == Parked.DESTINATION)) {
      fresh.loadParked("erp");
    }
    for (MessageRow row : table.values()) {
      boolean atRest = row.standing().status() == Status.FAILED && row.standing().ranks().isEmpty();
      if (!row.standing().status().closed() && !atRest) {
        if (row.standing().parked() == null) {
          fresh.load(row);
        } else {
          fresh.loadTied(row);
        }
      }
    }
    fresh.load(known(fresh.numbered()));
    Set<PostedAs> known = new HashSet<>(facts);
    known.retainAll(fresh.needed());
    engine = fresh;
    take(engine.recover(row -> Fate.NEVER_LEFT, known, now));
    open();
  }

  private MessageRow row(long seq) {
    return Objects.requireNonNull(table.get(seq));
  }

  private Status status(long seq) {
    return row(seq).standing().status();
  }

  private @Nullable Reason reason(long seq) {
    return row(seq).standing().reason();
  }

  private @Nullable String detail(long seq) {
    return row(seq).standing().detail();
  }

  private void forgetsEverything() {
    assertThat(engine.size() + engine.lanes() + engine.ties() + engine.series()).isZero();
  }

  @Test
  void aLaneFollowsTheNumbersWhateverTheOrderOfArrival() {
    open();
    arrive("Hold", 3);
    arrive("Hold", 2);
    assertThat(posts).isEmpty();
    assertThat(reason(1)).isEqualTo(Reason.GAP);
    assertThat(detail(1)).isEqualTo("waits for number 1");
    assertThat(detail(2)).isEqualTo("waits for number 1");

    arrive("Hold", 1);
    assertThat(posts).containsExactly(3L);
    assertThat(reason(2)).isEqualTo(Reason.TURN);
    assertThat(row(1).standing().dueAt()).isNull();
    posted(3);
    posted(2);
    posted(1);
    assertThat(posts).containsExactly(3L, 2L, 1L);
    assertThat(series).containsEntry(LANE, new SeriesState(LANE, 3, List.of(), 3));
    forgetsEverything();
  }

  @Test
  void whoWaitsSaysWhichNumbersAreMissing() {
    open();
    arrive("Hold", 9);
    assertThat(detail(1)).isEqualTo("waits for number 1 and 7 more");
    arrive("Hold", 5);
    assertThat(detail(1)).isEqualTo("waits for number 1 and 6 more");
    assertThat(detail(2)).isEqualTo("waits for number 1 and 3 more");
    arrive("Hold", 1);
    assertThat(detail(1)).isEqualTo("waits for number 2 and 5 more");
    assertThat(detail(2)).isEqualTo("waits for number 2 and 2 more");
  }

  @Test
  void whoFollowsInOrderWaitsForNoNumberButForItsTurn() {
    open();
    LongStream.rangeClosed(1, 20).forEach(number -> arrive("Hold", number));
    assertThat(table.values())
        .allSatisfy(row -> assertThat(row.standing().reason()).isNotEqualTo(Reason.GAP));
    assertThat(status(1)).isEqualTo(Status.POSTING);
    for (long seq = 1; seq <= 20; seq++) {
      posted(seq);
    }
    assertThat(posts).containsExactlyElementsOf(LongStream.rangeClosed(1, 20).boxed().toList());
    forgetsEverything();
  }

  @Test
  void theLastNumberOutlivesTheRows() {
    open();
    posted(arrive("Hold", 1));
    posted(arrive("Hold", 2));
    table.clear();
    restart();
    arrive("Hold", 4);
    arrive("Hold", 3);
    assertThat(detail(1)).isNull();
    assertThat(status(2)).isEqualTo(Status.POSTING);
  }

  @Test
  void aGapIsWaitedForAcrossRestartsAndThenSaidToBeOverdue() {
    open();
    arrive("Hold", 3);
    arrive("Hold", 4);
    assertThat(row(1).standing().dueAt()).isEqualTo(START.plus(TEN_MINUTES));
    pass(Duration.ofMinutes(6));
    restart();
    pass(Duration.ofMinutes(5));
    assertThat(status(1)).isEqualTo(Status.SUBMITTED);
    assertThat(detail(1)).isEqualTo("waits for number 1 and 1 more, which did not come within 10m");
    assertThat(row(1).standing().dueAt()).isNull();
    restart();
    assertThat(detail(1)).endsWith("did not come within 10m");
    assertThat(posts).isEmpty();

    closeGap(2);
    assertThat(posts).containsExactly(1L);
    assertThat(gaps).containsEntry(LANE, List.of(new NumberRange(1, 2)));
    posted(1);
    posted(2);
    assertThat(series).containsEntry(LANE, new SeriesState(LANE, 4, List.of(), 3));
    forgetsEverything();
  }

  @Test
  void aGapIsSkippedWhenItsTimeIsOver() {
    open();
    arrive("Skip", 4);
    arrive("Skip", 2);
    restart();
    pass(TEN_MINUTES);
    assertThat(posts).containsExactly(2L);
    assertThat(history)
        .anySatisfy(
            entry -> {
              assertThat(entry.reason()).isEqualTo(Reason.GAP);
              assertThat(entry.detail())
                  .isEqualTo(
                      "numbers 1, 3 of lane n:a did not come within 10m: the lane goes on without");
            });
    posted(2);
    posted(1);
    long late = arrive("Hold", 3);
    assertThat(status(late)).isEqualTo(Status.FAILED);
    assertThat(reason(late)).isEqualTo(Reason.NUMBER);
    assertThat(detail(late))
        .isEqualTo(
            "number 3 of lane n:a is from the past: it is not waited for, the next one is 5");
    forgetsEverything();
  }

  @Test
  void whoWaitsTooLongFailsAndIsWokenByWhatComesLate() {
    open();
    arrive("Fail", 2);
    pass(TEN_MINUTES);
    assertThat(status(1)).isEqualTo(Status.FAILED);
    assertThat(reason(1)).isEqualTo(Reason.GAP);
    assertThat(detail(1)).isEqualTo("waits for number 1, which did not come within 10m");
    restart();
    arrive("Hold", 1);
    assertThat(status(1)).isEqualTo(Status.RETRY);
    assertThat(posts).containsExactly(2L);
    posted(2);
    posted(1);
    forgetsEverything();
  }

  @Test
  void whoFailsAndGoesOnLeavesItsNumberToTheOthersAndComesBackWithoutIt() {
    open();
    arrive("GoOn", 2);
    arrive("Hold", 3);
    pass(TEN_MINUTES);
    assertThat(status(1)).isEqualTo(Status.FAILED);
    assertThat(row(1).standing().ranks()).isEmpty();
    assertThat(series)
        .containsEntry(LANE, new SeriesState(LANE, 0, List.of(new NumberRange(2, 2)), 1));
    arrive("Hold", 1);
    posted(3);
    decide(Event.Verb.RETRY, 1);
    restart();
    posted(2);
    posted(1);
    assertThat(posts).startsWith(3L, 2L).endsWith(1L);
    assertThat(row(1).received().numbers()).isEmpty();
    assertThat(series).containsEntry(LANE, new SeriesState(LANE, 3, List.of(), 3));
    forgetsEverything();
  }

  @Test
  void aNumberThatComesTwiceFailsAndHoldsNobody() {
    open();
    arrive("Hold", 1);
    long twice = arrive("Hold", 1);
    assertThat(status(twice)).isEqualTo(Status.FAILED);
    assertThat(reason(twice)).isEqualTo(Reason.NUMBER);
    assertThat(detail(twice)).isEqualTo("number 1 of lane n:a came before, in message 1");
    posted(1);
    long again = arrive("Hold", 1);
    assertThat(detail(again)).isEqualTo("number 1 of lane n:a came before, in another message");
    assertThat(status(arrive("Hold", 2))).isEqualTo(Status.POSTING);

    decide(Event.Verb.RETRY, twice);
    assertThat(status(twice)).isEqualTo(Status.RETRY);
    posted(4);
    posted(twice);
    assertThat(series).containsEntry(LANE, new SeriesState(LANE, 2, List.of(), 2));
  }

  @Test
  void aNumberThatComesTwiceIsSkippedOrGoesOnWithoutWhereThatIsDeclared() {
    open();
    arrive("Hold", 1);
    long skipped = arrive("Skip", 1);
    assertThat(status(skipped)).isEqualTo(Status.SKIPPED);
    assertThat(reason(skipped)).isEqualTo(Reason.NUMBER);
    long goesOn = arrive("Lenient", 1);
    assertThat(status(goesOn)).isEqualTo(Status.SUBMITTED);
    assertThat(row(goesOn).received().numbers()).isEmpty();
    assertThat(history.get(history.size() - 1).detail())
        .isEqualTo("number 1 of lane n:a came before, in message 1; it goes on without its number");
    posted(1);
    posted(goesOn);
    assertThat(posts).containsExactly(1L, goesOn);
    assertThat(series).containsEntry(LANE, new SeriesState(LANE, 1, List.of(), 1));
    forgetsEverything();
  }

  @Test
  void anEditedDocumentKeepsItsNumber() {
    long third = arrive("Hold", 3);

    edit(third, 2L);
    edit(third, null);
    assertThat(answers)
        .satisfiesExactly(
            one -> assertThat(one).contains("its number would be 2, not 3"),
            two -> assertThat(two).contains("its number would be none, not 3"));
    edit(third, 3L);
    assertThat(answers).hasSize(2);
    assertThat(row(third).standing().revision()).isEqualTo(1);
    assertThat(reason(third)).isEqualTo(Reason.GAP);
  }

  @Test
  void aNumberBelowTheFirstIsFromThePast() {
    open();
    long zero = arrive("Hold", 0);
    assertThat(status(zero)).isEqualTo(Status.FAILED);
    assertThat(detail(zero)).contains("from the past");
    long goesOn = arrive("Lenient", 0);
    assertThat(status(goesOn)).isEqualTo(Status.POSTING);
  }

  @Test
  void whoIsSkippedOrSettledByHandHasDoneItsNumber() {
    open();
    arrive("Hold", 3);
    arrive("Hold", 2);
    arrive("Hold", 4);
    decide(Event.Verb.SKIP, 1);
    decide(Event.Verb.SETTLE_POSTED, 2);
    assertThat(series)
        .containsEntry(LANE, new SeriesState(LANE, 0, List.of(new NumberRange(2, 3)), 2));
    restart();
    assertThat(detail(3)).isEqualTo("waits for number 1");
    arrive("Hold", 1);
    posted(4);
    posted(3);
    assertThat(posts).containsExactly(4L, 3L);
    assertThat(series).containsEntry(LANE, new SeriesState(LANE, 4, List.of(), 4));
    forgetsEverything();
  }

  @Test
  void aGapIsClosedBeforeAnythingCame() {
    open();
    closeGap(999);
    forgetsEverything();
    assertThat(status(arrive("Hold", 1_000))).isEqualTo(Status.POSTING);
    closeGap(1_000);
    assertThat(answers)
        .containsExactly("Lane n:a misses no number up to 1000; the first one missing is 1001");
  }

  @Test
  void aNumberThatIsFarAwayTakesNoRoom() {
    open();
    long far = 999_999_999_999_999_999L;
    arrive("Hold", far);
    assertThat(detail(1)).isEqualTo("waits for number 1 and 999999999999999997 more");
    closeGap(far - 1);
    posted(1);
    assertThat(series).containsEntry(LANE, new SeriesState(LANE, far, List.of(), 2));
  }

  @Test
  void whoeverStandsBehindAGapWaitsAndWhatComesLateOvertakesInAllLanes() {
    open();
    LaneName other = LaneName.parse("m:b");
    arrive("Hold", 2, List.of(), LANE, other);
    arrive("Plain", -1, List.of(), other);
    assertThat(posts).isEmpty();
    arrive("Hold", 1, List.of(), LANE, other);
    assertThat(posts).containsExactly(3L);
    posted(3);
    posted(1);
    posted(2);
    assertThat(posts).containsExactly(3L, 1L, 2L);
    forgetsEverything();
  }

  @Test
  void aLateNumberMayRequireWhatStandsBehindTheOneThatWaitsForIt() {
    open();
    arrive("Hold", 2);
    arrive("Plain", -1);
    Need need =
        new Need("Plain id=m2", List.of(new PostedAs("Plain", By.ID, "m2")), null, false, null);
    arrive("Hold", 1, List.of(need), LANE);
    assertThat(posts).containsExactly(2L);
    posted(2);
    posted(3);
    posted(1);
    assertThat(posts).containsExactly(2L, 3L, 1L);
  }

  @Test
  void whoRequiresALaterNumberFailsAndNamesTheCircle() {
    open();
    arrive("Hold", 2);
    Need need =
        new Need("Hold id=m1", List.of(new PostedAs("Hold", By.ID, "m1")), null, false, null);
    engine.require(Set.of(new PostedAs.Kind("Hold", By.ID)));
    restartRequiring();
    arrive("Hold", 1, List.of(need), LANE);
    assertThat(status(2)).isEqualTo(Status.FAILED);
    assertThat(detail(2))
        .isEqualTo("it requires itself: Hold 2 requires Hold 1, which requires Hold 2");
    assertThat(posts).isEmpty();
    decide(Event.Verb.SKIP, 2);
    assertThat(posts).containsExactly(1L);
  }

  private void restartRequiring() {
    Engine fresh = engine(table.lastKey());
    fresh.require(Set.of(new PostedAs.Kind("Hold", By.ID)));
    table.values().forEach(fresh::load);
    fresh.load(known(fresh.numbered()));
    engine = fresh;
    take(engine.recover(row -> Fate.NEVER_LEFT, Set.of(), now));
    open();
  }

  @Test
  void intentsOfALaneAreWrittenTogetherInTheOrderOfTheNumbers() {
    LongStream.rangeClosed(1, 12).map(i -> 13 - i).forEach(number -> arrive("Hold", number));
    open();
    assertThat(posts).isNotEmpty();
    for (long seq = 12; seq >= 1; seq--) {
      posted(seq);
    }
    assertThat(posts).isSortedAccordingTo(java.util.Comparator.reverseOrder()).hasSize(12);
    forgetsEverything();
  }

  @Test
  @Timeout(60)
  void manyThatWaitBehindAGapArePartlyLeftToTheTableAndFollowInOrder() {
    holding = new Holding(8, 16, 64, 4);
    engine = engine(0);
    open();
    List<Long> numbers = new ArrayList<>(LongStream.rangeClosed(2, 400).boxed().toList());
    java.util.Collections.shuffle(numbers, new java.util.Random(7));
    numbers.forEach(number -> arrive("Hold", number));
    assertThat(posts).isEmpty();
    assertThat(engine.size()).isLessThan(400);
    restart();
    arrive("Hold", 1);
    for (int i = 0; i < 400; i++) {
      long seq = posts.get(i);
      assertThat(row(seq).received().numbers().get(0).number()).isEqualTo(i + 1);
      posted(seq);
    }
    assertThat(table.values())
        .allSatisfy(row -> assertThat(row.standing().status()).isEqualTo(Status.POSTED));
    forgetsEverything();
  }

  @Test
  @Timeout(60)
  void manyLanesThatWaitAtTheirHeadAreLeftToTheTableAndWokenByTheirNumber() {
    holding = new Holding(8, 16, 64, 4);
    engine = engine(0);
    open();
    for (int lane = 0; lane < 200; lane++) {
      arrive("Hold", 2, List.of(), new LaneName("n", "l" + lane));
    }
    assertThat(engine.size()).isLessThan(100);
    restart();
    for (int lane = 0; lane < 200; lane++) {
      posted(arrive("Hold", 1, List.of(), new LaneName("n", "l" + lane)));
      posted(lane + 1L);
    }
    assertThat(table.values())
        .allSatisfy(row -> assertThat(row.standing().status()).isEqualTo(Status.POSTED));
    forgetsEverything();
  }
}
