package io.waybill.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.message.ClosedGap;
import io.waybill.message.KnownNumbers;
import io.waybill.message.LaneName;
import io.waybill.message.NumberRange;
import io.waybill.message.Numbered;
import io.waybill.message.SeriesState;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How far lanes are is kept, and changed only from the version that was read. */
class NumberRowsTest {

  private static final JournalDatabase DB = new JournalDatabase();
  private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
  private static final LaneName A = new LaneName("order", "a'\"\\{,");
  private static final LaneName B = new LaneName("order", "b");

  private final JdbcJournal journal = DB.journal();
  private long epoch;

  @BeforeEach
  void emptyTables() {
    DB.execute("truncate waybill_journal.number, waybill_journal.number_gap");
    epoch = journal.takeOver("one");
  }

  @AfterEach
  void giveBack() {
    journal.close();
  }

  private void write(Group.SeriesChange... changes) {
    journal.commit(
        new Group(
            epoch,
            Set.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(changes),
            List.of()));
  }

  private static SeriesState state(LaneName lane, long last, int version, NumberRange... ahead) {
    return new SeriesState(lane, last, List.of(ahead), version);
  }

  private static ClosedGap gap(long from, long to) {
    return new ClosedGap(new NumberRange(from, to), NOON, "anna", "never sent");
  }

  @Test
  void whatIsWrittenComesBackWithTheGapsThatWereClosed() {
    SeriesState first = state(A, 0, 2, new NumberRange(3, 3), new NumberRange(7, 9));
    SeriesState other = state(B, 5, 1);
    write(
        new Group.SeriesChange(first, 0, List.of()),
        new Group.SeriesChange(other, 0, List.of(gap(1, 2), gap(4, 4))));
    List<Numbered> asked = List.of(new Numbered(A, 1), new Numbered(new LaneName("order", "c"), 1));
    assertThat(journal.numbers(asked)).isEqualTo(new KnownNumbers(Map.of(A, first), Set.of()));

    for (long number = 1; number <= 6; number++) {
      boolean closed = number == 1 || number == 2 || number == 4;
      assertThat(journal.numbers(List.of(new Numbered(B, number))).closed().isEmpty())
          .isEqualTo(!closed);
    }
    assertThat(
            DB.text(
                "select string_agg(lane || ' ' || last, ', ' order by lane) from waybill.numbers"))
        .isEqualTo("order:a'\"\\{, 0, order:b 5");
    assertThat(
            DB.text(
                "select string_agg(first || '-' || last || ' ' || who || ' ' || why, ', '"
                    + " order by first) from waybill.number_gaps"))
        .isEqualTo("1-2 anna never sent, 4-4 anna never sent");

    SeriesState further = state(A, 9, 5);
    write(new Group.SeriesChange(further, 2, List.of()));
    assertThat(journal.numbers(asked).series()).isEqualTo(Map.of(A, further));
  }

  @Test
  void whatWasChangedByAnotherIsNotWritten() {
    write(new Group.SeriesChange(state(A, 1, 1), 0, List.of()));
    for (int from : new int[] {0, 2}) {
      assertThatThrownBy(
              () -> write(new Group.SeriesChange(state(A, 9, 3), from, List.of(gap(2, 8)))))
          .isInstanceOf(JournalException.class)
          .hasMessageContaining("are not in the version they were changed from");
    }
    assertThat(journal.numbers(List.of(new Numbered(A, 2))))
        .isEqualTo(new KnownNumbers(Map.of(A, state(A, 1, 1)), Set.of()));
  }
}
