package io.waybill.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.waybill.process.BrokerProcess.Answer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the packaged broker keeps, from outside: documents, ids, and keys of routes. */
@Timeout(400)
class KeepingIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String JSON = "application/json";

  private static final String PRICES =
      """
      - route:
          id: prices
          from:
            uri: file:{{home:prices}}
            parameters: { delay: 200 }
            steps:
              - idempotentConsumer:
                  header: CamelFileName
                  idempotentRepository: "#waybillIdempotent"
                  steps:
                    - to:
                        uri: "%s"
                        parameters: { httpMethod: POST, responseTimeout: 60000 }
      """;

  @TempDir Path folder;

  private static Answer send(BrokerProcess.Client client, TestDocument document) throws Exception {
    return client.post("/api/v1/messages", null, JSON, document.body());
  }

  @Test
  void documentsAndMessagesGoAndTheirIdsStay() throws Exception {
    try (GatedDestination crm = new GatedDestination();
        BrokerProcess broker = new BrokerProcess(Home.in(folder.resolve("home"), crm.url()))) {
      broker.start(
          "--waybill.keep.payloads=1s", "--waybill.keep.messages=6s", "--waybill.keep.every=300ms");
      broker.awaitReady();
      BrokerProcess.Client client = broker.new Client();
      TestDocument first = TestDocument.of("TellCustomer", "1", "a", "text");

      Answer accepted = send(client, first);
      assertThat(accepted.code()).isEqualTo(202);
      String address = String.valueOf(accepted.location());
      await()
          .atMost(PATIENCE)
          .until(() -> client.get(address + "/payload").body().contains("no longer kept since 2"));
      assertThat(client.get(address + "/payload").code()).isEqualTo(410);
      assertThat(client.get(address).body()).contains("\"status\":\"posted\"", "\"timeline\":[{");

      // the greatest number stays; another one lets it go
      send(client, TestDocument.of("TellCustomer", "2", "a", "text"));
      await().atMost(PATIENCE).until(() -> client.get(address).code() == 404);
      assertThat(send(client, first).code()).isEqualTo(200);
      TestDocument other = TestDocument.of("TellCustomer", "1", "a", "another text");
      assertThat(send(client, other).code()).isEqualTo(422);
      assertThat(client.get("/api/v1/housekeeping").body())
          .contains("\"kind\":\"messages\",\"keep\":\"PT6S\"", "\"trouble\":null");
    }
  }

  @Test
  void whatARouteWasAtWhenItsBrokerDiedIsDoneAgainAndOnce() throws Exception {
    try (GatedDestination crm = new GatedDestination()) {
      Path home = Home.in(folder.resolve("home"), crm.url());
      Home.write(home, "routes/prices.camel.yaml", PRICES.formatted(crm.url()));
      try (BrokerProcess broker = new BrokerProcess(home)) {
        broker.start();
        broker.awaitReady();
        crm.shut();
        drop(home, "march");
        crm.awaitRequest("march");
        assertThat(states(broker)).isEqualTo("march.json pending");
        broker.kill();
        crm.open();

        broker.start();
        broker.awaitReady();
        crm.awaitRequest("march");
        await()
            .atMost(PATIENCE)
            .untilAsserted(() -> assertThat(states(broker)).isEqualTo("march.json confirmed"));

        // a repetition is taken out of the folder, and what comes behind it is the next request
        await().atMost(PATIENCE).until(() -> !Files.exists(home.resolve("prices/march.json")));
        drop(home, "march");
        await().atMost(PATIENCE).until(() -> !Files.exists(home.resolve("prices/march.json")));
        drop(home, "april");
        assertThat(crm.nextRequest().body()).contains("april");
      }
    }
  }

  private static void drop(Path home, String month) throws Exception {
    Path hidden = home.resolve("prices/." + month);
    Files.createDirectories(hidden.getParent());
    Files.writeString(hidden, "{\"month\":\"%s\"}".formatted(month), StandardCharsets.UTF_8);
    Files.move(hidden, hidden.resolveSibling(month + ".json"));
  }

  private static String states(BrokerProcess broker) throws Exception {
    try (Connection connection = broker.database().getConnection();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                """
                select string_agg(key || ' ' || state, ', ' order by key)
                from waybill.idempotent_keys
                where repository = 'prices'
                """)) {
      row.next();
      return String.valueOf(row.getString(1));
    }
  }
}
