package io.waybill.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.message.Fingerprint;
import io.waybill.message.LaneName;
import io.waybill.message.LinkState;
import io.waybill.message.MessageRow;
import io.waybill.message.Order;
import io.waybill.message.Outcome;
import io.waybill.message.Page;
import io.waybill.message.Parked;
import io.waybill.message.ParkedLane;
import io.waybill.message.Reason;
import io.waybill.message.Standing;
import io.waybill.message.Status;
import io.waybill.spec.DeliveryClass;
import io.waybill.spec.Destination;
import io.waybill.spec.Link;
import io.waybill.spec.OnFailure;
import io.waybill.spec.Operation;
import io.waybill.spec.Reading;
import io.waybill.spec.Retry;
import io.waybill.spec.Sequencing;
import io.waybill.spec.Specification;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What links do to the messages that need them. The table is a map here. */
class LinksTest {

  private static final Holding HOLDING = new Holding(8, 16, 64, 4);
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final String TURNED = "link edi is back; messages follow as it bears them";

  private Engine engine = engine("edi", "vpn", "net");
  private final TreeMap<Long, MessageRow> table = new TreeMap<>();
  private final Map<String, LinkState> links = new HashMap<>();
  private final List<Order> audits = new ArrayList<>();
  private final Deque<Long> posting = new ArrayDeque<>();
  private final List<Long> sent = new ArrayList<>();
  private Instant now = START;
  private int most;

  private static Engine engine(String... links) {
    return engine(HOLDING, links);
  }

  private static Engine engine(Holding holding, String... links) {
    Map<String, Link> specified = new LinkedHashMap<>();
    Stream.of(links)
        .forEach(
            name ->
                specified.put(name, new Link(name, Duration.ofSeconds(5), Duration.ofSeconds(3))));
    return new Engine(
        new Specification(
            Map.of("erp", destination("erp"), "crm", destination("crm", "net")),
            Map.of("Hold", new Operation("Hold", OnFailure.HOLD)),
            Sequencing.NONE,
            Map.of(),
            specified),
        holding,
        0);
  }

  private static Destination destination(String name, String... links) {
    return new Destination(
        name,
        DeliveryClass.DEDUPLICATING,
        Destination.Remembers.ALL,
        Duration.ZERO,
        4,
        Duration.ofSeconds(30),
        List.of(links),
        new Retry(Duration.ofSeconds(1), 2, Duration.ofSeconds(5), 0, 3, Duration.ofMinutes(1)),
        Destination.Classify.DEFAULT);
  }

  @BeforeEach
  void routesRun() {
    step(new Event.Opened("erp"));
    step(new Event.Opened("crm"));
  }

  private void arrive(long id, String to, List<String> needed, String... lanes) {
    step(
        new Event.Arrived(
            id,
            new Reading.Read(
                "Hold", "" + id, null, Stream.of(lanes).map(LaneName::parse).toList(), to, needed),
            "acme",
            "test",
            Fingerprint.of(("" + id).getBytes(StandardCharsets.UTF_8)),
            1,
            null,
            null));
  }

  private void probe(String link, boolean up) {
    step(new Event.Probed(link, up, up ? null : "no carrier"));
  }

  /** One event, then what follows it at once, all of it made durable. */
  private void step(Event event) {
    readParked();
    take(engine.step(event, now));
    for (int i = 0; i < 10_000 && isDue(engine.nextDue()); i++) {
      readParked();
      take(engine.step(new Event.TimeCame(), now));
    }
    most = Math.max(most, engine.size());
  }

  private boolean isDue(@Nullable Instant due) {
    return due != null && !due.isAfter(now);
  }

  private void readParked() {
    for (List<Page> pages = engine.pages(); !pages.isEmpty(); pages = engine.pages()) {
      pages.forEach(page -> take(engine.read(page, on(page), now)));
    }
  }

  private List<MessageRow> on(Page page) {
    Stream<MessageRow> parked =
        table.values().stream().filter(row -> row.standing().parked() != null);
    if (page instanceof Page.OfLane lane) {
      return parked
          .filter(row -> row.standing().lanes().contains(lane.lane()))
          .filter(row -> row.standing().rank(lane.lane()) > lane.after())
          .sorted(java.util.Comparator.comparing(row -> row.standing().rank(lane.lane())))
          .limit(page.limit())
          .toList();
    }
    if (page instanceof Page.OfLink link) {
      return parked
          .filter(row -> row.standing().parked() == Parked.LINK)
          .filter(row -> link.link().equals(row.standing().link()))
          .filter(row -> row.seq() > link.after())
          .limit(page.limit())
          .toList();
    }
    Page.OfDestination destination = (Page.OfDestination) page;
    return parked
        .filter(row -> row.standing().parked() == Parked.DESTINATION)
        .filter(row -> destination.destination().equals(row.standing().destination()))
        .filter(row -> row.seq() > destination.after())
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
      } else if (decision instanceof Decision.Post post) {
        posting.add(post.row().seq());
        sent.add(post.row().seq());
      } else if (decision instanceof Decision.LinkChanged changed) {
        links.put(changed.state().name(), changed.state());
      } else if (decision instanceof Decision.Audited audited) {
        audits.add(audited.order());
      }
    }
    written.forEach(row -> table.put(row.seq(), row));
    written.forEach(row -> engine.durable(row.seq(), row.standing().version()));
  }

  private MessageRow row(long seq) {
    return Objects.requireNonNull(table.get(seq));
  }

  private void end(long seq, Outcome outcome) {
    posting.remove(seq);
    step(new Event.Ended(seq, row(seq).standing().version(), outcome, false));
  }

  private void posted(long seq) {
    end(seq, new Outcome.Posted(null));
  }

  /** Everything that is posted succeeds, until nothing is. */
  private void drain() {
    while (!posting.isEmpty()) {
      posted(posting.element());
    }
  }

  private void restart(String... specified) {
    engine = engine(specified);
    links.values().forEach(engine::load);
    table.values().stream()
        .filter(row -> row.standing().parked() == Parked.LINK)
        .map(row -> Objects.requireNonNull(row.standing().link()))
        .distinct()
        .forEach(engine::loadParkedAtLink);
    table.values().stream()
        .filter(row -> row.standing().parked() != null)
        .flatMap(row -> row.standing().lanes().stream())
        .distinct()
        .forEach(
            lane -> {
              List<MessageRow> rows = on(new Page.OfLane(lane, -1, Integer.MAX_VALUE));
              Standing first = rows.get(0).standing();
              Standing last = rows.get(rows.size() - 1).standing();
              engine.load(
                  new ParkedLane(
                      lane, first.rank(lane), last.rank(lane), first.parked() != Parked.LANE));
            });
    table.values().stream()
        .filter(row -> row.standing().parked() == null && !row.standing().status().closed())
        .forEach(engine::load);
    posting.clear();
    take(engine.recover(row -> Fate.NEVER_LEFT, Set.of(), now));
    routesRun();
  }

  private void assertWaits(long seq, String link) {
    assertThat(row(seq).standing().status()).isEqualTo(Status.RETRIABLE);
    assertThat(row(seq).standing().reason()).isEqualTo(Reason.LINK);
    assertThat(row(seq).standing().link()).isEqualTo(link);
    assertThat(row(seq).standing().attempts()).isZero();
  }

  @Test
  void whoNeedsALinkThatIsMissingWaitsAndFollowsByItself() {
    probe("edi", false);
    arrive(1, "erp", List.of("edi"));
    arrive(2, "erp", List.of());

    assertWaits(1, "edi");
    assertThat(row(1).standing().detail()).isEqualTo("link edi: no carrier");
    assertThat(sent).containsExactly(2L);

    probe("edi", true);
    assertThat(sent).containsExactly(2L, 1L);
    assertThat(row(1).standing().attempts()).isEqualTo(1);
    assertThat(row(1).standing().link()).isNull();
  }

  @Test
  void aLinkThatWasNeverProbedIsMissing() {
    arrive(1, "erp", List.of("edi"));

    assertWaits(1, "edi");
    assertThat(row(1).standing().detail()).contains("not probed yet", "waybill:link:edi");
  }

  @Test
  void aDestinationsLinkIsNeededByAllItsMessages() {
    probe("net", false);
    arrive(1, "crm", List.of());

    assertWaits(1, "net");
    probe("net", true);
    assertThat(sent).containsExactly(1L);
  }

  @Test
  void whoNeedsSeveralWaitsForEach() {
    probe("edi", false);
    probe("net", true);
    arrive(1, "crm", List.of("edi", "vpn"));

    assertWaits(1, "edi");
    probe("edi", true);
    assertWaits(1, "vpn");
    probe("vpn", true);
    assertThat(sent).containsExactly(1L);
  }

  @Test
  void whoNeedsSeveralThatReturnTogetherGoesWhenAllBearIt() {
    for (int i = 1; i <= 40; i++) {
      arrive(i, "erp", i % 3 == 0 ? List.of("edi", "vpn") : List.of(i % 3 == 1 ? "edi" : "vpn"));
    }
    probe("edi", true);
    probe("vpn", true);
    drain();

    assertThat(sent).hasSize(40).doesNotHaveDuplicates();
  }

  @Test
  void theLaneWaitsBehindItAndKeepsItsOrder() {
    probe("edi", false);
    arrive(1, "erp", List.of("edi"), "l:a");
    arrive(2, "erp", List.of(), "l:a");
    arrive(3, "erp", List.of("edi"), "l:a");

    assertThat(row(2).standing().reason()).isEqualTo(Reason.TURN);
    probe("edi", true);
    drain();
    assertThat(sent).containsExactly(1L, 2L, 3L);
  }

  @Test
  void aLinkThatIsBackIsTriedWithOneAndThenWithMore() {
    probe("edi", false);
    for (int i = 1; i <= 10; i++) {
      arrive(i, "erp", List.of("edi"));
    }
    probe("edi", true);
    assertThat(sent).containsExactly(1L);
    arrive(11, "erp", List.of("edi"));
    assertWaits(11, "edi");
    assertThat(row(11).standing().detail()).isEqualTo(TURNED);
    arrive(12, "erp", List.of());
    assertThat(sent).containsExactly(1L, 12L);

    posted(1);
    assertThat(sent).containsExactly(1L, 12L, 2L, 3L);
    end(2, new Outcome.Transient("busy", null));
    assertThat(sent).as("half as many may be under way").containsExactly(1L, 12L, 2L, 3L);
    posted(3);
    assertThat(sent).hasSize(6);
    drain();
    assertThat(LongStream.rangeClosed(3, 11)).allMatch(seq -> isPosted(seq));
  }

  private boolean isPosted(long seq) {
    return row(seq).standing().status() == Status.POSTED;
  }

  @Test
  void theTimeOfWaitingCountsNeitherAsAttemptNorAsTime() {
    probe("edi", true);
    arrive(1, "erp", List.of("edi"));
    end(1, new Outcome.Transient("busy", null));
    Instant expires = Objects.requireNonNull(row(1).standing().expiresAt());
    probe("edi", false);
    now = now.plusSeconds(1);
    step(new Event.TimeCame());
    assertThat(row(1).standing().link()).isEqualTo("edi");

    now = now.plus(Duration.ofHours(3));
    probe("edi", true);

    assertThat(sent).containsExactly(1L, 1L);
    assertThat(row(1).standing().attempts()).isEqualTo(2);
    assertThat(row(1).standing().expiresAt()).isEqualTo(expires.plus(Duration.ofHours(3)));
  }

  @Test
  void whoIsQueuedAtItsDestinationComesBackWhenItsLinkGoes() {
    probe("edi", true);
    for (int i = 1; i <= 12; i++) {
      arrive(i, "erp", i % 2 == 0 ? List.of("edi") : List.of());
    }
    assertThat(sent).containsExactly(1L, 2L, 3L, 4L);
    probe("edi", false);

    assertWaits(6, "edi");
    assertWaits(12, "edi");
    drain();
    assertThat(sent).containsExactly(1L, 2L, 3L, 4L, 5L, 7L, 9L, 11L);
    probe("edi", true);
    drain();
    assertThat(sent).hasSize(12);
  }

  @Test
  void aDestinationThatIsDownIsNotTriedWithSomebodyWhoseLinkIsMissing() {
    probe("edi", true);
    arrive(1, "erp", List.of());
    end(1, new Outcome.Unavailable("connection refused", null));
    arrive(2, "erp", List.of("edi"));
    assertThat(row(2).standing().link()).isNull();
    probe("edi", false);
    step(
        new Event.Decided(
            9, Event.Verb.SKIP, 1, "anna", "because", null, table.get(1L), null, null));
    now = now.plusSeconds(31);
    step(new Event.TimeCame());

    assertWaits(2, "edi");
    assertThat(sent).containsExactly(1L);
    arrive(3, "erp", List.of());
    assertThat(sent).containsExactly(1L, 3L);
  }

  @Test
  void aPersonDeclaresItDownAndLetsTheProbeDecideAgain() {
    probe("edi", true);
    order(Order.Verb.LINK_DOWN);
    arrive(1, "erp", List.of("edi"));
    probe("edi", true);

    assertWaits(1, "edi");
    assertThat(row(1).standing().detail())
        .isEqualTo("link edi: declared down by anna: the line is being moved");
    restart("edi", "vpn", "net");
    assertWaits(1, "edi");

    order(Order.Verb.LINK_AUTO);
    assertThat(sent).containsExactly(1L);
    assertThat(audits)
        .extracting(Order::verb)
        .containsExactly(Order.Verb.LINK_DOWN, Order.Verb.LINK_AUTO);
  }

  private void order(Order.Verb verb) {
    step(new Event.Ordered(8, new Order(verb, "edi", "anna", "the line is being moved")));
  }

  @Test
  void aLinkThatDoesNotExistCannotBeDeclared() {
    List<Decision> decisions =
        engine.step(
            new Event.Ordered(8, new Order(Order.Verb.LINK_DOWN, "edo", "anna", "why")), now);

    assertThat(decisions)
        .singleElement()
        .isInstanceOfSatisfying(
            Decision.Declined.class,
            declined ->
                assertThat(declined.message())
                    .isEqualTo("There is no link 'edo'; waybill.links has: edi, vpn, net"));
  }

  @Test
  void whatAProbeSeesAgainIsNotWrittenAgain() {
    probe("edi", false);

    assertThat(engine.step(new Event.Probed("edi", false, "another word"), now)).isEmpty();
    assertThat(engine.step(new Event.Probed("edi", true, null), now)).hasSize(1);
  }

  @Test
  void aPersonMayRetryAndSkipWhoWaits() {
    probe("edi", false);
    arrive(1, "erp", List.of("edi"), "l:a");
    arrive(2, "erp", List.of(), "l:a");
    decide(Event.Verb.RETRY, 1);
    assertWaits(1, "edi");
    decide(Event.Verb.SKIP, 1);
    assertThat(sent).containsExactly(2L);
    probe("edi", true);
    assertThat(sent).containsExactly(2L);
  }

  private void decide(Event.Verb verb, long seq) {
    step(new Event.Decided(7, verb, seq, "anna", "because", null, table.get(seq), null, null));
  }

  @Test
  void aBacklogBehindALinkIsHeldInPartAndStandsInNobodysWay() {
    int backlog = 3_000;
    probe("edi", false);
    for (int i = 1; i <= backlog; i++) {
      arrive(i, "erp", List.of("edi"), "l:" + i % 1_000);
    }
    assertThat(most).isLessThan(4 * HOLDING.gate());
    arrive(backlog + 1, "erp", List.of(), "l:free");
    arrive(backlog + 2, "erp", List.of());
    assertThat(sent).containsExactly(backlog + 1L, backlog + 2L);
    drain();

    restart("edi", "vpn", "net");
    sent.clear();
    probe("edi", true);
    drain();

    assertThat(sent).hasSize(backlog).doesNotHaveDuplicates();
    for (int lane = 0; lane < 1_000; lane++) {
      int own = lane;
      assertThat(sent.stream().filter(seq -> seq % 1_000 == own)).isSorted();
    }
    assertThat(most).isLessThan(8 * HOLDING.gate());
    assertThat(engine.size() + engine.lanes()).isZero();
  }

  @Test
  void whoWaitedForALinkThatLeftTheSpecificationWaitsNoLonger() {
    probe("edi", false);
    for (int i = 1; i <= 100; i++) {
      arrive(i, "erp", List.of("edi"));
    }
    restart("net");
    step(new Event.TimeCame());
    drain();

    assertThat(sent).hasSize(100);
  }
}
