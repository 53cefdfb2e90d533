package io.waybill.broker;

import io.waybill.broker.Housekeeper.Pace;
import io.waybill.embedded.EmbeddedPostgres;
import io.waybill.embedded.PostgresSettings;
import io.waybill.engine.Holding;
import io.waybill.journal.Housekeeping;
import io.waybill.journal.JdbcJournal;
import io.waybill.journal.JournalSchema;
import io.waybill.journal.ManyClosed;
import io.waybill.message.Outcome;
import io.waybill.message.Payload;
import io.waybill.message.Submission;
import io.waybill.spec.Specification;
import io.waybill.spec.load.ConfigFolder;
import io.waybill.spec.read.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Prints what housekeeping does to intake: fills a real PostgreSQL with closed messages, takes in
 * documents at a steady pace, has the closed ones removed meanwhile, and compares how long a
 * document takes to become durable before, while and after that.
 *
 * <p>Arguments: a folder, how many messages, how many of them in a batch, the pause in
 * milliseconds, documents a second, bytes of a document.
 */
final class HousekeepingLoad {

  private static final int AT_ONCE = 500_000;
  private static final Duration ALONE = Duration.ofSeconds(20);

  private final DataSource database;
  private final Broker broker;
  private final int perSecond;
  private final AtomicLong number = new AtomicLong();

  /** Documents of a run that was broken off are there already. */
  private final long start = System.nanoTime();

  private HousekeepingLoad(DataSource database, Broker broker, int perSecond) {
    this.database = database;
    this.broker = broker;
    this.perSecond = perSecond;
  }

  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    long rows = Long.parseLong(arguments[1]);
    Pace pace =
        new Pace(
            Duration.ofDays(1),
            Integer.parseInt(arguments[2]),
            Duration.ofMillis(Long.parseLong(arguments[3])));
    try (EmbeddedPostgres server =
        EmbeddedPostgres.start(
            Files.createDirectories(folder.resolve("postgres")), PostgresSettings.defaults())) {
      PGSimpleDataSource database = new PGSimpleDataSource();
      database.setUrl(server.jdbcUrl());
      database.setUser(server.user());
      database.setPassword(server.password());
      new JournalSchema(database).migrate();
      fill(database, rows, Integer.parseInt(arguments[5]));
      Specification specification = specification(folder);
      try (JdbcJournal journal = new JdbcJournal(database);
          Broker broker = broker(journal, specification)) {
        broker.start();
        while (broker.trouble() != null) {
          TimeUnit.MILLISECONDS.sleep(10);
        }
        broker.open(
            "erp",
            (posting, answer) -> {
              answer.accept(new Outcome.Posted(null));
              return false;
            });
        new HousekeepingLoad(database, broker, Integer.parseInt(arguments[4])).measure(pace);
      }
    }
  }

  private static void fill(DataSource database, long rows, int size) throws SQLException {
    long start = System.nanoTime();
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("set synchronous_commit = off");
      for (long from = filled(statement) + 1; from <= rows; from += AT_ONCE) {
        connection.setAutoCommit(false);
        ManyClosed.fill(connection, from, Math.min(rows, from + AT_ONCE - 1), size);
        connection.commit();
        connection.setAutoCommit(true);
        System.out.printf(
            "filled up to %,d in %.0f s%n", Math.min(rows, from + AT_ONCE - 1), seconds(start));
      }
      statement.execute("vacuum analyze");
      statement.execute("checkpoint");
    }
    System.out.printf("and analysed after %.0f s; %s%n", seconds(start), sizes(database));
  }

  /** How many are there already, of a run that was broken off. */
  private static long filled(Statement statement) throws SQLException {
    try (ResultSet row =
        statement.executeQuery("select coalesce(max(seq), 0) from waybill_journal.payload")) {
      row.next();
      return row.getLong(1);
    }
  }

  private static Specification specification(Path folder) {
    return new ConfigFolder(folder)
        .with("destinations.yaml", "waybill.destinations.erp: { delivery: deduplicating }\n")
        .with(
            "operations.yaml", "waybill.operations.CreateOrder: { id: { json: /id }, post: erp }\n")
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
  }

  private static Broker broker(JdbcJournal journal, Specification specification) {
    return new Broker(
        journal,
        specification,
        new Reader(specification, 1 << 20)::read,
        Clock.systemUTC(),
        new BrokerSettings(
            "node",
            1024,
            20_000,
            128L << 20,
            100_000,
            Holding.of(1_000, 1),
            1L << 20,
            Duration.ofMillis(100),
            Duration.ofSeconds(5)),
        Watch.NOBODY,
        Throwable::printStackTrace);
  }

  private void measure(Pace pace) throws Exception {
    Latencies warm = takeIn(new CountDownLatch(1), Duration.ofSeconds(5));
    Latencies before = takeIn(new CountDownLatch(1), ALONE);
    Housekeeping housekeeping =
        new Housekeeping(
            database,
            new Housekeeping.Keep(null, Duration.ofDays(400), Duration.ofDays(90), () -> Map.of()));
    Latencies beside;
    Housekeeper.Report report;
    double took;
    try (Housekeeper housekeeper = new Housekeeper(housekeeping, pace, Clock.systemUTC())) {
      CountDownLatch done = new CountDownLatch(1);
      long start = System.nanoTime();
      Thread keeping =
          new Thread(
              () -> {
                try {
                  housekeeper.pass();
                } finally {
                  done.countDown();
                }
              });
      keeping.start();
      beside = takeIn(done, Duration.ofHours(2));
      keeping.join();
      took = seconds(start);
      report = housekeeper.report();
    }
    Latencies after = takeIn(new CountDownLatch(1), ALONE);
    System.out.printf(
        "batches of %d, pause %s, %d documents a second%n", pace.batch(), pace.pause(), perSecond);
    report
        .kinds()
        .forEach(
            kind ->
                System.out.printf(
                    "%s: %s, busy %.0f s%n",
                    kind.part().name(), kind.removed(), kind.busy().toMillis() / 1e3));
    long removed = report.kinds().get(1).removed().getOrDefault("messages", 0L);
    System.out.printf(
        "%,d messages in %.0f s: %,.0f a second; %s%n",
        removed, took, removed / took, sizes(database));
    System.out.printf("warm:   %s%n", warm);
    System.out.printf("before: %s%n", before);
    System.out.printf("beside: %s%n", beside);
    System.out.printf("after:  %s%n", after);
    System.out.printf(
        "ratio beside/before: median %.2f, 99 %% %.2f%n",
        beside.of(0.5) / before.of(0.5), beside.of(0.99) / before.of(0.99));
  }

  /** Latencies in milliseconds, ascending. */
  private record Latencies(List<Double> millis) {

    double of(double share) {
      return millis.get(Math.min(millis.size() - 1, (int) Math.floor(share * millis.size())));
    }

    @Override
    public String toString() {
      return "%,d documents, median %.1f ms, 99 %% %.1f ms, 99.9 %% %.1f ms, longest %.1f ms"
          .formatted(millis.size(), of(0.5), of(0.99), of(0.999), of(1));
    }
  }

  /** Each is sent when its time has come, whether or not the one before is durable. */
  private Latencies takeIn(CountDownLatch until, Duration atMost) throws InterruptedException {
    ConcurrentLinkedQueue<Double> millis = new ConcurrentLinkedQueue<>();
    AtomicLong underWay = new AtomicLong();
    long gap = TimeUnit.SECONDS.toNanos(1) / perSecond;
    long begin = System.nanoTime();
    long due = begin;
    while (System.nanoTime() - begin < atMost.toNanos()
        && !until.await(Math.max(0, due - System.nanoTime()), TimeUnit.NANOSECONDS)) {
      long meant = due;
      due += gap;
      underWay.incrementAndGet();
      var unused =
          broker
              .submit(document())
              .whenComplete(
                  (receipt, failure) -> {
                    if (failure != null || receipt.result() != Receipt.Result.ACCEPTED) {
                      System.err.println("not accepted: " + receipt + " " + failure);
                    }
                    millis.add((System.nanoTime() - meant) / 1e6);
                    underWay.decrementAndGet();
                  });
    }
    while (underWay.get() > 0) {
      TimeUnit.MILLISECONDS.sleep(5);
    }
    return new Latencies(millis.stream().sorted().toList());
  }

  private Submission document() {
    long n = number.incrementAndGet();
    String json = "{\"id\":\"new-%d-%d\",\"customer\":%d}".formatted(start, n, n % 1000);
    return new Submission(
        new Payload(json.getBytes(StandardCharsets.UTF_8), "application/json", Map.of()),
        "shop",
        "load",
        "CreateOrder",
        Set.of(),
        null,
        Map.of(),
        null);
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  private static String sizes(DataSource database) throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                """
                select pg_size_pretty(pg_database_size(current_database()))
                  || ', known ids ' || pg_size_pretty(
                    pg_total_relation_size('waybill_journal.known_id'))
                """)) {
      row.next();
      return row.getString(1);
    }
  }
}
