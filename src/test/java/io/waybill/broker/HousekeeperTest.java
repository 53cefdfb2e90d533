package io.waybill.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.waybill.broker.Housekeeper.Pace;
import io.waybill.embedded.TestPostgres;
import io.waybill.engine.Holding;
import io.waybill.journal.Housekeeping;
import io.waybill.journal.JdbcJournal;
import io.waybill.journal.JournalSchema;
import io.waybill.journal.ManyClosed;
import io.waybill.message.Outcome;
import io.waybill.message.Payload;
import io.waybill.message.Status;
import io.waybill.message.Submission;
import io.waybill.spec.Specification;
import io.waybill.spec.load.ConfigFolder;
import io.waybill.spec.read.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Housekeeping beside the real broker on PostgreSQL, as it takes in and posts. */
@Timeout(120)
class HousekeeperTest {

  private static final Duration FOR_EVER = Duration.ofDays(365_000);

  private final TestPostgres.Database database = TestPostgres.freshDatabase();
  private final AtomicReference<@Nullable Throwable> fatal = new AtomicReference<>();
  @TempDir Path folder;
  private @Nullable JdbcJournal journal;
  private @Nullable Broker broker;

  @BeforeEach
  void start() throws SQLException {
    new JournalSchema(database.dataSource()).migrate();
    try (Connection connection = database.connect()) {
      ManyClosed.fill(connection, 1, 20_000, 0);
    }
    Specification specification =
        new ConfigFolder(folder)
            .with("destinations.yaml", "waybill.destinations.erp: { delivery: deduplicating }\n")
            .with(
                "operations.yaml",
                "waybill.operations.CreateOrder: { id: { json: /id }, post: erp, remember: 900d }\n")
            .with(
                "sequencing.yaml",
                """
                waybill.sequencing:
                  groups:
                    customer:
                      lock-name-space: cust
                      operations: { CreateOrder: { key: { json: /customer } } }
                """)
            .load();
    assertThat(specification.remembered()).containsEntry("CreateOrder", Duration.ofDays(900));
    BrokerSettings settings =
        new BrokerSettings(
            "node",
            1024,
            20_000,
            128L << 20,
            100_000,
            Holding.of(1_000, 1),
            1L << 20,
            Duration.ofMillis(100),
            Duration.ofSeconds(5));
    JdbcJournal opened = new JdbcJournal(database.dataSource());
    journal = opened;
    Broker started =
        new Broker(
            opened,
            specification,
            new Reader(specification, 1_000)::read,
            Clock.systemUTC(),
            settings,
            Watch.NOBODY,
            fatal::set);
    broker = started;
    started.start();
    await().until(() -> started.trouble() == null);
    started.open(
        "erp",
        (posting, answer) -> {
          answer.accept(new Outcome.Posted(null));
          return false;
        });
  }

  @AfterEach
  void stop() {
    if (broker != null) {
      broker.close();
    }
    if (journal != null) {
      journal.close();
    }
    assertThat(fatal.get()).isNull();
  }

  private Housekeeper keeper(Duration every, int batch, @Nullable Duration messages) {
    return new Housekeeper(
        new Housekeeping(
            database.dataSource(),
            new Housekeeping.Keep(Duration.ofDays(90), messages, FOR_EVER, Map::of)),
        new Pace(every, batch, Duration.ZERO),
        Clock.systemUTC());
  }

  private CompletableFuture<Receipt> send(String json) {
    Broker running = broker;
    if (running == null) {
      throw new IllegalStateException("no broker is running");
    }
    return running.submit(
        new Submission(
            new Payload(json.getBytes(StandardCharsets.UTF_8), null, Map.of()),
            "shop",
            "test",
            "CreateOrder",
            Set.of(),
            null,
            Map.of(),
            null));
  }

  private long number(String sql) {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      result.next();
      return result.getLong(1);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  @Test
  void documentsAreTakenInWhileTheOldOnesGo() {
    try (Housekeeper keeper = keeper(Duration.ofMillis(1), 500, Duration.ofDays(400))) {
      keeper.start();
      List<CompletableFuture<Receipt>> sent = new ArrayList<>();
      await()
          .until(
              () -> {
                sent.add(send("{\"id\":\"new-%d\",\"customer\":7}".formatted(sent.size())));
                return number("select count(*) from waybill_journal.message where seq <= 20000")
                    == 0;
              });

      assertThat(sent)
          .allSatisfy(
              receipt -> assertThat(receipt.join().result()).isEqualTo(Receipt.Result.ACCEPTED));
      await()
          .until(
              () ->
                  number("select count(*) from waybill.messages where status = 'posted'")
                      == sent.size());
      assertThat(keeper.report().trouble()).isNull();
      assertThat(keeper.report().kinds().get(0).removed()).containsEntry("payloads", 20_000L);
      assertThat(keeper.report().kinds().get(1).removed()).containsEntry("messages", 20_000L);
    }
  }

  @Test
  void aRepetitionIsRecognisedWhenAllElseIsGone() {
    assertThat(send("{\"id\":\"last\",\"customer\":1}").join().result())
        .isEqualTo(Receipt.Result.ACCEPTED);
    try (Housekeeper keeper = keeper(Duration.ofDays(1), 5_000, Duration.ofDays(400))) {
      keeper.pass();
      assertThat(keeper.report().ended()).isNotNull();
    }
    assertThat(number("select count(*) from waybill.messages where seq = 77")).isZero();

    Receipt again = send(ManyClosed.document(77)).join();
    Receipt other = send("{\"id\":\"old-77\",\"customer\":5}").join();

    assertThat(again.result()).isEqualTo(Receipt.Result.DUPLICATE);
    assertThat(again.message().seq()).isEqualTo(77);
    assertThat(again.message().standing().status()).isEqualTo(Status.POSTED);
    assertThat(other.result()).isEqualTo(Receipt.Result.CONFLICT);
    assertThat(other.message().standing().status()).isEqualTo(Status.FAILED);
  }

  @Test
  void aPassThatCannotReachTheDatabaseSaysSoAndComesAgain() {
    try (Housekeeper keeper = keeper(Duration.ofMillis(1), 5_000, null)) {
      execute("alter table waybill_journal.payload rename to away");
      keeper.start();
      await().until(() -> keeper.report().trouble() != null);
      assertThat(keeper.report().trouble()).contains("Removing payloads");
      execute("alter table waybill_journal.away rename to payload");
      await().until(() -> keeper.report().ended() != null && keeper.report().trouble() == null);
      assertThat(keeper.report().kinds().get(0).removed()).containsEntry("payloads", 20_000L);
    }
  }

  private void execute(String sql) {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }
}
