package io.waybill.journal;

import static io.waybill.journal.Samples.NOON;
import static io.waybill.journal.Samples.group;
import static io.waybill.journal.Samples.insert;
import static io.waybill.journal.Samples.message;
import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.journal.Housekeeping.Batch;
import io.waybill.journal.Housekeeping.Keep;
import io.waybill.message.Fingerprint;
import io.waybill.message.LaneName;
import io.waybill.message.MessageKey;
import io.waybill.message.MessageRow;
import io.waybill.message.PostedAs;
import io.waybill.message.Status;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is removed when, what stays, and in what portions. */
class HousekeepingTest {

  private static final JournalDatabase DB = new JournalDatabase();
  private static final Duration NINETY = Duration.ofDays(90);
  private static final Duration YEAR = Duration.ofDays(400);

  /** Long after the closed messages of {@link ManyClosed}, and noon of the samples. */
  private static final Instant NOW = NOON.plus(Duration.ofDays(1_000));

  @BeforeEach
  void empty() {
    DB.execute(
        """
        truncate waybill_journal.message, waybill_journal.standing, waybill_journal.payload,
          waybill_journal.history, waybill_journal.effect, waybill_journal.posted,
          waybill_journal.known_id, waybill_journal.idempotent, waybill_journal.audit
        """);
  }

  private static Housekeeping keeping(
      @Nullable Duration payloads, @Nullable Duration messages, Map<String, Duration> ids) {
    return new Housekeeping(
        DB.database.dataSource(), new Keep(payloads, messages, YEAR, () -> ids));
  }

  /** Everything that is over, as one pass has it; the largest batch is checked on the way. */
  private static Map<String, Long> pass(Housekeeping keeping, int most, Instant now) {
    Map<String, Long> removed = new LinkedHashMap<>();
    for (Housekeeping.Part part : keeping.parts()) {
      Batch batch = new Batch(Map.of(), 0, false);
      while (!batch.last()) {
        batch = keeping.next(part.name(), batch.after(), most, now);
        batch
            .removed()
            .forEach(
                (rows, number) -> {
                  assertThat(number).as(rows).isBetween(0L, 2L * most);
                  removed.merge(rows, number, Long::sum);
                });
      }
    }
    return removed;
  }

  private static void fill(long from, long to) {
    try (Connection connection = DB.database.connect()) {
      ManyClosed.fill(connection, from, to, 0);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static long rows(String table) {
    return DB.number("select count(*) from waybill_journal." + table);
  }

  private static MessageKey old(long n) {
    return new MessageKey("CreateOrder", "shop", "old-" + n);
  }

  @Test
  void documentsGoFirstAndWhatIsToldOfTheirMessagesStays() {
    fill(1, 50);

    Map<String, Long> removed = pass(keeping(NINETY, null, Map.of()), 20, NOW);

    assertThat(removed).containsEntry("payloads", 50L).doesNotContainKey("messages");
    assertThat(rows("payload")).isZero();
    Waybills waybills = new Waybills(DB.database.dataSource());
    assertThat(waybills.payload(7, 0)).isEmpty();
    assertThat(waybills.payloadRemovedAt(7)).contains(NOW);
    assertThat(waybills.message(7)).isPresent();
    assertThat(waybills.history(7)).hasSize(2);
    assertThat(DB.number("select count(*) from waybill.payloads")).isZero();
    assertThat(DB.number("select count(*) from waybill.removed_payloads")).isEqualTo(50);
  }

  @Test
  void nothingIsRemovedBeforeItsTime() {
    fill(1, 50);
    Instant closed = Instant.parse("2024-01-01T00:00:26Z");

    pass(keeping(NINETY, YEAR, Map.of()), 20, closed.plus(NINETY));

    // closed at second 26 and not before: those up to number 24 are over
    assertThat(rows("payload")).isEqualTo(26);
    assertThat(rows("message")).isEqualTo(50);
    assertThat(new Waybills(DB.database.dataSource()).payloadRemovedAt(25)).isEmpty();
  }

  @Test
  void whatIsOpenIsNeverTouched() {
    try (JdbcJournal journal = DB.journal()) {
      long epoch = journal.takeOver("node-1");
      List<MessageRow> open =
          List.of(
              message(1, Status.SUBMITTED, null, new LaneName("cust", "1")),
              message(2, Status.POSTING, null, new LaneName("cust", "2")),
              message(3, Status.FAILED, null, new LaneName("cust", "3")));
      journal.commit(group(epoch, open.stream().map(Samples::insert).toList(), List.of()));
      journal.commit(group(epoch, List.of(insert(message(4))), List.of()));
    }
    for (String status : List.of("in_doubt", "retriable", "retry", "cancelling")) {
      long seq = DB.number("select max(seq) + 1 from waybill_journal.message");
      fill(seq, seq);
      DB.execute(
          "update waybill_journal.standing set status = '%s' where seq = %d"
              .formatted(status, seq));
    }
    fill(9, 10);

    Map<String, Long> removed = pass(keeping(NINETY, YEAR, Map.of()), 3, NOW);

    assertThat(removed).containsEntry("payloads", 2L).containsEntry("messages", 1L);
    assertThat(
            DB.number(
                "select count(*) from waybill_journal.payload p join waybill_journal.standing s"
                    + " on s.seq = p.seq where s.status not in ('posted', 'skipped')"))
        .isEqualTo(8);
    assertThat(DB.text("select string_agg(seq::text, ' ' order by seq) from waybill.messages"))
        .isEqualTo("1 2 3 4 5 6 7 8 10");
  }

  @Test
  void twentyThousandGoInPortionsAndTheirIdsStayKnown() {
    fill(1, 20_000);
    DB.execute(
        "insert into waybill_journal.effect values ('p-1', 17, 1, now()), ('p-2', 20000, 1, now())");

    Map<String, Long> removed = pass(keeping(NINETY, YEAR, Map.of()), 500, NOW);

    assertThat(removed)
        .containsEntry("messages", 19_999L)
        .containsEntry("history", 19_999L)
        .containsEntry("payloads", 20_000L)
        .containsEntry("effects", 1L)
        .containsEntry("ids", 0L);
    assertThat(rows("message")).isOne();
    assertThat(rows("standing")).isOne();
    assertThat(rows("history")).isOne();
    assertThat(DB.number("select count(*) from waybill.known_ids")).isEqualTo(19_999);
    try (JdbcJournal journal = DB.journal()) {
      assertThat(journal.lastSeq()).isEqualTo(20_000);
      Map<MessageKey, MessageRow> owners = journal.owners(Set.of(old(1), old(20_000), old(20_001)));
      assertThat(owners).containsOnlyKeys(old(1), old(20_000));
      MessageRow first = owners.get(old(1));
      assertThat(first.seq()).isOne();
      assertThat(first.standing().status()).isEqualTo(Status.POSTED);
      assertThat(first.received().fingerprint())
          .isEqualTo(Fingerprint.of(ManyClosed.document(1).getBytes(StandardCharsets.UTF_8)));
      assertThat(first.received().receivedAt()).isEqualTo(Instant.parse("2024-01-01T00:00:01Z"));
      assertThat(owners.get(old(20_000)).standing().destination()).isEqualTo("erp");
    }
  }

  @Test
  void anIdIsForgottenWhenItsOperationSaysSo() {
    fill(1, 101);
    Duration remember = Duration.ofDays(900);
    Housekeeping keeping = keeping(NINETY, YEAR, Map.of("CreateOrder", remember));
    Instant closed = Instant.parse("2024-01-01T00:00:01Z");

    pass(keeping, 30, closed.plus(YEAR).plusSeconds(1_000));
    assertThat(rows("known_id")).isEqualTo(100);
    assertThat(keeping.oldest("ids")).isEqualTo(closed.plusSeconds(1));

    Map<String, Long> removed = pass(keeping, 30, closed.plus(remember).plusSeconds(41));
    assertThat(removed).containsEntry("ids", 40L);
    try (JdbcJournal journal = DB.journal()) {
      assertThat(journal.owners(Set.of(old(40), old(41)))).containsOnlyKeys(old(41));
    }
  }

  @Test
  void anIdThatIsOverWithItsMessageIsNotKept() {
    fill(1, 11);

    pass(keeping(NINETY, YEAR, Map.of("CreateOrder", Duration.ofDays(30))), 5, NOW);

    assertThat(rows("known_id")).isZero();
    assertThat(rows("message")).isOne();
  }

  @Test
  void whatWasBrokenOffGoesOn() {
    fill(1, 100);
    Housekeeping first = keeping(null, YEAR, Map.of());
    Batch batch = first.next("messages", 0, 30, NOW);
    assertThat(batch.after()).isEqualTo(30);
    assertThat(batch.last()).isFalse();

    Map<String, Long> rest = pass(keeping(null, YEAR, Map.of()), 30, NOW);

    assertThat(rest).containsEntry("messages", 69L);
    assertThat(rows("known_id")).isEqualTo(99);
    assertThat(pass(keeping(null, YEAR, Map.of()), 30, NOW)).doesNotContainKey("messages");
  }

  @Test
  void whatSomebodyHasLockedIsLeftForTheNextPass() throws SQLException {
    fill(1, 20);
    Housekeeping keeping = keeping(NINETY, YEAR, Map.of());
    try (Connection person = DB.database.connect();
        Statement statement = person.createStatement()) {
      person.setAutoCommit(false);
      statement.execute(
          "update waybill_journal.standing set status = 'retry', version = 2 where seq = 5");

      pass(keeping, 10, NOW);
      person.commit();
    }
    assertThat(DB.text("select string_agg(seq::text, ' ' order by seq) from waybill.messages"))
        .isEqualTo("5 20");
    assertThat(DB.text("select string_agg(seq::text, ' ' order by seq) from waybill.payloads"))
        .isEqualTo("5");

    pass(keeping, 10, NOW);
    assertThat(DB.number("select count(*) from waybill.payloads where seq = 5")).isOne();
  }

  @Test
  void underEachKeyTheLastFactStaysUntilItIsForgotten() {
    fill(1, 40);
    DB.execute(
        """
        insert into waybill_journal.posted (operation, found_by, value, seq)
        select 'CreateOrder', 'key', (n % 4)::text, n from generate_series(1, 40) as n
        """);
    PostedAs fact = new PostedAs("CreateOrder", PostedAs.By.KEY, "3");

    Map<String, Long> removed = pass(keeping(NINETY, YEAR, Map.of()), 7, NOW);

    // one of each key, and number 40, whose message is still there
    assertThat(removed).containsEntry("facts", 35L);
    assertThat(
            DB.text("select string_agg(seq::text, ' ' order by seq) from waybill_journal.posted"))
        .isEqualTo("36 37 38 39 40");
    PostedMemory memory = new PostedMemory(DB.database.dataSource());
    try (JdbcJournal journal = DB.journal()) {
      assertThat(journal.posted(Set.of(fact))).containsExactly(fact);
      assertThat(memory.count(fact)).isOne();

      assertThat(memory.forget(fact, "anna", "closed down", NOW)).isOne();

      assertThat(journal.posted(Set.of(fact))).isEmpty();
    }
    assertThat(memory.forget(fact, "anna", "closed down", NOW)).isZero();
    assertThat(
            DB.text(
                "select string_agg(who || ' ' || action || ' ' || target || ' ' || why, ';')"
                    + " from waybill_journal.audit"))
        .isEqualTo("anna forget CreateOrder key 3 closed down");
  }

  @Test
  void keysOfRoutesGoWhenTheirTimeIsOver() {
    DB.execute(
        """
        insert into waybill_journal.idempotent (repository, key, owner, node, added_at)
        select 'r', n::text, 1, 'node-1', '2024-01-01T00:00:00Z'::timestamptz
          + n * '1 second'::interval
        from generate_series(1, 30) as n
        """);
    Instant begin = Instant.parse("2024-01-01T00:00:00Z");

    pass(keeping(null, null, Map.of()), 4, begin.plus(YEAR).plusSeconds(11));

    assertThat(rows("idempotent")).isEqualTo(20);
    assertThat(keeping(null, null, Map.of()).oldest("keys")).isEqualTo(begin.plusSeconds(11));
  }

  @Test
  void theOldestOfEachIsKnown() {
    Housekeeping keeping = keeping(null, null, Map.of());
    assertThat(keeping.parts())
        .extracting(Housekeeping.Part::name)
        .containsExactly("payloads", "messages", "ids", "keys");
    assertThat(keeping.parts())
        .allSatisfy(part -> assertThat(keeping.oldest(part.name())).isNull());
    fill(3, 5);
    Instant third = Instant.parse("2024-01-01T00:00:03Z");
    assertThat(keeping.oldest("payloads")).isEqualTo(third);
    assertThat(keeping.oldest("messages")).isEqualTo(third);
  }
}
