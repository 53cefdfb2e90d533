package io.waybill.journal;

import static io.waybill.journal.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.waybill.journal.Waybills.Filter;
import io.waybill.message.LaneName;
import io.waybill.message.Status;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The common questions read an index, however many messages there are. */
class WaybillsIndexTest {

  private static final JournalDatabase DB = new JournalDatabase();

  private final Waybills waybills = new Waybills(DB.database.dataSource());

  @BeforeAll
  static void manyMessages() {
    DB.execute(
        """
        insert into waybill_journal.message (
          seq, received_at, partition, owns_id, operation, sender, message_id, business_id, source,
          fingerprint, lanes)
        select
          n, '2026-11-21T12:00:00Z'::timestamptz + n * '1 second'::interval, n % 32,
          n % 1000 <> 0, 'CreateOrder', 'shop', 'id-' || n, 'PO-' || n, 'jms:orders.in', '\\x00',
          array['cust:' || n / 20]
        from generate_series(1, 60000) as n;

        insert into waybill_journal.standing (
          seq, epoch, tried_as, changed_at, version, attempts, run, revision, step, status, ranks)
        select
          n, 1, 0, now(), 0, 0, 1, 0, 0,
          case when n % 500 = 0 then 'failed' when n > 20000 then 'submitted' else 'posted' end,
          case when n % 500 = 0 or n > 20000 then array[n]::bigint[] else '{}' end
        from generate_series(1, 60000) as n;

        analyze waybill_journal.message;
        analyze waybill_journal.standing
        """);
  }

  @TestFactory
  Stream<DynamicTest> eachQuestionReadsItsIndex() {
    LaneName lane = new LaneName("cust", "25");
    return Stream.of(
        reads("message_owner", 1, filter("id-77", null, null, null)),
        reads("message_claim", 1, filter("id-1000", null, null, null)),
        reads("message_business", 1, filter(null, "PO-5", null, null)),
        reads("message_lanes", 20, filter(null, null, lane, null)),
        reads("standing_unposted", 60, filter(null, null, null, Status.FAILED)),
        reads("message_received", 9, since(59_991)),
        reads("message_lanes", () -> assertThat(waybills.behind(500, 10)).isEmpty()),
        reads("message_lanes", () -> assertThat(waybills.lanes("cust", "25", null, 10)).hasSize(1)),
        DynamicTest.dynamicTest("backlog", WaybillsIndexTest::theBacklogIsCounted),
        DynamicTest.dynamicTest("counts", () -> assertThat(waybills.countsUnposted()).hasSize(2)));
  }

  private static void theBacklogIsCounted() {
    Instant noon = NOON.truncatedTo(ChronoUnit.SECONDS);
    Backlog backlog = new Backlog(DB.database.dataSource());
    backlog.requireAnswer();
    assertThat(backlog.parts())
        .containsExactly(
            new Backlog.Part(Status.FAILED, null, 120, noon.plusSeconds(500)),
            new Backlog.Part(Status.SUBMITTED, null, 39_920, noon.plusSeconds(20_001)));
  }

  private static Filter filter(
      @Nullable String id,
      @Nullable String businessId,
      @Nullable LaneName lane,
      @Nullable Status status) {
    return new Filter(null, null, id, businessId, lane, status, null, null, 0, 60);
  }

  private static Filter since(long seq) {
    return new Filter(null, null, null, null, null, null, NOON.plusSeconds(seq), null, 0, 60);
  }

  private DynamicTest reads(String index, int found, Filter filter) {
    return reads(index, () -> assertThat(waybills.find(filter)).hasSize(found));
  }

  private static DynamicTest reads(String index, Runnable question) {
    return DynamicTest.dynamicTest(
        index,
        () -> {
          long before = scans(index);
          question.run();
          // a session reports what it read when it ends
          await().until(() -> scans(index) > before);
        });
  }

  private static long scans(String index) {
    return DB.number(
        "select idx_scan from pg_stat_user_indexes where indexrelname = '" + index + "'");
  }
}
