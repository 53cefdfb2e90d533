package io.waybill.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.waybill.judge.Row;
import io.waybill.message.Fingerprint;
import io.waybill.message.Reason;
import io.waybill.message.Status;
import io.waybill.partner.FtpHost;
import io.waybill.partner.PartnerHost;
import io.waybill.partner.SftpHost;
import io.waybill.process.BrokerProcess.Answer;
import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Partners deliver by every door with ordinary clients: whole, slowly, twice, garbage, and with a
 * connection that breaks in the middle. What they are told is what the state table says.
 */
@DisplayName("A partner's day")
class PartnersDayIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String APPLICATION =
      """
      waybill:
        max-body: 4MB
        sample:
          ftp-port: %d
          sftp-port: %d
          partner-password: %s
      """;

  private static final String ROUTES =
      """
      - templatedRoute:
          routeTemplateRef: waybill-drop-folder
          routeId: by-file
          parameters:
            - { name: folder, value: drop }
            - { name: sender, value: by-file }
      - templatedRoute:
          routeTemplateRef: waybill-ftp
          routeId: by-ftp
          parameters:
            - { name: host, value: 127.0.0.1 }
            - { name: port, value: "{{waybill.sample.ftp-port}}" }
            - { name: security, value: none }
            - { name: folder, value: in }
            - { name: user, value: acme }
            - { name: password, value: "{{waybill.sample.partner-password}}" }
            - { name: sender, value: by-ftp }
            - { name: stable, value: 1s }
            - { name: poll, value: "300" }
      - templatedRoute:
          routeTemplateRef: waybill-sftp
          routeId: by-sftp
          parameters:
            - { name: host, value: 127.0.0.1 }
            - { name: port, value: "{{waybill.sample.sftp-port}}" }
            - { name: known-hosts, value: config/known_hosts }
            - { name: folder, value: in }
            - { name: user, value: acme }
            - { name: password, value: "{{waybill.sample.partner-password}}" }
            - { name: sender, value: by-sftp }
            - { name: stable, value: 1s }
            - { name: poll, value: "300" }
      """;

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder;

  private FtpHost ftp;
  private SftpHost sftp;
  private Path home;

  /** The hash of the bytes of each id that was sent, by its sender. */
  private final Map<String, String> sent = new HashMap<>();

  @BeforeEach
  void startServers() throws Exception {
    ftp = new FtpHost(Files.createDirectories(folder.resolve("ftp/in")).getParent(), null, false);
    sftp = new SftpHost(Files.createDirectories(folder.resolve("sftp/in")).getParent());
    ftp.start();
    sftp.start();
    home = Home.in(folder.resolve("home"), "http://127.0.0.1:1/nobody");
    Home.write(
        home,
        "config/application.yaml",
        APPLICATION.formatted(ftp.port(), sftp.port(), PartnerHost.PASSWORD));
    Home.write(home, "routes/drop.camel.yaml", ROUTES);
    sftp.writeKnownHosts(home.resolve("config/known_hosts"), sftp.port());
  }

  @AfterEach
  void stopServers() throws Exception {
    ftp.stop();
    sftp.stop();
  }

  @Test
  @Timeout(300)
  @DisplayName("ends with receipts and a state table that tell the truth")
  void whatTheyAreToldIsTrue() throws Exception {
    Path drop = Files.createDirectories(home.resolve("drop"));
    try (BrokerProcess broker = new BrokerProcess(home);
        DropClient byFtp = new DropClient.Ftp(ftp.port());
        DropClient bySftp = new DropClient.Sftp(sftp.port())) {
      broker.start();
      broker.awaitReady();
      StateTable table = new StateTable(broker.database());
      Map<String, DropClient> doors =
          Map.of("by-file", new DropClient.Here(drop), "by-ftp", byFtp, "by-sftp", bySftp);
      for (Map.Entry<String, DropClient> door : doors.entrySet()) {
        deliver(door.getKey(), door.getValue());
      }
      deliverByHttp(broker);
      deliverByJms(broker);

      for (Map.Entry<String, DropClient> door : doors.entrySet()) {
        judgeReceipts(door.getKey(), door.getValue(), table);
      }
      await("all to be posted").atMost(PATIENCE).until(() -> isAllThere(table));
      judgeTable(table.rows());
      assertThat(broker.log()).doesNotContain(PartnerHost.PASSWORD).doesNotContain("\tat ");
    }
  }

  private byte[] order(String sender, String id) {
    TestDocument document = TestDocument.of("PlaceOrder", id, "lane", "x".repeat(5000));
    sent.put(sender + " " + id, document.hash());
    return document.body();
  }

  private byte[] garbage(String sender) {
    TestDocument document = TestDocument.unreadable("by " + sender);
    sent.put(sender + " garbage", document.hash());
    return document.body();
  }

  private void deliver(String sender, DropClient door) throws Exception {
    door.write("renamed.json.tmp", order(sender, "renamed"));
    door.rename("renamed.json.tmp", "renamed.json");
    door.write("sent-again.json.tmp", order(sender, "renamed"));
    door.rename("sent-again.json.tmp", "sent-again.json");
    door.write("garbage.json", garbage(sender));
    door.breakOff("broken.json.part", order(sender, "broken"));
    door.write("broken.json.part", order(sender, "broken"));
    door.rename("broken.json.part", "broken.json");
    door.writeSlowly("slow.json", order(sender, "slow"));
  }

  private void deliverByHttp(BrokerProcess broker) throws Exception {
    BrokerProcess.Client client = broker.new Client();
    String path = "/api/v1/messages/PlaceOrder";
    byte[] order = order("admin", "http");
    Answer first = client.post(path, null, "application/json", order);
    assertThat(first.code()).isEqualTo(202);
    await("its end")
        .atMost(PATIENCE)
        .until(() -> client.get(String.valueOf(first.location())).body().contains("\"posted\""));
    Answer again = client.post(path, null, "application/json", order);
    assertThat(again.code()).isEqualTo(200);
    Answer garbage = client.post("/api/v1/messages", null, "application/json", garbage("admin"));
    assertThat(garbage.code()).isEqualTo(422);
    breakOffByHttp(broker);
  }

  private static void breakOffByHttp(BrokerProcess broker) throws IOException {
    String credentials = "admin:" + broker.password();
    String head =
        """
        POST /api/v1/messages/PlaceOrder HTTP/1.1\r
        Host: 127.0.0.1\r
        Authorization: Basic %s\r
        Content-Type: application/json\r
        Content-Length: 1000\r
        \r
        {"type":"PlaceOrder","id":"half\
        """
            .formatted(
                java.util.Base64.getEncoder()
                    .encodeToString(credentials.getBytes(StandardCharsets.UTF_8)));
    try (Socket socket = new Socket("127.0.0.1", broker.httpPort())) {
      OutputStream out = socket.getOutputStream();
      out.write(head.getBytes(StandardCharsets.US_ASCII));
      out.flush();
    }
  }

  private void deliverByJms(BrokerProcess broker) throws JMSException {
    byte[] order = order("admin", "jms");
    try (Connection connection = broker.connections().createConnection()) {
      send(connection, true, order, order, "{ by queue".getBytes(StandardCharsets.UTF_8));
      send(connection, false, TestDocument.of("PlaceOrder", "half", "lane", "").body());
    }
    sent.put(
        "admin garbage by queue",
        Fingerprint.of("{ by queue".getBytes(StandardCharsets.UTF_8)).hex());
  }

  /** A connection that breaks in the middle has sent nothing. */
  private static void send(Connection connection, boolean whole, byte[]... bodies)
      throws JMSException {
    try (Session session = connection.createSession(true, Session.SESSION_TRANSACTED);
        MessageProducer producer = session.createProducer(session.createQueue(Home.INTAKE))) {
      for (byte[] body : bodies) {
        BytesMessage message = session.createBytesMessage();
        message.writeBytes(body);
        producer.send(message);
      }
      if (whole) {
        session.commit();
      }
    }
  }

  private void judgeReceipts(String sender, DropClient door, StateTable table) throws Exception {
    Row renamed = judged(table, door, "accepted/renamed.json", "accepted");
    assertThat(renamed.hash()).isEqualTo(sent.get(sender + " renamed"));
    Row again = judged(table, door, "accepted/sent-again.json", "duplicate");
    assertThat(again.seq()).isEqualTo(renamed.seq());
    Row broken = judged(table, door, "accepted/broken.json", "accepted");
    assertThat(broken.hash()).isEqualTo(sent.get(sender + " broken"));
    Row slow = judged(table, door, "accepted/slow.json", "accepted");
    assertThat(slow.hash()).isEqualTo(sent.get(sender + " slow"));
    Row garbage = judged(table, door, "rejected/garbage.json", "failed");
    assertThat(garbage.status()).isEqualTo(Status.FAILED);
    assertThat(garbage.reason()).isEqualTo(Reason.UNREADABLE);
  }

  /** The row that a receipt speaks of, if it says the same. */
  private static Row judged(StateTable table, DropClient door, String file, String result)
      throws Exception {
    byte[] receipt =
        await("the receipt of " + file)
            .atMost(PATIENCE)
            .until(() -> door.read(file + ".receipt.json"), bytes -> bytes != null);
    JsonNode says = JSON.readTree(receipt);
    assertThat(says.get("result").textValue()).as("%s: %s", file, says).isEqualTo(result);
    byte[] kept =
        await("the file " + file).atMost(PATIENCE).until(() -> door.read(file), b -> b != null);
    assertThat(says.get("sha256").textValue()).isEqualTo(Fingerprint.of(kept).hex());
    assertThat(says.get("size").intValue()).isEqualTo(kept.length);
    Row row =
        table.rows().stream()
            .filter(one -> one.seq() == says.get("seq").longValue())
            .findFirst()
            .orElseThrow();
    assertThat(row.hash()).isEqualTo(says.get("sha256").textValue());
    assertThat(row.key().messageId()).isEqualTo(says.get("message_id").textValue());
    return row;
  }

  private boolean isAllThere(StateTable table) throws Exception {
    return table.count() == sent.size() && table.open() == 0;
  }

  /** Each document once and whole, and nothing of what broke off. */
  private void judgeTable(List<Row> rows) {
    assertThat(rows).hasSize(sent.size());
    for (Map.Entry<String, String> document : sent.entrySet()) {
      String sender = document.getKey().substring(0, document.getKey().indexOf(' '));
      boolean garbage = document.getKey().contains("garbage");
      assertThat(rows)
          .as(document.getKey())
          .filteredOn(row -> row.key().sender().equals(sender))
          .filteredOn(row -> row.hash().equals(document.getValue()))
          .singleElement()
          .extracting(Row::status)
          .isEqualTo(garbage ? Status.FAILED : Status.POSTED);
    }
  }
}
