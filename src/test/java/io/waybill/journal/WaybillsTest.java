package io.waybill.journal;

import static io.waybill.journal.Samples.LANE;
import static io.waybill.journal.Samples.NOON;
import static io.waybill.journal.Samples.changed;
import static io.waybill.journal.Samples.group;
import static io.waybill.journal.Samples.insert;
import static io.waybill.journal.Samples.message;
import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.journal.Waybills.Count;
import io.waybill.journal.Waybills.Filter;
import io.waybill.journal.Waybills.LaneView;
import io.waybill.message.DestinationState;
import io.waybill.message.LaneName;
import io.waybill.message.MessageRow;
import io.waybill.message.Reason;
import io.waybill.message.Standing;
import io.waybill.message.Status;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.assertj.core.api.ListAssert;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class WaybillsTest {

  private static final JournalDatabase DB = new JournalDatabase();
  private static final LaneName ODD = new LaneName("ord", "a:b{\"',\\}");

  private final Waybills waybills = new Waybills(DB.database.dataSource());

  /** Lane cust:4711: 4 before 1 before 5; the odd lane: 2 posted, 3 failed, 5 behind it. */
  @BeforeAll
  static void someMessages() {
    MessageRow twoLanes =
        new MessageRow(
            Samples.received(5, "id-5", true),
            new Standing(
                Status.SUBMITTED,
                Reason.TURN,
                null,
                List.of(LANE, ODD),
                List.of(50L, 50L),
                null,
                "erp",
                0,
                0,
                null,
                null,
                null,
                0,
                1,
                0,
                0,
                NOON));
    MessageRow overtaking =
        new MessageRow(
            Samples.received(4, "id-4", true), Samples.standing(Status.POSTING, null, LANE, 0));
    MessageRow conflict =
        new MessageRow(
            Samples.received(6, "id-1", false),
            new Standing(
                Status.FAILED,
                Reason.CONFLICT,
                "other bytes",
                List.of(),
                List.of(),
                null,
                null,
                0,
                0,
                null,
                null,
                null,
                0,
                1,
                0,
                0,
                NOON));
    MessageRow two = message(2, Status.POSTING, null, ODD);
    try (JdbcJournal journal = DB.journal()) {
      long epoch = journal.takeOver("one");
      journal.commit(
          group(
              epoch,
              List.of(
                  insert(message(1)), insert(two),
                  insert(message(3, Status.FAILED, Reason.REFUSED, ODD)), insert(overtaking),
                  insert(twoLanes), insert(conflict)),
              List.of()));
      journal.commit(group(epoch, List.of(), List.of(Samples.update(two, Status.POSTED))));
      journal.commit(
          new Group(
              epoch,
              Set.of(),
              List.of(),
              List.of(),
              List.of(),
              List.of(new DestinationState("erp", 1, NOON, "refused", null, 1)),
              List.of()));
    }
  }

  @Test
  void aMessageIsShownWithAllItsColumns() {
    MessageRow two = changed(message(2, Status.POSTING, null, ODD), Status.POSTED, null);

    assertThat(waybills.message(2)).contains(MessageView.of(two, "one", 1));
    assertThat(waybills.message(99)).isEmpty();
  }

  @Test
  void eachFilterFindsItsMessages() {
    finds(Filter.first(100)).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
    finds(new Filter("CreateOrder", "shop", "id-2", null, null, null, null, null, 0, 9))
        .containsExactly(2L);
    finds(new Filter("Other", null, null, null, null, null, null, null, 0, 9)).isEmpty();
    finds(new Filter(null, null, "id-1", null, null, null, null, null, 0, 9))
        .containsExactly(1L, 6L);
    finds(new Filter(null, null, "id-1", null, null, Status.FAILED, null, null, 0, 9))
        .containsExactly(6L);
    finds(new Filter(null, null, null, "PO-3", null, null, null, null, 0, 9)).containsExactly(3L);
    finds(new Filter(null, null, null, null, ODD, null, null, null, 0, 9))
        .containsExactly(2L, 3L, 5L);
    finds(new Filter(null, null, null, null, null, Status.POSTED, null, null, 0, 9))
        .containsExactly(2L);
    finds(new Filter(null, null, null, null, null, null, NOON.plusSeconds(5), null, 0, 9))
        .containsExactly(5L, 6L);
    finds(new Filter(null, null, null, null, null, null, null, "jms:", 0, 9)).hasSize(6);
    finds(new Filter(null, null, null, null, null, null, null, "file:", 0, 9)).isEmpty();
    finds(new Filter(null, null, "a\0", null, null, null, null, null, 0, 9)).isEmpty();
  }

  @Test
  void pagesFollowEachOther() {
    finds(new Filter(null, null, null, null, null, null, null, null, 0, 4))
        .containsExactly(1L, 2L, 3L, 4L);
    finds(new Filter(null, null, null, null, null, null, null, null, 4, 4)).containsExactly(5L, 6L);
  }

  private ListAssert<Long> finds(Filter filter) {
    return assertThat(waybills.find(filter).stream().map(MessageView::seq).toList());
  }

  @Test
  void theHistoryIsInOrder() {
    assertThat(waybills.history(2))
        .extracting(entry -> entry.from() + ">" + entry.to())
        .containsExactly("null>POSTING", "POSTING>POSTED");
  }

  @Test
  void theDocumentIsTheOneReceived() {
    assertThat(waybills.payload(3, 0))
        .hasValueSatisfying(found -> assertThat(found.body()).isEqualTo(Samples.bytes(3)));
    assertThat(waybills.payload(3, 1)).isEmpty();
  }

  @Test
  void aLaneShowsWhoseTurnItIs() {
    LaneView customer = new LaneView(LANE, 4, Status.POSTING, 2, at(1));
    LaneView odd = new LaneView(ODD, 3, Status.FAILED, 1, at(3));

    assertThat(lanes(null, null, null)).containsExactly(customer, odd);
    assertThat(lanes("ord", null, null)).containsExactly(odd);
    assertThat(lanes(null, "4711", null)).containsExactly(customer);
    assertThat(lanes(null, null, true)).containsExactly(odd);
    assertThat(lanes(null, null, false)).containsExactly(customer);
    assertThat(lanes("ord", ODD.key(), null)).containsExactly(odd);
    assertThat(lanes("cust", "4711", null)).containsExactly(customer);
    assertThat(lanes("cust", "4711", true)).isEmpty();
    assertThat(lanes("cust", "none", null)).isEmpty();
  }

  @Test
  void theLongestLanesComeFirst() {
    assertThat(waybills.longestLanes(10)).extracting(LaneView::lane).containsExactly(LANE, ODD);
    assertThat(waybills.longestLanes(1)).extracting(LaneView::waiting).containsExactly(2L);
  }

  private List<LaneView> lanes(
      @Nullable String nameSpace, @Nullable String key, @Nullable Boolean held) {
    return waybills.lanes(nameSpace, key, held, 10);
  }

  private static Instant at(long seq) {
    return NOON.plusSeconds(seq);
  }

  @Test
  void whoWaitsBehindIsFoundByRank() {
    assertThat(waybills.behind(4, 10)).extracting(MessageView::seq).containsExactly(1L, 5L);
    assertThat(waybills.behind(3, 10)).extracting(MessageView::seq).containsExactly(5L);
    assertThat(waybills.behind(5, 10)).isEmpty();
    assertThat(waybills.behind(6, 10)).isEmpty();
  }

  @Test
  void messagesAreCountedByStatusAndReason() {
    assertThat(waybills.counts())
        .containsExactlyInAnyOrder(
            new Count(Status.SUBMITTED, Reason.TURN, 2),
            new Count(Status.POSTING, null, 1),
            new Count(Status.POSTED, null, 1),
            new Count(Status.FAILED, Reason.REFUSED, 1),
            new Count(Status.FAILED, Reason.CONFLICT, 1));
    assertThat(waybills.countsUnposted())
        .hasSize(4)
        .noneMatch(count -> count.status() == Status.POSTED);
  }

  @Test
  void linksShowWhatWasSeen() {
    assertThat(waybills.links())
        .containsExactly(new Waybills.LinkView("erp", false, NOON, "refused", null));
  }
}
