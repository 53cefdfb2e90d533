package io.waybill.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.waybill.judge.Evidence;
import io.waybill.judge.Finding;
import io.waybill.judge.HistoryChecker;
import io.waybill.judge.Row;
import io.waybill.judge.Sent;
import io.waybill.message.HistoryEntry;
import io.waybill.message.Status;
import io.waybill.process.TestDestination.Fault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The packaged broker is killed again and again while documents come in by JMS and HTTP and leave
 * for two destinations, one of which has troubles of its own. What the judge then finds decides.
 */
@DisplayName("A broker that is killed again and again")
class KilledBrokerIT {

  private static final Logger LOG = LoggerFactory.getLogger(KilledBrokerIT.class);

  private static final int DOCUMENTS = 5_200;
  private static final int LANES = 200;
  private static final int JMS_SENDERS = 2;
  private static final int HTTP_SENDERS = 6;
  private static final int KILLS = Integer.getInteger("waybill.kills", 3);

  /** One of them is an orderly stop in the middle of the work. */
  private static final int STOPPED = 3;

  private static final Duration PATIENCE = Duration.ofSeconds(180);

  /** Runs that failed are run again by -Dwaybill.seed=SEED; the moments of the machine are new. */
  private final long seed = Long.getLong("waybill.seed", System.nanoTime());

  private final Random random = new Random(seed);

  /** The faults of the destination end with the kills. */
  private final AtomicBoolean troubles = new AtomicBoolean(true);

  /** Who is at work. */
  private record Scene(
      BrokerProcess broker,
      Sending sending,
      Plan plan,
      List<Future<?>> running,
      TestDestination crm,
      DestinationLog crmLog) {

    long progress() {
      return sending.acknowledged() + crmLog.effects();
    }

    /** A broker or a sender that cannot go on would keep the work waiting for ever. */
    void failures() throws Exception {
      broker.requireAlive();
      for (Future<?> sender : running) {
        if (sender.isDone()) {
          sender.get();
        }
      }
    }
  }

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder;

  @Test
  @Timeout(600)
  @DisplayName("loses nothing, does nothing twice, keeps the order and tells about the rest")
  void keepsItsPromises() throws Exception {
    System.out.println("KilledBrokerIT: -Dwaybill.seed=" + seed);
    DestinationLog crmLog = new DestinationLog(folder.resolve("crm.log"), TestDocument::read);
    DestinationLog erpLog = new DestinationLog(folder.resolve("erp.log"), TestDocument::read);
    Duration late = Home.TIMEOUT.plusSeconds(1);
    try (TestDestination crm = new TestDestination(crmLog, new Troubles(seed, troubles), late);
        BrokerProcess broker = new BrokerProcess(Home.in(folder.resolve("home"), crm.url()))) {
      broker.start();
      broker.awaitReady();
      Sending sending = new Sending(broker);
      Plan plan = Plan.make(DOCUMENTS, LANES, JMS_SENDERS, HTTP_SENDERS, random);
      ExecutorService senders = Executors.newCachedThreadPool();
      List<HistoryEntry> earlier;
      try {
        List<Future<?>> running = plan.start(sending, senders, seed);
        earlier = killAgainAndAgain(new Scene(broker, sending, plan, running, crm, crmLog));
        troubles.set(false);
        for (Future<?> sender : running) {
          sender.get();
        }
      } catch (ExecutionException e) {
        throw new AssertionError("a sender could not go on", e.getCause());
      } finally {
        sending.giveUp();
        senders.shutdownNow();
      }
      awaitQuiet(broker, sending);
      new QueueDestination(Home.ERP_QUEUE, erpLog).drain(broker.connections());
      judge(broker, sending.sent(), earlier, erpLog, crmLog, plan);
    }
  }

  /** The moments are spread over the work, and one of them is in the middle of a recovery. */
  private List<HistoryEntry> killAgainAndAgain(Scene scene) throws Exception {
    BrokerProcess broker = scene.broker();
    List<HistoryEntry> earlier = new ArrayList<>();
    long all = scene.plan().sendings() + scene.plan().told();
    for (int kill = 0; kill < KILLS; kill++) {
      long moment = (long) (all * (kill + random.nextDouble()) / (KILLS + 0.5));
      await("the work to go on")
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(2))
          .until(
              () -> {
                scene.failures();
                return scene.progress() >= moment;
              });
      if (kill == STOPPED) {
        broker.stop();
      } else {
        broker.kill();
      }
      LOG.info("{} at {} of {}", kill == STOPPED ? "Stopped" : "Killed", moment, all);
      if (kill == 1) {
        scene.crm().down();
      }
      if (kill == 2) {
        killInRecovery(broker);
        scene.crm().up();
      }
      broker.start();
      broker.awaitReady();
      if (kill == 2) {
        earlier.addAll(new StateTable(broker.database()).history());
      }
    }
    return earlier;
  }

  private void killInRecovery(BrokerProcess broker) throws InterruptedException {
    long said = 1 + random.nextInt(600);
    broker.start();
    await("the recovery to begin")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(2))
        .until(() -> broker.logSize() >= said);
    broker.kill();
    LOG.info("Killed after the first {} bytes of its log", said);
  }

  private static void awaitQuiet(BrokerProcess broker, Sending sending) {
    StateTable table = new StateTable(broker.database());
    long documents = sending.sent().stream().map(Sent::hash).distinct().count();
    await("all to be quiet")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(250))
        .until(() -> table.open() == 0 && table.count() >= documents);
  }

  private void judge(
      BrokerProcess broker,
      List<Sent> sent,
      List<HistoryEntry> earlier,
      DestinationLog erp,
      DestinationLog crm,
      Plan plan)
      throws Exception {
    StateTable table = new StateTable(broker.database());
    List<Row> rows = table.rows();
    List<Finding> findings =
        HistoryChecker.judge(
            Evidence.of(
                    sent,
                    Map.of("erp", erp.arrivals(), "crm", crm.arrivals()),
                    rows,
                    table.history())
                .requiring(plan.requirements())
                .takenOver(table.takeovers())
                .seenBefore(earlier));
    System.out.printf(
        "KilledBrokerIT: %d sendings, %d rows, %d requirements, %d at erp, %d at crm, %d"
            + " repetitions, %d epochs%n",
        sent.size(),
        rows.size(),
        plan.requirements().size(),
        erp.arrivals().size(),
        crm.effects(),
        crm.arrivals().size() - crm.effects(),
        table.takeovers().size());
    assertThat(findings).as("findings with -Dwaybill.seed=%d", seed).isEmpty();
    assertThat(rows).filteredOn(row -> row.status() == Status.POSTED).hasSize(DOCUMENTS);
    assertThat(rows).filteredOn(row -> row.status() == Status.FAILED).hasSize(plan.unreadable());
    assertThat(crm.arrivals().size()).as("repetitions seen").isGreaterThan((int) crm.effects());
  }

  /** What goes wrong at the destination, mostly nothing. */
  private static final class Troubles implements Supplier<Fault> {

    private static final int MOST_BUSY = 4;

    private final Random random;
    private final AtomicBoolean on;
    private int busy;

    Troubles(long seed, AtomicBoolean on) {
      this.random = new Random(seed + 1);
      this.on = on;
    }

    @Override
    public synchronized Fault get() {
      int dice = random.nextInt(1_000);
      if (!on.get() || dice >= 90) {
        return Fault.NONE;
      }
      if (dice < 4) {
        // each of them stops everything for a second
        return busy++ < MOST_BUSY ? Fault.BUSY : Fault.NONE;
      }
      return dice < 8
          ? Fault.LATE
          : dice < 30 ? Fault.ERROR_AFTER_RECORDING : dice < 60 ? Fault.ANSWER_LOST : Fault.SLOW;
    }
  }
}
