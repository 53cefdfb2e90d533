package io.waybill.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.message.Fingerprint;
import io.waybill.message.KnownNumbers;
import io.waybill.message.LaneName;
import io.waybill.message.MessageRow;
import io.waybill.message.Need;
import io.waybill.message.Numbered;
import io.waybill.message.Outcome;
import io.waybill.message.PostedAs;
import io.waybill.message.PostedAs.By;
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
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * The order rule, tried on every small case and on many larger ones: the real engine against the
 * rule as it is written, followed along every path there is. No case may deadlock, and nothing may
 * be overtaken but by what it waits for. The rule is applied to the newcomer and what it requires,
 * and has then to hold for all.
 */
class OrderSearchTest {

  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  /** No lane is crowded: what is posted together is tried elsewhere. */
  private static final Holding HOLDING =
      new Holding(Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE);

  private static final Place HERE = new Place("test", 0);

  /** Messages of operation A come after those of operation B. */
  private static final String[] OPERATIONS = {"M", "A", "B"};

  private static final Specification SPECIFICATION = specification();

  /**
   * A case.
   *
   * @param operations of each message
   * @param lanes of each message
   * @param requires by each message, of the others
   * @param drained bit i: all that can be posted is, before message i + 1 comes
   * @param numbers of each message in the first of its lanes; 0 for none
   */
  private record Case(
      List<String> operations,
      List<List<Integer>> lanes,
      List<Set<Integer>> requires,
      int drained,
      List<Integer> numbers) {

    Case(
        List<String> operations,
        List<List<Integer>> lanes,
        List<Set<Integer>> requires,
        int drained) {
      this(operations, lanes, requires, drained, lanes.stream().map(in -> 0).toList());
    }

    /** Whether a message has a later number than another, in the same lane. */
    boolean follows(int message, int other) {
      return numbers.get(other) > 0
          && numbers.get(message) > numbers.get(other)
          && lanes.get(message).get(0).equals(lanes.get(other).get(0));
    }

    int size() {
      return lanes.size();
    }
  }

  private static Specification specification() {
    Destination erp =
        new Destination(
            "erp",
            DeliveryClass.DEDUPLICATING,
            Destination.Remembers.ALL,
            Duration.ZERO,
            64,
            Duration.ofSeconds(30),
            List.of(),
            new Retry(Duration.ofSeconds(1), 2, Duration.ofSeconds(5), 0, null, Duration.ofDays(9)),
            Destination.Classify.DEFAULT);
    List<Requirement> all = new ArrayList<>();
    for (String operation : OPERATIONS) {
      all.add(
          new Requirement.Posted(
              operation,
              List.of(new Requirement.Under(By.ID, new Expression.Constant("x", HERE))),
              null,
              false,
              HERE));
    }
    Map<String, Operation> operations = new LinkedHashMap<>();
    for (String operation : OPERATIONS) {
      operations.put(
          operation,
          new Operation(
              operation,
              List.of(),
              Map.of(),
              null,
              null,
              List.of(),
              OnFailure.HOLD,
              all,
              operation.equals("A") ? Set.of("B") : Set.of(),
              List.of()));
    }
    Expression some = new Expression.Constant("x", HERE);
    Map<String, SequencingGroup.Member> members = new LinkedHashMap<>();
    for (String operation : OPERATIONS) {
      members.put(
          operation,
          new SequencingGroup.Member(
              List.of(some), new Numbering(some, 1, null, Then.HOLD, Stray.FAIL, Stray.FAIL)));
    }
    return new Specification(
        Map.of("erp", erp),
        operations,
        new Sequencing(List.of(new SequencingGroup("g", "l", members)), Set.of()),
        Map.of(),
        Map.of());
  }

  /** The rule as written, without any of the engine's short cuts. */
  private static final class Rule {
    final Case given;
    final Map<Integer, List<Integer>> lanes = new TreeMap<>();
    final Set<Integer> open = new TreeSet<>();
    final Set<Integer> posting = new TreeSet<>();

    Rule(Case given) {
      this.given = given;
    }

    void arrive(int message) {
      open.add(message);
      given.lanes().get(message).forEach(lane -> lane(lane).add(message));
      Set<Integer> affected = new TreeSet<>(Set.of(message));
      while (affected.addAll(
          open.stream()
              .filter(other -> affected.stream().anyMatch(each -> requires(each, other)))
              .toList())) {
        // what is required by what is required
      }
      boolean again = true;
      while (again) {
        again = false;
        for (int each : affected) {
          again |= required(each) && restore(each);
        }
      }
      invariant();
      post();
    }

    private boolean required(int message) {
      return open.stream().anyMatch(other -> requires(other, message));
    }

    /** Whoever is required stands before everyone who waits for it, the newcomer's or not. */
    private void invariant() {
      for (int each : open) {
        for (int lane : required(each) ? given.lanes().get(each) : List.<Integer>of()) {
          for (int other : lane(lane).subList(0, lane(lane).indexOf(each))) {
            if (waits(other, each)) {
              throw new AssertionError(
                  "%d stands before %d, for which it waits: %s in %s"
                      .formatted(other, each, lanes, given));
            }
          }
        }
      }
    }

    private List<Integer> lane(int lane) {
      return lanes.computeIfAbsent(lane, l -> new ArrayList<>());
    }

    private boolean requires(int message, int other) {
      if (message == other || posting.contains(message) || !open.contains(other)) {
        return false;
      }
      boolean shared =
          given.lanes().get(message).stream().anyMatch(given.lanes().get(other)::contains);
      return given.requires().get(message).contains(other)
          || given.follows(message, other)
          || (shared
              && given.operations().get(message).equals("A")
              && given.operations().get(other).equals("B"));
    }

    private boolean restore(int message) {
      boolean moved = false;
      for (int lane : given.lanes().get(message)) {
        List<Integer> there = lane(lane);
        int at = there.indexOf(message);
        for (int i = 0; i < at; i++) {
          if (waits(there.get(i), message)) {
            there.remove(at);
            there.add(i, message);
            moved = true;
            break;
          }
        }
      }
      return moved;
    }

    private boolean waits(int from, int target) {
      Set<Integer> seen = new HashSet<>(Set.of(from));
      Deque<Integer> next = new ArrayDeque<>(Set.of(from));
      while (!next.isEmpty()) {
        int each = next.remove();
        for (int other : open) {
          if (requires(each, other) || behind(each, other)) {
            if (other == target) {
              return true;
            }
            if (seen.add(other)) {
              next.add(other);
            }
          }
        }
      }
      return false;
    }

    private boolean behind(int message, int other) {
      return given.lanes().get(message).stream()
          .map(this::lane)
          .anyMatch(
              there -> there.contains(other) && there.indexOf(other) < there.indexOf(message));
    }

    /** Whoever is first everywhere and misses nothing is being posted. */
    private void post() {
      for (int each : open) {
        boolean first =
            given.lanes().get(each).stream().allMatch(lane -> lane(lane).get(0) == each);
        boolean complete =
            given.requires().get(each).stream().allMatch(other -> closed.contains(other));
        if (first && complete && !gap(each)) {
          posting.add(each);
        }
      }
    }

    /** Whether a lower number of its lane has not come yet. */
    private boolean gap(int message) {
      return IntStream.range(0, given.size())
          .filter(other -> given.follows(message, other))
          .anyMatch(other -> !open.contains(other) && !closed.contains(other));
    }

    final Set<Integer> closed = new TreeSet<>();

    void posted(int message) {
      posting.remove(message);
      open.remove(message);
      closed.add(message);
      given.lanes().get(message).forEach(lane -> lane(lane).remove((Integer) message));
      post();
    }
  }

  /** The engine, told the same. */
  private static final class Run {
    final Case given;
    final Engine engine;
    final Map<Long, MessageRow> rows = new LinkedHashMap<>();
    final Set<PostedAs> facts = new HashSet<>();
    final Map<LaneName, SeriesState> series = new LinkedHashMap<>();
    final Set<Integer> posting = new TreeSet<>();

    Run(Case given) {
      this.given = given;
      engine = new Engine(SPECIFICATION, HOLDING, 0);
      engine.step(new Event.Opened("erp"), NOW);
    }

    private void take(List<Decision> decisions) {
      for (Decision decision : decisions) {
        if (decision instanceof Decision.Inserted inserted) {
          rows.put(inserted.row().seq(), inserted.row());
        } else if (decision instanceof Decision.Changed changed) {
          rows.put(changed.row().seq(), changed.row());
        } else if (decision instanceof Decision.Remembered remembered) {
          facts.add(remembered.fact());
        } else if (decision instanceof Decision.Post post) {
          posting.add((int) post.row().seq() - 1);
        } else if (decision instanceof Decision.SeriesChanged changed) {
          series.put(changed.state().lane(), changed.state());
        }
      }
      rows.values().forEach(row -> engine.durable(row.seq(), row.standing().version()));
      series.values().forEach(engine::durable);
    }

    void arrive(int message) {
      List<Need> needs =
          given.requires().get(message).stream()
              .map(
                  other ->
                      new Need(
                          "message " + other,
                          List.of(new PostedAs(given.operations().get(other), By.ID, "" + other)),
                          null,
                          false,
                          null))
              .toList();
      int number = given.numbers().get(message);
      int first = number == 0 ? 0 : given.lanes().get(message).get(0);
      Reading reading =
          new Reading.Read(
              given.operations().get(message),
              "" + message,
              null,
              given.lanes().get(message).stream()
                  .map(lane -> new LaneName("l", "" + lane))
                  .toList(),
              "erp",
              needs,
              List.of(),
              List.of(),
              number == 0
                  ? List.of()
                  : List.of(new Numbered(new LaneName("l", "" + first), number)));
      take(
          engine.step(
              new Event.Arrived(
                  message,
                  reading,
                  "acme",
                  "test",
                  Fingerprint.of(new byte[] {(byte) message}),
                  1,
                  null,
                  null,
                  Set.copyOf(facts),
                  new KnownNumbers(series, Set.of())),
              NOW));
    }

    void posted(int message) {
      posting.remove(message);
      int version = Objects.requireNonNull(rows.get(message + 1L)).standing().version();
      take(
          engine.step(
              new Event.Ended(message + 1L, version, new Outcome.Posted(null), false), NOW));
    }

    Map<Integer, List<Integer>> lanes() {
      Map<Integer, List<Integer>> lanes = new TreeMap<>();
      for (int lane = 0; lane < 5; lane++) {
        LaneName name = new LaneName("l", "" + lane);
        List<Integer> there =
            rows.values().stream()
                .filter(row -> row.standing().lanes().contains(name))
                .filter(row -> !row.standing().ranks().isEmpty())
                .sorted(Comparator.comparingLong(row -> row.standing().rank(name)))
                .map(row -> (int) row.seq() - 1)
                .toList();
        if (!there.isEmpty()) {
          lanes.put(lane, there);
        }
      }
      return lanes;
    }
  }

  private long tried;

  private void tryOut(Case given) {
    tried++;
    Rule rule = new Rule(given);
    Run run = new Run(given);
    for (int i = 0; i < given.size(); i++) {
      rule.arrive(i);
      run.arrive(i);
      agree(rule, run);
      if (i == given.size() - 1 || (given.drained() & 1 << i) != 0) {
        while (!rule.posting.isEmpty()) {
          int next = rule.posting.iterator().next();
          rule.posted(next);
          run.posted(next);
          agree(rule, run);
        }
      }
    }
    if (!rule.open.isEmpty()) {
      throw new AssertionError("A deadlock of %s in %s".formatted(rule.lanes, given));
    }
    if (run.engine.size() + run.engine.lanes() + run.engine.ties() + run.engine.series() > 0) {
      throw new AssertionError("Memory keeps what is closed, in " + given);
    }
  }

  private static void agree(Rule rule, Run run) {
    Map<Integer, List<Integer>> wanted = new TreeMap<>(rule.lanes);
    wanted.values().removeIf(List::isEmpty);
    if (!wanted.equals(run.lanes()) || !rule.posting.equals(run.posting)) {
      throw new AssertionError(
          "The rule says %s posting %s, the engine %s posting %s, in %s"
              .formatted(wanted, rule.posting, run.lanes(), run.posting, rule.given));
    }
  }

  /** Every way in which so many messages may require each other without a cycle. */
  private static List<List<Set<Integer>>> requirements(int messages) {
    List<List<Set<Integer>>> found = new ArrayList<>();
    int pairs = messages * (messages - 1);
    for (int bits = 0; bits < 1 << pairs; bits++) {
      List<Set<Integer>> requires = new ArrayList<>();
      int bit = 0;
      for (int i = 0; i < messages; i++) {
        Set<Integer> of = new TreeSet<>();
        for (int j = 0; j < messages; j++) {
          if (i != j && (bits & 1 << bit++) != 0) {
            of.add(j);
          }
        }
        requires.add(of);
      }
      if (acyclic(requires)) {
        found.add(requires);
      }
    }
    return found;
  }

  private static boolean acyclic(List<Set<Integer>> requires) {
    Set<Integer> left = new TreeSet<>();
    IntStream.range(0, requires.size()).forEach(left::add);
    boolean removed = true;
    while (removed) {
      removed = left.removeIf(each -> requires.get(each).stream().noneMatch(left::contains));
    }
    return left.isEmpty();
  }

  /** Every way in which so many messages may stand in so many lanes. */
  private static List<List<List<Integer>>> placements(int messages, int lanes) {
    List<List<List<Integer>>> found = new ArrayList<>();
    found.add(List.of());
    for (int i = 0; i < messages; i++) {
      List<List<List<Integer>>> longer = new ArrayList<>();
      for (List<List<Integer>> shorter : found) {
        for (int bits = 1; bits < 1 << lanes; bits++) {
          int chosen = bits;
          List<List<Integer>> one = new ArrayList<>(shorter);
          one.add(IntStream.range(0, lanes).filter(l -> (chosen & 1 << l) != 0).boxed().toList());
          longer.add(one);
        }
      }
      found = longer;
    }
    return found;
  }

  private static List<String> all(String operation, int messages) {
    return IntStream.range(0, messages).mapToObj(i -> operation).toList();
  }

  @Test
  void threeMessagesInThreeLanesNeverDeadlockNorOvertakeWhatDoesNotWaitForThem() {
    for (List<List<Integer>> lanes : placements(3, 3)) {
      for (List<Set<Integer>> requires : requirements(3)) {
        for (int drained = 0; drained < 4; drained++) {
          tryOut(new Case(all("M", 3), lanes, requires, drained));
        }
      }
    }
    assertThat(tried).isEqualTo(7 * 7 * 7 * 25 * 4);
  }

  @Test
  void fourMessagesInTwoLanesNeverDeadlockNorOvertakeWhatDoesNotWaitForThem() {
    for (List<List<Integer>> lanes : placements(4, 2)) {
      for (List<Set<Integer>> requires : requirements(4)) {
        for (int drained : new int[] {0, 3, 7}) {
          tryOut(new Case(all("M", 4), lanes, requires, drained));
        }
      }
    }
    assertThat(tried).isEqualTo(81 * 543 * 3);
  }

  @Test
  void messagesThatComeAfterOthersNeverDeadlockNorOvertakeWhatDoesNotWaitForThem() {
    for (List<List<Integer>> lanes : placements(3, 2)) {
      for (List<Set<Integer>> requires : requirements(3)) {
        for (int kinds = 0; kinds < 27; kinds++) {
          List<String> operations =
              List.of(OPERATIONS[kinds % 3], OPERATIONS[kinds / 3 % 3], OPERATIONS[kinds / 9]);
          Case given = new Case(operations, lanes, requires, kinds % 4);
          if (acyclic(withAfter(given))) {
            tryOut(given);
          }
        }
      }
    }
    assertThat(tried).isGreaterThan(15_000);
  }

  /** What each message of a case requires, or comes after. */
  private static List<Set<Integer>> withAfter(Case given) {
    List<Set<Integer>> all = new ArrayList<>();
    for (int i = 0; i < given.size(); i++) {
      Set<Integer> of = new TreeSet<>(given.requires().get(i));
      for (int j = 0; j < given.size(); j++) {
        boolean shared = given.lanes().get(i).stream().anyMatch(given.lanes().get(j)::contains);
        if (shared
            && given.operations().get(i).equals("A")
            && given.operations().get(j).equals("B")) {
          of.add(j);
        }
        if (given.follows(i, j)) {
          of.add(j);
        }
      }
      all.add(of);
    }
    return all;
  }

  @Test
  void messagesThatFollowNumbersNeverDeadlockNorOvertakeWhatDoesNotWaitForThem() {
    for (List<List<Integer>> lanes : placements(3, 2)) {
      for (List<Set<Integer>> requires : requirements(3)) {
        for (List<Integer> heights : permutations(3)) {
          for (int unnumbered = 0; unnumbered < 8; unnumbered++) {
            List<Integer> numbers = numbers(lanes, heights, unnumbered);
            Case given = new Case(all("M", 3), lanes, requires, unnumbered % 4, numbers);
            if (acyclic(withAfter(given))) {
              tryOut(given);
            }
          }
        }
      }
    }
    for (List<List<Integer>> lanes : placements(4, 2)) {
      for (List<Integer> heights : permutations(4)) {
        for (int unnumbered = 0; unnumbered < 16; unnumbered++) {
          List<Integer> numbers = numbers(lanes, heights, unnumbered);
          for (int drained = 0; drained < 8; drained++) {
            tryOut(new Case(all("M", 4), lanes, none(4), drained, numbers));
          }
        }
      }
    }
    assertThat(tried).isGreaterThan(250_000);
  }

  private static List<Set<Integer>> none(int messages) {
    return IntStream.range(0, messages).mapToObj(i -> Set.<Integer>of()).toList();
  }

  private static List<List<Integer>> permutations(int messages) {
    List<List<Integer>> found = List.of(List.of());
    for (int i = 0; i < messages; i++) {
      List<List<Integer>> longer = new ArrayList<>();
      for (List<Integer> shorter : found) {
        for (int at = 0; at <= shorter.size(); at++) {
          List<Integer> one = new ArrayList<>(shorter);
          one.add(at, i);
          longer.add(one);
        }
      }
      found = longer;
    }
    return found;
  }

  /** Numbers from 1 on in the first lane of each, in the order of their heights. */
  private static List<Integer> numbers(
      List<List<Integer>> lanes, List<Integer> heights, int unnumbered) {
    List<Integer> numbers = new ArrayList<>();
    for (int i = 0; i < lanes.size(); i++) {
      int message = i;
      boolean without = (unnumbered & 1 << i) != 0 || lanes.get(i).isEmpty();
      numbers.add(
          without
              ? 0
              : 1
                  + (int)
                      IntStream.range(0, lanes.size())
                          .filter(other -> (unnumbered & 1 << other) == 0)
                          .filter(other -> !lanes.get(other).isEmpty())
                          .filter(
                              other -> lanes.get(other).get(0).equals(lanes.get(message).get(0)))
                          .filter(other -> heights.get(other) < heights.get(message))
                          .count());
    }
    return numbers;
  }

  @Test
  void manyRandomCasesOfUpToTwelveMessagesInFiveLanesNeverDeadlock() {
    for (long seed = 1; seed <= Long.getLong("order.cases", 5_000); seed++) {
      Random random = new Random(seed);
      int messages = 2 + random.nextInt(11);
      int lanes = 1 + random.nextInt(5);
      List<Integer> height = new ArrayList<>();
      IntStream.range(0, messages).forEach(height::add);
      java.util.Collections.shuffle(height, random);
      List<String> operations = new ArrayList<>();
      List<List<Integer>> in = new ArrayList<>();
      List<Set<Integer>> requires = new ArrayList<>();
      for (int i = 0; i < messages; i++) {
        operations.add(OPERATIONS[random.nextInt(8) < 6 ? 0 : 1 + random.nextInt(2)]);
        Set<Integer> some = new TreeSet<>();
        for (int k = 0; k <= random.nextInt(3); k++) {
          some.add(random.nextInt(lanes));
        }
        in.add(random.nextInt(9) == 0 ? List.of() : List.copyOf(some));
        Set<Integer> of = new TreeSet<>();
        for (int k = random.nextInt(3); k > 0; k--) {
          int other = random.nextInt(messages);
          if (height.get(other) < height.get(i)) {
            of.add(other);
          }
        }
        requires.add(of);
      }
      List<Integer> heights = new ArrayList<>(height);
      java.util.Collections.shuffle(heights, random);
      int unnumbered = random.nextBoolean() ? -1 : random.nextInt(1 << messages);
      Case given =
          new Case(
              operations,
              in,
              requires,
              random.nextInt(1 << messages),
              numbers(in, random.nextBoolean() ? height : heights, unnumbered));
      if (acyclic(withAfter(given))) {
        try {
          tryOut(given);
        } catch (RuntimeException | AssertionError e) {
          throw new AssertionError("Seed " + seed + ": " + e.getMessage(), e);
        }
      }
    }
    assertThat(tried).isPositive();
  }

  @Test
  void whoClosesACycleOfRequirementsFailsAndSaysWhich() {
    Case given =
        new Case(
            all("M", 3),
            List.of(List.of(0), List.of(1), List.of(2)),
            List.of(Set.of(1), Set.of(2), Set.of(0)),
            0);
    Run run = new Run(given);
    run.arrive(0);
    run.arrive(1);
    assertThat(run.rows.get(2L).standing().status()).isEqualTo(Status.SUBMITTED);
    run.arrive(2);
    assertThat(run.rows.get(3L).standing().status()).isEqualTo(Status.FAILED);
    assertThat(run.rows.get(3L).standing().detail())
        .isEqualTo("it requires itself: M 3 requires M 1, which requires M 2, which requires M 3");
  }
}
