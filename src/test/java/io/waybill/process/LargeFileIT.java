package io.waybill.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.waybill.judge.Evidence;
import io.waybill.judge.HistoryChecker;
import io.waybill.judge.Row;
import io.waybill.judge.Sent;
import io.waybill.message.Status;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** A file of many documents goes through the packaged broker, which is killed while it reads. */
@DisplayName("A large file and a broker that is killed")
class LargeFileIT {

  private static final int DOCUMENTS = 24_000;
  private static final int LANES = 100;
  private static final int BAD_LINE = 18_000;
  private static final Duration PATIENCE = Duration.ofSeconds(180);

  private static final String ROUTE =
      """
      - templatedRoute:
          routeTemplateRef: waybill-drop-folder
          routeId: drop
          parameters:
            - name: folder
              value: drop
            - name: sender
              value: admin
            - name: split
              value: jsonl
      """;

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder;

  @Test
  @Timeout(600)
  @DisplayName("each document leaves once and in order, and the receipt tells of each")
  void isReadOnWhereItWas() throws Exception {
    Path home = Home.in(folder.resolve("home"), "http://127.0.0.1:1/nobody");
    Home.write(home, "routes/drop.camel.yaml", ROUTE);
    Path drop = Files.createDirectories(home.resolve("drop"));
    List<Sent> sent = write(drop.resolve(".orders.jsonl"));
    Files.move(drop.resolve(".orders.jsonl"), drop.resolve("orders.jsonl"));
    DestinationLog erp = new DestinationLog(folder.resolve("erp.log"), TestDocument::read);
    try (erp;
        BrokerProcess broker = new BrokerProcess(home)) {
      begin(broker);
      awaitRows(broker, 4_000);
      broker.kill();
      begin(broker);
      awaitRows(broker, 9_000);
      broker.stop();
      assertThat(drop.resolve("orders.jsonl")).as("given back in an orderly stop").exists();
      begin(broker);
      Path done = drop.resolve("accepted/orders.jsonl");
      await("the receipt").atMost(PATIENCE).until(() -> Files.exists(done));
      StateTable table = new StateTable(broker.database());
      await("all to be posted")
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(250))
          .until(() -> table.open() == 0);
      new QueueDestination(Home.ERP_QUEUE, erp).drain(broker.connections());

      judgeReceipt(drop.resolve("accepted/orders.jsonl.receipt.json"));
      List<Row> rows = table.rows();
      assertThat(rows).filteredOn(row -> row.status() == Status.FAILED).hasSize(1);
      assertThat(
              HistoryChecker.judge(
                  Evidence.of(sent, Map.of("erp", erp.arrivals()), rows, table.history())
                      .takenOver(table.takeovers())))
          .isEmpty();
      assertThat(erp.arrivals()).hasSize(DOCUMENTS);
    }
  }

  private static void begin(BrokerProcess broker) {
    broker.start();
    broker.awaitReady();
  }

  private static void awaitRows(BrokerProcess broker, int rows) {
    await("the file to be read in part")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> new StateTable(broker.database()).count() >= rows);
  }

  private static List<Sent> write(Path file) throws IOException {
    List<Sent> sent = new ArrayList<>();
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      for (int i = 0; i < DOCUMENTS; i++) {
        if (i == BAD_LINE) {
          TestDocument bad = TestDocument.unreadable("in line " + BAD_LINE);
          sent.add(sent(bad, i));
          out.write(bad.body());
          out.write('\n');
        }
        TestDocument document =
            TestDocument.of("PlaceOrder", "o-" + i, "l-" + i * 31 % LANES, "x".repeat(200));
        sent.add(sent(document, i));
        out.write(document.body());
        out.write('\n');
      }
    }
    return sent;
  }

  private static Sent sent(TestDocument document, long number) {
    return new Sent(
        document.key(), "orders.jsonl", number, document.lanes(), document.hash(), true);
  }

  private static void judgeReceipt(Path file) throws IOException {
    JsonNode receipt = new ObjectMapper().readTree(Files.readString(file, StandardCharsets.UTF_8));
    assertThat(receipt.get("result").textValue()).isEqualTo("partly");
    assertThat(receipt.get("counts").get("documents").intValue()).isEqualTo(DOCUMENTS + 1);
    assertThat(receipt.get("counts").get("failed").intValue()).isEqualTo(1);
    assertThat(receipt.get("documents")).hasSize(DOCUMENTS + 1);
    JsonNode bad = receipt.get("documents").get(BAD_LINE);
    assertThat(bad.get("line").intValue()).isEqualTo(BAD_LINE + 1);
    assertThat(bad.get("result").textValue()).isEqualTo("failed");
  }
}
