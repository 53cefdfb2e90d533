package io.waybill.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.waybill.process.BrokerProcess.Answer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The packaged broker reads its configuration and routes again, or refuses them whole. */
@Timeout(300)
class ReloadIT {

  private static final String ARCHIVE =
      """
      - route:
          id: archive
          from:
            uri: waybill:post:archive
            steps:
              - to:
                  uri: file
                  parameters:
                    directoryName: "{{home:archive}}"
                    fileName: "${header.CamelWaybillPostingId}.json"
      """;

  @TempDir Path folder;

  @Test
  void whatIsRightHoldsAtOnceAndWhatIsWrongNotAtAll() throws Exception {
    DestinationLog log = new DestinationLog(folder.resolve("crm.log"), TestDocument::read);
    try (TestDestination crm =
            new TestDestination(log, () -> TestDestination.Fault.NONE, Duration.ofSeconds(3));
        BrokerProcess broker = new BrokerProcess(Home.in(folder.resolve("home"), crm.url()))) {
      Path home = folder.resolve("home");
      broker.start();
      broker.awaitReady();
      BrokerProcess.Client client = broker.new Client();
      assertThat(submit(client, "TellCustomer", "a")).isEqualTo(202);
      awaitPosted(broker, "TellCustomer a");

      Answer unchanged = reload(client);
      assertThat(unchanged.code()).as(unchanged.body()).isEqualTo(200);
      assertThat(unchanged.body()).contains("\"specification\":false", "\"routes\":[]");

      // wrong in every file: all of it is told, and nothing changes
      String operations = Files.readString(home.resolve("config/operations.yaml"));
      Home.write(home, "config/operations.yaml", operations.replace("post: crm", "pots: crm"));
      Home.write(home, "routes/torn.camel.yaml", "- route: {\n");
      Answer wrong = reload(client);
      assertThat(wrong.code()).isEqualTo(422);
      assertThat(wrong.body())
          .contains("unknown key 'pots'", "torn.camel.yaml:2: cannot be read as Camel routes");
      assertThat(broker.log()).contains("refused, the rules and routes before go on");
      Files.delete(home.resolve("routes/torn.camel.yaml"));
      Home.write(home, "config/operations.yaml", operations);
      assertThat(submit(client, "TellCustomer", "b")).isEqualTo(202);
      awaitPosted(broker, "TellCustomer b");

      // a route that reads well and does not start takes everything back
      String crmRoute = Files.readString(home.resolve("routes/crm.camel.yaml"));
      Home.write(
          home,
          "routes/crm.camel.yaml",
          crmRoute
              + """
              - route:
                  id: nowhere
                  from:
                    uri: file:nowhere?directoryMustExist=true&autoCreate=false&startingDirectoryMustExist=true
                    steps:
                      - to: waybill:submit
              """);
      Answer notStarted = reload(client);
      assertThat(notStarted.code()).as(notStarted.body()).isEqualTo(422);
      assertThat(notStarted.body()).contains("a route does not start");
      Home.write(home, "routes/crm.camel.yaml", crmRoute);
      assertThat(submit(client, "TellCustomer", "c")).isEqualTo(202);
      awaitPosted(broker, "TellCustomer c");

      // a new destination with its route and operation
      String destinations = Files.readString(home.resolve("config/destinations.yaml"));
      Home.write(
          home, "config/destinations.yaml", destinations + "  archive: { delivery: repeat }\n");
      Home.write(
          home,
          "config/operations.yaml",
          operations
              + """
                Keep:
                  match: { json: /type, equals: Keep }
                  id: { json: /id }
                  post: archive
              """);
      String sequencing = Files.readString(home.resolve("config/sequencing.yaml"));
      Home.write(
          home, "config/sequencing.yaml", sequencing.replace("[ BookXml ]", "[ BookXml, Keep ]"));
      Home.write(home, "routes/archive.camel.yaml", ARCHIVE);
      Answer added = reload(client);
      assertThat(added.code()).as(added.body()).isEqualTo(200);
      assertThat(added.body())
          .contains("\"specification\":true", "\"routes\":[\"archive.camel.yaml\"]");
      assertThat(submit(client, "Keep", "k")).isEqualTo(202);
      awaitPosted(broker, "Keep k");
      try (Stream<Path> files = Files.list(home.resolve("archive"))) {
        assertThat(files.toList()).hasSize(1);
      }

      // a destination that still has to get something
      crm.down();
      assertThat(submit(client, "TellCustomer", "d")).isEqualTo(202);
      await().untilAsserted(() -> assertThat(broker.log()).contains("TellCustomer d: posting → "));
      Home.write(
          home,
          "config/destinations.yaml",
          (destinations + "  archive: { delivery: repeat }\n")
              .replaceFirst("(?s)  crm:.*?(?=  archive)", ""));
      Home.write(
          home,
          "config/operations.yaml",
          Files.readString(home.resolve("config/operations.yaml"))
              .replace("post: crm", "post: archive"));
      Files.delete(home.resolve("routes/crm.camel.yaml"));
      Answer refused = reload(client);
      assertThat(refused.code()).as(refused.body()).isEqualTo(422);
      assertThat(refused.body())
          .contains("Destination 'crm' has 1 open messages and cannot be removed");
      crm.up();
      awaitPosted(broker, "TellCustomer d");
      Answer removed = reload(client);
      assertThat(removed.code()).as(removed.body()).isEqualTo(200);
      assertThat(submit(client, "TellCustomer", "e")).isEqualTo(202);
      awaitPosted(broker, "TellCustomer e");
      try (Stream<Path> files = Files.list(home.resolve("archive"))) {
        assertThat(files.toList()).hasSize(2);
      }
    }
  }

  private static Answer reload(BrokerProcess.Client client) throws Exception {
    return client.post(
        "/api/v1/reload",
        null,
        "application/json",
        "{\"why\": \"new partner\"}".getBytes(StandardCharsets.UTF_8));
  }

  private static int submit(BrokerProcess.Client client, String operation, String id)
      throws Exception {
    byte[] body = TestDocument.of(operation, id, "lane-" + id, "text").body();
    return client.post("/api/v1/messages", null, "application/json", body).code();
  }

  private static void awaitPosted(BrokerProcess broker, String what) {
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(broker.log()).contains(what + ": posting → posted"));
  }
}
