package io.waybill.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.message.Fingerprint;
import io.waybill.message.LaneName;
import io.waybill.message.MessageRow;
import io.waybill.message.Outcome;
import io.waybill.message.Page;
import io.waybill.message.Parked;
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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A backlog of any size takes as much memory as the engine is given. The table is a map here. */
class ParkingTest {

  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final Holding HOLDING = new Holding(8, 16, 64, 4);
  private static final int BACKLOG = 3_000;

  private Engine engine = engine(HOLDING);
  private final TreeMap<Long, MessageRow> table = new TreeMap<>();
  private final Deque<MessageRow> posts = new ArrayDeque<>();
  private final List<Long> posted = new ArrayList<>();
  private int most;
  private int rowsRead;

  private static Engine engine(Holding holding) {
    Retry retry =
        new Retry(Duration.ofSeconds(1), 2, Duration.ofSeconds(5), 0, null, Duration.ofDays(9_999));
    Destination erp =
        new Destination(
            "erp",
            DeliveryClass.DEDUPLICATING,
            Destination.Remembers.ALL,
            Duration.ZERO,
            2,
            Duration.ofSeconds(30),
            List.of(),
            retry,
            Destination.Classify.DEFAULT);
    return new Engine(
        new Specification(
            Map.of("erp", erp), Map.of("Hold", new Operation("Hold", OnFailure.HOLD))),
        holding,
        0);
  }

  private void arrive(int id, String... lanes) {
    step(
        new Event.Arrived(
            id,
            new Reading.Read(
                "Hold", "" + id, null, Stream.of(lanes).map(LaneName::parse).toList(), "erp"),
            "acme",
            "test",
            Fingerprint.of(("" + id).getBytes(StandardCharsets.UTF_8)),
            1,
            null,
            null));
  }

  /** One event, made durable, with everything that has to be read before it. */
  private void step(Event event) {
    for (List<Page> pages = engine.pages(); !pages.isEmpty(); pages = engine.pages()) {
      pages.forEach(this::read);
    }
    take(engine.step(event, NOW));
    most = Math.max(most, engine.size());
  }

  private void read(Page page) {
    List<MessageRow> rows = on(page);
    rowsRead += rows.size();
    take(engine.read(page, rows, NOW));
  }

  private void take(List<Decision> decisions) {
    List<MessageRow> written = new ArrayList<>();
    for (Decision decision : decisions) {
      if (decision instanceof Decision.Inserted inserted) {
        written.add(inserted.row());
      } else if (decision instanceof Decision.Changed changed) {
        written.add(changed.row());
      } else if (decision instanceof Decision.Post post) {
        posts.add(post.row());
      }
    }
    written.forEach(row -> table.put(row.seq(), row));
    written.forEach(row -> engine.durable(row.seq(), row.standing().version()));
  }

  private List<MessageRow> on(Page page) {
    Stream<MessageRow> parked =
        table.values().stream().filter(row -> row.standing().parked() != null);
    if (page instanceof Page.OfLane lane) {
      return parked
          .filter(row -> row.standing().lanes().contains(lane.lane()))
          .filter(row -> row.standing().rank(lane.lane()) > lane.after())
          .sorted(Comparator.comparing(row -> row.standing().rank(lane.lane())))
          .limit(page.limit())
          .toList();
    }
    return parked
        .filter(row -> row.standing().parked() == Parked.DESTINATION)
        .filter(row -> row.seq() > ((Page.OfDestination) page).after())
        .limit(page.limit())
        .toList();
  }

  private void drain() {
    step(new Event.TimeCame());
    while (!posts.isEmpty()) {
      MessageRow post = posts.remove();
      posted.add(post.seq());
      int version = Objects.requireNonNull(table.get(post.seq())).standing().version();
      step(new Event.Ended(post.seq(), version, new Outcome.Posted(null), false));
      step(new Event.TimeCame());
    }
  }

  private static Long[] all() {
    return IntStream.rangeClosed(1, BACKLOG).mapToObj(Long::valueOf).toArray(Long[]::new);
  }

  @Test
  void aDeepLaneIsHeldInPartAndPostedInOrder() {
    for (int i = 1; i <= BACKLOG; i++) {
      arrive(i, "l:one");
    }
    step(new Event.Opened("erp"));
    drain();

    assertThat(posted).containsExactly(all());
    assertThat(most).isLessThan(4 * HOLDING.lane());
    assertThat(engine.size() + engine.lanes()).isZero();
  }

  @Test
  void manyMessagesThatOnlyWaitForTheirDestinationAreHeldInPart() {
    for (int i = 1; i <= BACKLOG; i++) {
      arrive(i);
    }
    step(new Event.Opened("erp"));
    drain();

    assertThat(posted).containsExactly(all());
    assertThat(most).isLessThan(4 * HOLDING.gate());
  }

  @Test
  void manyShallowLanesAreHeldInPartAndEachIsPostedInOrder() {
    for (int i = 1; i <= BACKLOG; i++) {
      arrive(i, "l:" + i % (BACKLOG / 3));
    }
    step(new Event.Opened("erp"));
    drain();

    assertThat(posted).containsExactlyInAnyOrder(all());
    for (int lane = 0; lane < BACKLOG / 3; lane++) {
      int own = lane;
      assertThat(posted.stream().filter(seq -> seq % (BACKLOG / 3) == own)).isSorted();
    }
    assertThat(most).isLessThan(2 * HOLDING.waiting());
    assertThat(engine.size() + engine.lanes()).isZero();
  }

  @Test
  void whoComesFirstInALaneLateDoesNotMakeOthersBeReadAgain() {
    engine = engine(new Holding(8, 8_000, 16_000, 4));
    int backlog = 20_000;
    for (int i = 1; i <= backlog; i++) {
      arrive(i, "l:" + (i / 200 * 100 + i % 100));
    }
    step(new Event.Opened("erp"));
    drain();

    assertThat(posted).hasSize(backlog).doesNotHaveDuplicates();
    assertThat(rowsRead).isLessThan(backlog / 2);
    assertThat(engine.size() + engine.lanes()).isZero();
  }

  @Test
  void whatArrivesWhileTheDestinationIsGoneIsRetriableAndStillHeldInPart() {
    step(new Event.Opened("erp"));
    arrive(1);
    step(new Event.Ended(1, 1, new Outcome.Unavailable("connection refused", null), false));
    for (int i = 2; i <= BACKLOG; i++) {
      arrive(i);
    }

    assertThat(table.values())
        .allMatch(row -> row.standing().status() == Status.RETRIABLE)
        .allMatch(row -> row.standing().reason() == Reason.LINK);
    assertThat(most).isLessThan(4 * HOLDING.gate());
  }

  @Test
  void aHeldLaneDoesNotKeepOthersFromBeingPosted() {
    step(new Event.Opened("erp"));
    arrive(1, "l:held");
    step(new Event.Ended(1, 1, new Outcome.Refused(Reason.REFUSED, "no such customer"), false));
    posts.clear();
    for (int i = 2; i < BACKLOG; i++) {
      arrive(i, "l:held");
    }
    arrive(BACKLOG, "l:free");
    drain();

    assertThat(posted).containsExactly((long) BACKLOG);
    assertThat(most).isLessThan(4 * HOLDING.lane());
  }
}
