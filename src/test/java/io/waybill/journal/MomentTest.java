package io.waybill.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.message.MessageRow;
import io.waybill.message.PostedAs;
import io.waybill.message.PostedAs.By;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What one message waits for is told of the same moment and soon, however many wait: each question
 * has five seconds, or fails.
 */
class MomentTest {

  private static final int MANY = 100_000;
  private static final JournalDatabase DB = new JournalDatabase();

  private final Waybills waybills = new Waybills(DB.database.dataSource());

  /** All in one lane, and every second one requires the first. */
  @BeforeAll
  static void aLongLane() {
    DB.execute(
        """
        insert into waybill_journal.message (
          seq, received_at, partition, owns_id, operation, sender, message_id, business_id, source,
          fingerprint, lanes, needs, announces)
        select
          n, '2026-11-21T12:00:00Z'::timestamptz + n * '1 second'::interval, 0, true,
          case when n = 1 then 'CreateCustomer' else 'CreateOrder' end, 'shop', 'id-' || n,
          'PO-' || n, 'jms:orders.in', '\\x00', array['cust:4711'],
          case when n % 2 = 0 then '[{"text": "CreateCustomer id-1", "any_of": [
            {"operation": "CreateCustomer", "by": "id", "value": "id-1"}]}]'::jsonb end,
          case when n = MANY then '[
            {"operation": "Release", "by": "field", "value": "/approvedBy r-1"}]'::jsonb end
        from generate_series(1, MANY) as n;

        insert into waybill_journal.standing (
          seq, epoch, tried_as, changed_at, version, attempts, run, revision, step, status, ranks)
        select n, 1, 0, now(), 0, 0, 1, 0, 0, 'submitted', array[n]::bigint[]
        from generate_series(1, MANY) as n;

        analyze waybill_journal.message;
        analyze waybill_journal.standing
        """
            .replace("MANY", String.valueOf(MANY)));
  }

  @Test
  void theLastOfALongLaneKnowsItsPlaceAndWhoIsFirst() {
    assertThat(waybills.<List<Moment.Stand>>now(moment -> moment.stands(MANY)))
        .singleElement()
        .satisfies(
            stand -> {
              assertThat(stand.ahead()).isEqualTo(MANY - 1);
              assertThat(stand.first()).isEqualTo(1);
            });
  }

  @Test
  void whoBringsSomethingIsFoundByKeyIdBusinessIdAndAnnouncement() {
    List<String> spaces = List.of("cust", "other");
    assertThat(seqs(m -> m.bringing(new PostedAs("CreateCustomer", By.KEY, "4711"), spaces)))
        .containsExactly(1L);
    assertThat(seqs(m -> m.bringing(new PostedAs("CreateCustomer", By.ID, "id-1"), spaces)))
        .containsExactly(1L);
    assertThat(seqs(m -> m.bringing(new PostedAs("CreateOrder", By.BUSINESS_ID, "PO-7"), spaces)))
        .containsExactly(7L);
    assertThat(seqs(m -> m.bringing(PostedAs.announced("Release", "/approvedBy", "r-1"), spaces)))
        .containsExactly((long) MANY);
    assertThat(seqs(m -> m.bringing(new PostedAs("CreateOrder", By.ID, "id-1"), spaces))).isEmpty();
    assertThat(seqs(m -> m.bringing(new PostedAs("CreateOrder", By.ID, "\0"), spaces))).isEmpty();
  }

  private List<Long> seqs(Function<Moment, List<MessageRow>> question) {
    return waybills.now(question).stream().map(MessageRow::seq).toList();
  }

  @Test
  void whoRequiresAMessageIsFoundAmongMany() {
    assertThat(waybills.requiring(1, 3)).extracting(MessageRow::seq).containsExactly(2L, 4L, 6L);
    assertThat(waybills.requiring(2, 3)).isEmpty();
    assertThat(waybills.requiring(MANY + 1, 3)).isEmpty();
  }

  @Test
  void allQuestionsSeeTheSameMomentAndNothingIsWritten() {
    String first =
        waybills.now(
            moment -> {
              String before = standing(moment);
              DB.execute("update waybill_journal.standing set status = 'failed' where seq = 5");
              assertThat(standing(moment)).isEqualTo(before);
              return before;
            });

    assertThat(first).isEqualTo("SUBMITTED");
    assertThat(waybills.<String>now(MomentTest::standing)).isEqualTo("FAILED");
  }

  private static String standing(Moment moment) {
    return moment.message(5).orElseThrow().standing().status().name();
  }
}
