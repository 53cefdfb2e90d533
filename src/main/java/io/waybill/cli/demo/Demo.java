package io.waybill.cli.demo;

import io.waybill.cli.demo.BrokerApi.Row;
import io.waybill.cli.demo.Delivery.Repetition;
import jakarta.jms.JMSException;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;

/**
 * The demo: sends the samples by three ways at once, shows what the state table says, asks the
 * destinations what they got, and tells it. It uses the broker from outside, as any program would.
 */
public final class Demo implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final long LOOK_EVERY_MILLIS = 150;
  private static final String ADMIN = "admin";

  private static final Set<String> NO_LONGER_MOVING =
      Set.of("posted", "failed", "in_doubt", "skipped", "cancelled");

  private final Addresses addresses;
  private final long seed;
  private final Screen screen;
  private final Plan plan;
  private final BrokerApi api;
  private final FolderSender folder;
  private final Destinations destinations;
  private final Delivery delivery;
  private final Map<Source, Sender> senders;
  private final Set<String> operations = new LinkedHashSet<>();
  private volatile boolean closed;

  /** Everything is there and connected; nothing is sent yet. */
  public Demo(Addresses addresses, SampleCrm crm, long seed, Screen screen)
      throws IOException, JMSException {
    this.addresses = addresses;
    this.seed = seed;
    this.screen = screen;
    List<Sample> samples = Sample.in(addresses.home().resolve("samples"));
    this.plan = Plan.of(samples, seed);
    this.api = new BrokerApi(addresses.http(), ADMIN, addresses.password());
    this.folder = new FolderSender(addresses.drop());
    ActiveMQConnectionFactory connections =
        new ActiveMQConnectionFactory(addresses.jms(), ADMIN, addresses.password());
    this.senders = new EnumMap<>(Source.class);
    senders.put(Source.JMS, new JmsSender(connections));
    senders.put(Source.DROP, folder);
    senders.put(Source.HTTP, api);
    this.destinations =
        new Destinations(
            samples,
            new SampleErp(connections),
            crm,
            new SampleLedger(
                addresses.database(), addresses.databaseUser(), addresses.databasePassword()),
            addresses.archive());
    this.delivery = new Delivery(plan, senders, seed);
  }

  /**
   * Sends, watches and tells.
   *
   * @return what is wrong, in words; empty when all is as promised
   */
  public List<String> run() throws InterruptedException {
    try {
      long start = System.nanoTime();
      introduce();
      delivery.start();
      List<Row> rows = watch(start);
      if (closed) {
        return List.of();
      }
      Duration taken = Duration.ofNanos(System.nanoTime() - start);
      List<Repetition> late = repeatLater();
      return tell(rows, taken, late);
    } catch (IOException | SQLException e) {
      return closed ? List.of() : List.of(String.valueOf(e.getMessage()));
    }
  }

  private void introduce() {
    screen.say(
        """

        %d documents go in, shuffled (--seed=%d), some of them twice:
          %2d by JMS, %d as files in a drop folder, %d by HTTP, all three at once.
        The sample CRM is slow on purpose, so that documents have to wait for their turn.
        """
            .formatted(
                plan.documents(),
                seed,
                plan.documents(Source.JMS),
                plan.documents(Source.DROP),
                plan.documents(Source.HTTP)));
  }

  /** Looks until nothing moves any more, or patience ends. */
  private List<Row> watch(long start) throws IOException, SQLException, InterruptedException {
    List<Row> rows = List.of();
    while (!closed && delivery.failure() == null) {
      rows = api.rows();
      StatusTable table = new StatusTable(rows, delivery.sent());
      operations.addAll(table.operations());
      boolean late = System.nanoTime() - start > PATIENCE.toNanos();
      boolean done = delivery.complete() && settled(rows) && answered() && arrivedWhole(rows);
      screen.show(table.lines(operations), table.summary(), late || done);
      if (late || done) {
        return rows;
      }
      TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MILLIS);
    }
    Exception failure = delivery.failure();
    if (failure != null && !closed) {
      throw new IOException("a sender gave up: " + failure.getMessage(), failure);
    }
    return rows;
  }

  private boolean settled(List<Row> rows) {
    return rows.size() >= plan.documents()
        && rows.stream().allMatch(row -> NO_LONGER_MOVING.contains(row.status()));
  }

  /** Whether the partner has a receipt for every file. */
  private boolean answered() {
    return plan.first().getOrDefault(Source.DROP, List.of()).stream()
        .allMatch(sending -> folder.answered(sending.sample(), sending.again()));
  }

  /** What is posted has left the broker; whoever reads the queue may be a moment behind. */
  private boolean arrivedWhole(List<Row> rows) throws IOException, SQLException {
    long posted = rows.stream().filter(row -> row.status().equals("posted")).count();
    return destinations.arrived().values().stream().mapToInt(List::size).sum() >= posted;
  }

  /** By HTTP, whatever way they came at first: the same user sends them. */
  private List<Repetition> repeatLater() throws IOException, InterruptedException {
    List<Repetition> late = new ArrayList<>();
    for (Sample sample : plan.later()) {
      late.add(new Repetition(sample, Source.HTTP, api.send(sample, true)));
    }
    return late;
  }

  private List<String> tell(List<Row> before, Duration taken, List<Repetition> late)
      throws IOException, SQLException, InterruptedException {
    List<Row> rows = api.rows();
    Map<String, List<Sample>> arrived = new LinkedHashMap<>(destinations.arrived());
    List<LaneOrder> lanes = LaneOrder.of(plan, arrived, rows);
    List<String> wrong = wrong(before, rows, lanes);
    Report report = new Report(screen, addresses, rows);
    report.outcome(taken, wrong);
    report.repetitions(wrong.isEmpty(), inWords(delivery.repetitions()), late);
    report.lanes(lanes);
    report.places(arrived, destinations.crmUrl(), answeredFiles());
    return wrong;
  }

  private List<Repetition> inWords(List<Repetition> repetitions) {
    return repetitions.stream()
        .map(
            r ->
                r.by() == Source.DROP
                    ? new Repetition(r.sample(), r.by(), folder.answer(r.sample()))
                    : r)
        .sorted(Comparator.comparing(Repetition::by))
        .toList();
  }

  private long answeredFiles() {
    return plan.first().getOrDefault(Source.DROP, List.of()).size();
  }

  private List<String> wrong(List<Row> before, List<Row> rows, List<LaneOrder> lanes) {
    List<String> wrong = new ArrayList<>();
    for (Row row : rows) {
      if (!row.status().equals("posted")) {
        wrong.add(
            "message %d (%s from %s) is %s: %s"
                .formatted(row.seq(), row.operation(), row.source(), row.status(), row.reason()));
      }
    }
    if (before.size() < plan.documents()) {
      wrong.add(
          "only %d of %d documents are in the state table after %d seconds"
              .formatted(before.size(), plan.documents(), PATIENCE.toSeconds()));
    }
    if (rows.size() > plan.documents()) {
      wrong.add(
          "the state table has %d rows for %d documents: repetitions were not recognised"
              .formatted(rows.size(), plan.documents()));
    }
    for (LaneOrder lane : lanes) {
      if (!lane.right()) {
        wrong.add(
            "%s: sent %s; %s got %s"
                .formatted(
                    lane.lane(), lane.sentInWords(), lane.destination(), lane.arrivedInWords()));
      }
    }
    return wrong;
  }

  /** Tells what can be done with the broker now. */
  public void invite() throws IOException, InterruptedException {
    new Report(screen, addresses, api.rows()).invitation();
  }

  /** Ends what speaks to the broker; the CRM stays up for what is under way. */
  @Override
  public void close() throws Exception {
    closed = true;
    delivery.stop();
    destinations.close();
    for (Sender sender : senders.values()) {
      sender.close();
    }
  }
}
