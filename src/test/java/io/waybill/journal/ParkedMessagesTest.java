package io.waybill.journal;

import static io.waybill.journal.Samples.message;
import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.journal.Group.Update;
import io.waybill.message.LaneName;
import io.waybill.message.MessageRow;
import io.waybill.message.Page;
import io.waybill.message.Parked;
import io.waybill.message.ParkedLane;
import io.waybill.message.Standing;
import io.waybill.message.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What only the table holds is found again: by its lanes, or by its destination. */
class ParkedMessagesTest {

  private static final JournalDatabase DB = new JournalDatabase();
  private static final LaneName A = new LaneName("l", "a");
  private static final LaneName B = new LaneName("l", "b:\"c\\");

  private final JdbcJournal journal = DB.journal();
  private long epoch;

  @BeforeEach
  void emptyTables() {
    DB.execute(
        """
        truncate waybill_journal.message, waybill_journal.standing, waybill_journal.payload,
          waybill_journal.history, waybill_journal.place
        """);
    epoch = journal.takeOver("one");
  }

  @AfterEach
  void giveBack() {
    journal.close();
  }

  private MessageRow write(long seq, List<LaneName> lanes, @Nullable Parked parked) {
    MessageRow row =
        standing(message(seq), lanes, lanes.stream().map(l -> seq * 10).toList(), parked);
    journal.commit(Samples.group(epoch, List.of(Samples.insert(row)), List.of()));
    return row;
  }

  private static MessageRow standing(
      MessageRow row, List<LaneName> lanes, List<Long> ranks, @Nullable Parked parked) {
    Standing s = row.standing();
    return new MessageRow(
        row.received(),
        new Standing(
            Status.SUBMITTED,
            s.reason(),
            null,
            lanes,
            ranks,
            parked,
            "erp",
            0,
            0,
            null,
            null,
            null,
            0,
            1,
            0,
            s.version(),
            s.changedAt()));
  }

  private void change(MessageRow before, MessageRow after) {
    MessageRow row = Samples.changed(after, after.standing().status(), null);
    Update update =
        new Update(
            row,
            before.standing().status(),
            before.standing().version(),
            before.standing().parked() != null,
            false);
    journal.commit(
        new Group(epoch, Set.of(1), List.of(), List.of(update), List.of(), List.of(), List.of()));
  }

  private List<Long> read(Page page) {
    return journal.parked(List.of(page)).get(page).stream().map(MessageRow::seq).toList();
  }

  @Test
  void aLaneIsReadInTheOrderOfItsRanksPageByPage() {
    write(1, List.of(A), null);
    write(2, List.of(A, B), Parked.LANE);
    write(3, List.of(B), Parked.LANE);
    write(4, List.of(A), Parked.LANE);
    write(5, List.of(A), Parked.LANE);

    assertThat(read(new Page.OfLane(A, 0, 2))).containsExactly(2L, 4L);
    assertThat(read(new Page.OfLane(A, 40, 2))).containsExactly(5L);
    assertThat(read(new Page.OfLane(B, 0, 9))).containsExactly(2L, 3L);
  }

  @Test
  void aDestinationIsReadInTheOrderOfTheJournal() {
    write(1, List.of(A), Parked.LANE);
    write(2, List.of(), Parked.DESTINATION);
    write(3, List.of(B), Parked.DESTINATION);
    write(4, List.of(), null);

    assertThat(read(new Page.OfDestination("erp", 0, 9))).containsExactly(2L, 3L);
    assertThat(read(new Page.OfDestination("erp", 2, 9))).containsExactly(3L);
    assertThat(read(new Page.OfDestination("crm", 0, 9))).isEmpty();
    assertThat(journal.parkedDestinations()).isEqualTo(Set.of("erp"));
  }

  @Test
  void aLinkIsReadInTheOrderOfTheJournal() {
    write(1, List.of(A), Parked.LANE);
    for (long seq = 2; seq <= 4; seq++) {
      MessageRow row = message(seq);
      row = standing(row, List.of(B), List.of(seq * 10), Parked.LINK);
      row = new MessageRow(row.received(), waitingFor(row.standing(), seq == 3 ? "vpn" : "edi"));
      journal.commit(Samples.group(epoch, List.of(Samples.insert(row)), List.of()));
    }

    assertThat(read(new Page.OfLink("edi", 0, 9))).containsExactly(2L, 4L);
    assertThat(read(new Page.OfLink("edi", 2, 9))).containsExactly(4L);
    assertThat(read(new Page.OfLink("net", 0, 9))).isEmpty();
    assertThat(journal.parkedLinks()).isEqualTo(Set.of("edi", "vpn"));
    assertThat(journal.parkedDestinations()).isEmpty();
    assertThat(read(new Page.OfLane(B, 0, 9))).containsExactly(2L, 3L, 4L);
    List<ParkedLane> lanes = new ArrayList<>();
    journal.readParkedLanes(lanes::add);
    assertThat(lanes).contains(new ParkedLane(B, 20, 40, true));
  }

  private static Standing waitingFor(Standing s, String link) {
    return new Standing(
        s.status(),
        s.reason(),
        null,
        s.lanes(),
        s.ranks(),
        s.parked(),
        "erp",
        0,
        0,
        null,
        null,
        null,
        0,
        1,
        0,
        s.version(),
        s.changedAt(),
        List.of("edi", "vpn"),
        link);
  }

  @Test
  void severalPagesAreReadAtOnceAndNoneIsLeftOut() {
    write(1, List.of(A), Parked.LANE);
    write(2, List.of(B), Parked.DESTINATION);
    Page a = new Page.OfLane(A, 0, 9);
    Page empty = new Page.OfLane(new LaneName("l", "c"), 0, 9);
    Page erp = new Page.OfDestination("erp", 0, 9);

    var read = journal.parked(List.of(a, empty, erp));

    assertThat(read.keySet()).containsExactly(a, empty, erp);
    assertThat(read.get(a)).extracting(MessageRow::seq).containsExactly(1L);
    assertThat(read.get(empty)).isEmpty();
    assertThat(read.get(erp)).extracting(MessageRow::seq).containsExactly(2L);
  }

  @Test
  void memoryStartsWithWhatIsNotParkedAndTheLanesOfWhatIs() {
    write(1, List.of(A), null);
    write(2, List.of(A), Parked.LANE);
    write(3, List.of(B), Parked.DESTINATION);
    write(4, List.of(A, B), Parked.LANE);

    List<Long> open = new ArrayList<>();
    journal.readOpen((row, writtenUnder) -> open.add(row.seq()));
    List<ParkedLane> lanes = new ArrayList<>();
    journal.readParkedLanes(lanes::add);

    assertThat(open).containsExactly(1L);
    assertThat(lanes)
        .containsExactlyInAnyOrder(
            new ParkedLane(A, 20, 40, false), new ParkedLane(B, 30, 40, true));
  }

  @Test
  void whoIsParkedNoMoreGivesItsPlacesBack() {
    MessageRow first = write(1, List.of(A, B), Parked.LANE);
    write(2, List.of(A), Parked.LANE);

    change(first, standing(first, List.of(A, B), List.of(10L, 10L), null));

    assertThat(read(new Page.OfLane(A, 0, 9))).containsExactly(2L);
    assertThat(read(new Page.OfLane(B, 0, 9))).isEmpty();
  }

  @Test
  void whoIsParkedElsewhereMovesItsPlaces() {
    MessageRow first = write(1, List.of(A), Parked.LANE);
    write(2, List.of(A), Parked.LANE);

    change(first, standing(first, List.of(A), List.of(30L), Parked.DESTINATION));

    assertThat(read(new Page.OfLane(A, 0, 9))).containsExactly(2L, 1L);
    assertThat(journal.parkedDestinations()).isEqualTo(Set.of("erp"));
  }
}
