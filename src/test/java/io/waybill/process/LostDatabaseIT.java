package io.waybill.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.waybill.process.TestDestination.Fault;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A broker whose database is killed")
class LostDatabaseIT {

  private static final int DOCUMENTS = 60;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path folder;

  @Test
  @Timeout(240)
  void takesNothingMeanwhileAndGoesOnByItself() throws Exception {
    try (DestinationLog log = new DestinationLog(folder.resolve("crm.log"), TestDocument::read);
        TestDestination crm = new TestDestination(log, () -> Fault.NONE, Duration.ZERO);
        BrokerProcess broker = new BrokerProcess(Home.in(folder.resolve("home"), crm.url()))) {
      broker.start();
      broker.awaitReady();
      BrokerProcess.Client client = broker.new Client();
      long refused = 0;

      for (int i = 0; i < DOCUMENTS; i++) {
        if (i == DOCUMENTS / 3) {
          kill(broker);
        }
        refused += sendUntilTaken(client, i);
      }

      assertThat(refused).isPositive();
      StateTable table = new StateTable(broker.database());
      await()
          .atMost(PATIENCE)
          .ignoreExceptionsInstanceOf(SQLException.class)
          .until(() -> table.open() == 0);
      assertThat(table.count()).isEqualTo(DOCUMENTS);
      assertThat(log.effects()).isEqualTo(DOCUMENTS);
    }
  }

  private static void kill(BrokerProcess broker) throws Exception {
    Path postmaster = broker.data().resolve("postgres/db/postmaster.pid");
    ProcessHandle server =
        ProcessHandle.of(Long.parseLong(Files.readAllLines(postmaster).get(0).strip()))
            .orElseThrow();
    server.destroyForcibly();
    server.onExit().join();
  }

  /** Sends again what was not taken, as a sender does; how often it was told to wait. */
  private static long sendUntilTaken(BrokerProcess.Client client, int number) {
    byte[] body =
        TestDocument.of("TellCustomer", "d-" + number, "lane-" + number % 7, "text").body();
    long[] refused = new long[1];
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              int code = client.post("/api/v1/messages", null, "application/json", body).code();
              assertThat(code).isIn(200, 202, 409, 503);
              refused[0] += code == 503 ? 1 : 0;
              return code != 503;
            });
    return refused[0];
  }
}
