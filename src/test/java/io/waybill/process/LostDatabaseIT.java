package io.waybill.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.waybill.embedded.EmbeddedPostgres;
import io.waybill.embedded.PostgresSettings;
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

  /** The broker must not be restarted because of its database, but get no work either. */
  @Test
  @Timeout(240)
  void isAliveButNotReadyMeanwhile() throws Exception {
    PostgresSettings settings =
        PostgresSettings.defaults()
            .withPort(BrokerProcess.freePort())
            .withBinaries(Path.of("target", "embedded-postgres"));
    Path data = folder.resolve("database");
    EmbeddedPostgres database = EmbeddedPostgres.start(data, settings);
    try (BrokerProcess broker =
        new BrokerProcess(Home.in(folder.resolve("own"), "http://127.0.0.1:1/"))) {
      broker.start(
          "--spring.datasource.url=" + database.jdbcUrl(),
          "--spring.datasource.username=" + database.user(),
          "--spring.datasource.password=" + database.password());
      broker.awaitReady();
      BrokerProcess.Client client = broker.new Client();
      awaitReadiness(broker, 200);
      assertThat(client.get("/actuator/prometheus").body())
          .contains("waybill_journal_available 1.0");

      // nothing is under way: nobody but the probe has to notice
      database.close();
      awaitReadiness(broker, 503);
      assertThat(broker.probe("/actuator/health/liveness")).isEqualTo(200);
      assertThat(client.get("/actuator/health/readiness").body()).contains("trouble");
      assertThat(client.get("/actuator/prometheus").body())
          .contains("waybill_journal_available 0.0");
      byte[] body = TestDocument.of("TellCustomer", "d-1", "lane", "text").body();
      assertThat(client.post("/api/v1/messages", null, "application/json", body).code())
          .isEqualTo(503);

      database = EmbeddedPostgres.start(data, settings);
      awaitReadiness(broker, 200);
      assertThat(broker.probe("/actuator/health/liveness")).isEqualTo(200);
      sendUntilTaken(client, 1);
      broker.requireAlive();
    } finally {
      database.close();
    }
  }

  private static void awaitReadiness(BrokerProcess broker, int code) {
    await("readiness " + code)
        .atMost(PATIENCE)
        .until(
            () -> {
              assertThat(broker.probe("/actuator/health/liveness")).isEqualTo(200);
              return broker.probe("/actuator/health/readiness") == code;
            });
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
