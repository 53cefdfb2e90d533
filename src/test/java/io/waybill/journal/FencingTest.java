package io.waybill.journal;

import static io.waybill.journal.Samples.inserts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.waybill.journal.JournalException.Kind;
import io.waybill.message.PostingId;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

class FencingTest {

  private static final JournalDatabase DB = new JournalDatabase();

  private final JdbcJournal journal = DB.journal();
  private final JdbcJournal other = DB.journal();
  private final Effects effects = new Effects();

  @BeforeEach
  void emptyTables() {
    DB.execute(
        """
        truncate waybill_journal.message, waybill_journal.standing, waybill_journal.payload,
          waybill_journal.history, waybill_journal.effect
        """);
  }

  @AfterEach
  void giveBack() {
    journal.close();
    other.close();
  }

  @Test
  void eachTakeOverRaisesTheEpochOfEveryPartition() {
    long first = journal.takeOver("one");
    long second = other.takeOver("two");

    assertThat(second).isEqualTo(first + 1);
    assertThat(
            DB.number(
                "select count(*) from waybill_journal.lease where node = 'two' and epoch = "
                    + second))
        .isEqualTo(Journal.PARTITIONS);
  }

  @Test
  void anOldEpochCannotCommit() {
    long old = journal.takeOver("one");
    journal.commit(inserts(old, 1, 2));
    long next = other.takeOver("two");

    assertThat(kindOf(() -> journal.commit(inserts(old, 2, 3)))).isEqualTo(Kind.LEASE_LOST);
    other.commit(inserts(next, 2, 3));

    assertThat(other.lastSeq()).isEqualTo(2);
    assertThat(DB.text("select string_agg(node, ' ' order by seq) from waybill.messages"))
        .isEqualTo("one two");
  }

  @Test
  void anOldEpochCannotPerformAnEffect() throws SQLException {
    long old = journal.takeOver("one");
    other.takeOver("two");

    try (Connection connection = transaction()) {
      assertThat(kindOf(() -> effects.claim(connection, new PostingId("a"), 1, 1, old)))
          .isEqualTo(Kind.LEASE_LOST);
    }
  }

  @Test
  void anEffectIsPerformedOnceAndFoundAgain() throws SQLException {
    long epoch = journal.takeOver("one");
    PostingId id = new PostingId("abc-1-0-0");
    try (Connection rolledBack = transaction()) {
      assertThat(effects.claim(rolledBack, id, 1, 1, epoch)).isTrue();
      rolledBack.rollback();
    }
    assertThat(journal.effects(List.of(id))).isEmpty();
    try (Connection first = transaction();
        Connection second = transaction()) {
      assertThat(effects.claim(first, id, 1, 1, epoch)).isTrue();
      first.commit();
      assertThat(effects.claim(second, id, 1, 1, epoch)).isFalse();
      second.rollback();
    }
    assertThat(journal.effects(List.of(id, new PostingId("x")))).containsExactly(id);
  }

  @Test
  void anEffectNeedsATransaction() throws SQLException {
    long epoch = journal.takeOver("one");
    try (Connection connection = DB.database.connect()) {
      assertThatThrownBy(() -> effects.claim(connection, new PostingId("a"), 1, 1, epoch))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("transacted");
    }
  }

  @Test
  void takingOverWaitsForACommitUnderWay() throws SQLException {
    long epoch = journal.takeOver("one");
    JdbcJournal patient =
        new JdbcJournal(
            DB.database.dataSource(),
            new Takeover(DB.database.dataSource(), Duration.ofSeconds(30)));
    try (Connection commit = transaction()) {
      effects.claim(commit, new PostingId("under-way"), 1, 1, epoch);
      CompletableFuture<Long> taken = CompletableFuture.supplyAsync(() -> patient.takeOver("two"));
      await()
          .until(
              () ->
                  DB.number(
                          """
                          select count(*)
                          from pg_stat_activity
                          where wait_event_type = 'Lock'
                            and datname = current_database()
                          """)
                      == 1);
      assertThat(taken).isNotDone();

      commit.commit();

      assertThat(taken.join()).isEqualTo(epoch + 1);
    }
    assertThat(DB.number("select count(*) from waybill_journal.effect")).isEqualTo(1);
  }

  @Test
  void takingOverDefeatsACommitThatDoesNotEnd() throws SQLException {
    long epoch = journal.takeOver("one");
    try (Connection hanging = transaction()) {
      effects.claim(hanging, new PostingId("hanging"), 1, 1, epoch);

      assertThat(other.takeOver("two")).isEqualTo(epoch + 1);

      assertThatThrownBy(hanging::commit).isInstanceOf(SQLException.class);
    }
    assertThat(DB.number("select count(*) from waybill_journal.effect")).isZero();
  }

  @Test
  void takingOverBreaksOffAHangingCommitOfTheSameProcess() throws SQLException {
    long epoch = journal.takeOver("one");
    try (Connection blocker = transaction()) {
      execute(blocker, "lock table waybill_journal.message in share mode");
      CompletableFuture<Kind> hanging =
          CompletableFuture.supplyAsync(() -> kindOf(() -> journal.commit(inserts(epoch, 1, 2))));
      await().until(() -> waitingInserts() == 1);

      long next = journal.takeOver("one");

      assertThat(hanging.join()).isEqualTo(Kind.INFRASTRUCTURE);
      blocker.rollback();
      journal.commit(inserts(next, 1, 2));
      assertThat(journal.rows(List.of(1L))).isEqualTo(Map.of(1L, Samples.message(1)));
    }
  }

  @Test
  void aCommitWhoseSessionIsKilledIsOfUnknownOutcomeAndTheNextOneWorks() throws SQLException {
    long epoch = journal.takeOver("one");
    try (Connection blocker = transaction()) {
      execute(blocker, "lock table waybill_journal.message in share mode");
      CompletableFuture<Kind> killed =
          CompletableFuture.supplyAsync(() -> kindOf(() -> journal.commit(inserts(epoch, 1, 2))));
      await().until(() -> waitingInserts() == 1);
      DB.execute(
          """
          select pg_terminate_backend(pid)
          from pg_stat_activity
          where wait_event_type = 'Lock'
            and datname = current_database()
          """);
      assertThat(killed.join()).isEqualTo(Kind.INFRASTRUCTURE);
      blocker.rollback();
    }

    journal.commit(inserts(epoch, 1, 2));

    assertThat(journal.lastSeq()).isEqualTo(1);
  }

  private static long waitingInserts() {
    return DB.number(
        """
        select count(*)
        from pg_stat_activity
        where wait_event_type = 'Lock'
          and query like '%waybill_journal.message (%'
          and datname = current_database()
        """);
  }

  @Test
  void anErrorIsJudgedByItsState() {
    Map<String, Kind> kinds =
        Map.ofEntries(
            Map.entry("22021", Kind.DATA),
            Map.entry("23505", Kind.DATA),
            Map.entry("54000", Kind.DATA),
            Map.entry("40001", Kind.BUSY),
            Map.entry("40P01", Kind.BUSY),
            Map.entry("55P03", Kind.BUSY),
            Map.entry("08006", Kind.INFRASTRUCTURE),
            Map.entry("53100", Kind.INFRASTRUCTURE),
            Map.entry("57014", Kind.INFRASTRUCTURE),
            Map.entry("57P01", Kind.INFRASTRUCTURE),
            Map.entry("58030", Kind.INFRASTRUCTURE),
            Map.entry("XX000", Kind.INFRASTRUCTURE),
            Map.entry("42P01", Kind.INFRASTRUCTURE),
            Map.entry("25006", Kind.INFRASTRUCTURE));

    kinds.forEach(
        (state, kind) ->
            assertThat(SqlErrors.kind(new SQLException("", state))).as(state).isEqualTo(kind));
    assertThat(SqlErrors.kind(new SQLException("pool timeout"))).isEqualTo(Kind.INFRASTRUCTURE);
  }

  @Test
  void aServerThatIsNotThereIsInfrastructure() {
    PGSimpleDataSource nowhere = new PGSimpleDataSource();
    nowhere.setUrl("jdbc:postgresql://127.0.0.1:1/none");
    try (JdbcJournal lost = new JdbcJournal(nowhere)) {
      assertThat(kindOf(() -> lost.commit(inserts(1, 1, 2)))).isEqualTo(Kind.INFRASTRUCTURE);
      assertThat(kindOf(() -> lost.takeOver("one"))).isEqualTo(Kind.INFRASTRUCTURE);
      assertThat(kindOf(lost::lastSeq)).isEqualTo(Kind.INFRASTRUCTURE);
      assertThat(kindOf(() -> lost.readOpen((row, writtenUnder) -> {})))
          .isEqualTo(Kind.INFRASTRUCTURE);
    }
  }

  private static Kind kindOf(Runnable call) {
    try {
      call.run();
    } catch (JournalException e) {
      return e.kind();
    }
    throw new AssertionError("It was expected to fail");
  }

  private static Connection transaction() throws SQLException {
    Connection connection = DB.database.connect();
    connection.setAutoCommit(false);
    return connection;
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
