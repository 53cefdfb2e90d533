package io.waybill.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.waybill.judge.Evidence;
import io.waybill.judge.HistoryChecker;
import io.waybill.judge.Row;
import io.waybill.message.Status;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The folder of the queues' journal is taken away, so that no further file can be made in it, while
 * documents come in from a queue and leave for another one; later it is given back.
 */
@DisplayName("A broker whose Artemis stops itself")
class LostQueuesIT {

  private static final int DOCUMENTS = 600;
  private static final int LANES = 30;
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  @TempDir Path folder;

  @Test
  @Timeout(400)
  void startsItAgainAndGoesOnWithAllThatWasAcknowledged() throws Exception {
    DestinationLog erpLog = new DestinationLog(folder.resolve("erp.log"), TestDocument::read);
    ExecutorService senders = Executors.newCachedThreadPool();
    try (BrokerProcess broker = new BrokerProcess(Home.in(folder.resolve("home"), "http://none"))) {
      broker.start();
      broker.awaitReady();
      Sending sending = new Sending(broker);
      Future<?> sender = senders.submit(new JmsSender("orders", documents(), sending, 1));
      await().atMost(PATIENCE).until(() -> sending.acknowledged() >= DOCUMENTS / 3);

      Path journal = broker.data().resolve("artemis/journal");
      Path away = Files.move(journal, journal.resolveSibling("away"));
      Files.createFile(journal);
      awaitLog(broker, "Artemis in .* ended unasked");
      awaitLog(broker, "Artemis does not start again");
      long before = sending.acknowledged();
      assertThat(before).isLessThan(DOCUMENTS);
      Files.delete(journal);
      Files.move(away, journal);

      sender.get();
      StateTable table = new StateTable(broker.database());
      await().atMost(PATIENCE).until(() -> table.count() == DOCUMENTS && table.open() == 0);
      drain(broker, erpLog);
      List<Row> rows = table.rows();
      assertThat(
              HistoryChecker.judge(
                  Evidence.of(
                          sending.sent(), Map.of("erp", erpLog.arrivals()), rows, table.history())
                      .takenOver(table.takeovers())))
          .isEmpty();
      assertThat(rows).allMatch(row -> row.status() == Status.POSTED);
      assertThat(erpLog.arrivals()).hasSize(DOCUMENTS);
    } finally {
      senders.shutdownNow();
      erpLog.close();
    }
  }

  /** Large enough for several files of the journal. */
  private static List<TestDocument> documents() {
    String text = "x".repeat(60_000);
    return IntStream.range(0, DOCUMENTS)
        .mapToObj(i -> TestDocument.of("PlaceOrder", "o-" + i, "K-" + i % LANES, text))
        .toList();
  }

  /** A queue that is paged gives a part only until that is acknowledged. */
  private static void drain(BrokerProcess broker, DestinationLog erpLog) {
    QueueDestination erp = new QueueDestination(Home.ERP_QUEUE, erpLog);
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              int before = erpLog.arrivals().size();
              erp.drain(broker.connections());
              return erpLog.arrivals().size() == before;
            });
  }

  private static void awaitLog(BrokerProcess broker, String pattern) {
    await(pattern)
        .atMost(PATIENCE)
        .until(() -> broker.log().lines().anyMatch(line -> line.matches(".*" + pattern + ".*")));
  }
}
