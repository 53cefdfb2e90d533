package io.waybill.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.waybill.judge.Row;
import io.waybill.message.Fingerprint;
import io.waybill.message.Reason;
import io.waybill.message.Status;
import io.waybill.process.BrokerProcess.Answer;
import io.waybill.process.TestDestination.Fault;
import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever comes in, or is configured: a clear answer, nothing lost, and the others go on. */
@DisplayName("Bad input")
@Timeout(300)
class BadInputIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String JSON = "application/json";

  @TempDir static Path folder;

  private static DestinationLog crmLog;
  private static TestDestination crm;
  private static BrokerProcess broker;
  private static BrokerProcess.Client client;
  private static StateTable table;

  @BeforeAll
  static void startBroker() {
    crmLog = new DestinationLog(folder.resolve("crm.log"), TestDocument::read);
    crm = new TestDestination(crmLog, () -> Fault.NONE, Duration.ZERO);
    broker = new BrokerProcess(Home.in(folder.resolve("home"), crm.url()));
    broker.start();
    broker.awaitReady();
    client = broker.new Client();
    table = new StateTable(broker.database());
  }

  @AfterAll
  static void stopBroker() throws Exception {
    broker.close();
    crm.close();
    crmLog.close();
  }

  /** What is wrong, the document, the code of the answer, the reason in the state table. */
  static Stream<Arguments> documents() {
    return Stream.of(
        Arguments.of(
            "an operation that nobody knows", "{\"type\":\"Dance\",\"id\":\"d-1\"}", "untyped"),
        Arguments.of("no id", "{\"type\":\"PlaceOrder\",\"lane\":\"K\"}", "unkeyed"),
        Arguments.of("no key of its lane", "{\"type\":\"PlaceOrder\",\"id\":\"k-1\"}", "unkeyed"),
        Arguments.of(
            "U+0000 in its id",
            "{\"type\":\"PlaceOrder\",\"id\":\"a\\u0000b\",\"lane\":\"K\"}",
            "unkeyed"),
        Arguments.of("broken JSON", "{\"type\":\"PlaceOrder\",\"id\":", "unreadable"),
        Arguments.of(
            "broken XML", "<booking xmlns='urn:test' id='1'><open></booking>", "unreadable"),
        Arguments.of(
            "a DOCTYPE",
            "<!DOCTYPE booking [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>"
                + "<booking xmlns='urn:test' id='2'>&e;</booking>",
            "unreadable"),
        Arguments.of("nothing but U+0000", "\u0000\u0000\u0000", "unreadable"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("documents")
  void byHttpIsRefusedAndKept(String what, String document, String reason) throws Exception {
    byte[] body = document.getBytes(StandardCharsets.UTF_8);

    Answer answer = client.post("/api/v1/messages", null, type(document), body);

    assertThat(answer.code()).as("%s: %s", what, answer.body()).isIn(400, 422);
    assertThat(answer.body()).contains("\"detail\"").contains("\"seq\"");
    Row row = only(body);
    assertThat(row.status()).isEqualTo(Status.FAILED);
    assertThat(row.reason()).isEqualTo(Reason.of(reason));
    assertThat(row.detail()).isNotBlank();
    assertThat(answer.location()).isEqualTo("/api/v1/messages/" + row.seq());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("documents")
  void byJmsIsKept(String what, String document, String reason) throws Exception {
    byte[] body = (document + " ").getBytes(StandardCharsets.UTF_8);

    sendTogether(List.of(body));

    await(what).atMost(PATIENCE).until(() -> !rows(body).isEmpty());
    Row row = only(body);
    assertThat(row.status()).isEqualTo(Status.FAILED);
    assertThat(row.reason()).isEqualTo(Reason.of(reason));
    assertThat(row.detail()).isNotBlank();
  }

  @Test
  void anUnknownOperationInTheAddressIsRefusedByName() throws Exception {
    byte[] body =
        "{\"type\":\"PlaceOrder\",\"id\":\"u-1\",\"lane\":\"U\"}".getBytes(StandardCharsets.UTF_8);

    Answer answer = client.post("/api/v1/messages/Dance", null, JSON, body);

    assertThat(answer.code()).as(answer.body()).isIn(400, 404, 422);
    assertThat(answer.body()).contains("Dance");
  }

  @Test
  void fiftyMegabytesByHttpAreRefused() throws Exception {
    byte[] body = large("http");

    Answer answer = client.post("/api/v1/messages/PlaceOrder", "large", JSON, body);

    assertThat(answer.code()).isEqualTo(413);
    assertThat(answer.body()).contains("waybill.max-body");
    assertThat(rows(body)).isEmpty();
    assertStillWorks("after 50 MB by HTTP");
  }

  @Test
  void fiftyMegabytesByJmsAreKeptAsTooLarge() throws Exception {
    byte[] body = large("jms");

    sendTogether(List.of(body));

    await("the row").atMost(PATIENCE).until(() -> tooLarge() == 1);
    assertStillWorks("after 50 MB by JMS");
  }

  @Test
  void oneBrokenMessageOf256StopsNoneOfTheOthers() throws Exception {
    List<byte[]> batch = new ArrayList<>();
    for (int i = 0; i < 256; i++) {
      batch.add(
          i == 100
              ? "{ broken".getBytes(StandardCharsets.UTF_8)
              : TestDocument.of("TellCustomer", "batch-" + i, "B-" + i % 7, "").body());
    }

    sendTogether(batch);

    await("the batch")
        .atMost(PATIENCE)
        .until(
            () ->
                table.rows().stream()
                        .filter(row -> row.key().messageId().startsWith("batch-"))
                        .filter(row -> row.status() == Status.POSTED)
                        .count()
                    == 255);
    await("the broken one").atMost(PATIENCE).until(() -> !rows(batch.get(100)).isEmpty());
    assertThat(only(batch.get(100)).reason()).isEqualTo(Reason.UNREADABLE);
  }

  @Test
  void anEmptyFileIsRejectedWithAReceipt() throws Exception {
    Path drop = folder.resolve("home/drop");
    Files.createDirectories(drop);
    Files.createFile(drop.resolve("empty.json"));

    Path receipt = drop.resolve("rejected/empty.json.receipt.json");
    await("the receipt").atMost(PATIENCE).until(() -> Files.exists(receipt));
    await("the file")
        .atMost(PATIENCE)
        .until(() -> Files.exists(drop.resolve("rejected/empty.json")));
    assertThat(Files.readString(receipt)).contains("reason").contains("remedy");
    assertThat(only(new byte[0]).status()).isEqualTo(Status.FAILED);
  }

  /** What a broker says that does not start, and how it ends. */
  @Nested
  @DisplayName("at the start")
  class AtTheStart {

    @TempDir Path other;

    @Test
    void aSecondBrokerOnTheSameFolderIsRefused() throws Exception {
      assertEnds(
          new BrokerProcess(folder.resolve("home")), 4, "another broker works on this data folder");
      assertStillWorks("after a second broker");
    }

    @Test
    void aPortInUseIsNamed() throws Exception {
      BrokerProcess second = new BrokerProcess(Home.in(other, crm.url()));
      try (ServerSocket taken =
          new ServerSocket(second.httpPort(), 1, InetAddress.getLoopbackAddress())) {
        assertEnds(second, 4, "port " + taken.getLocalPort(), "--server.port");
      }
    }

    @Test
    void aPortInUseByJmsIsNamed() throws Exception {
      BrokerProcess second = new BrokerProcess(Home.in(other, crm.url()));
      try (ServerSocket taken =
          new ServerSocket(second.jmsPort(), 1, InetAddress.getLoopbackAddress())) {
        assertEnds(second, 4, "127.0.0.1:" + taken.getLocalPort());
      }
    }

    @Test
    void anUnknownKeyIsNamedWithItsPlaceAndTheNearestOne() throws Exception {
      Path home = Home.in(other, crm.url());
      Path file = home.resolve("config/destinations.yaml");
      String text = Files.readString(file).replaceFirst("timeout:", "tiemout:");
      Files.writeString(file, text);
      long line = text.substring(0, text.indexOf("tiemout")).lines().count();

      assertEnds(new BrokerProcess(home), 2, "destinations.yaml:" + line, "tiemout", "timeout");
    }

    @Test
    void aWrongDatabasePasswordIsSaid() throws Exception {
      var database = broker.database();
      assertEnds(
          new BrokerProcess(Home.in(other, crm.url())),
          2,
          List.of(
              "--spring.datasource.url=" + database.getUrl().replaceFirst("\\?.*", ""),
              "--spring.datasource.username=waybill",
              "--spring.datasource.password=wrong"),
          "spring.datasource",
          "password");
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "postgresql://db.example.com/waybill",
          "jdbc:mysql://db.example.com/waybill",
          "jdbc:postgresql://db.example.com:port/waybill",
          "jdbc:postgresql://waybill:geheim@db.example.com/waybill?password=geheim"
        })
    void anAddressThatIsNoDatabasesIsNamedWithoutItsSecrets(String address) throws Exception {
      BrokerProcess second = new BrokerProcess(Home.in(other, crm.url()));
      assertEnds(
          second,
          2,
          List.of("--spring.datasource.url=" + address),
          "spring.datasource.url: '" + address.substring(0, address.indexOf("//")),
          "is not the address of a PostgreSQL database",
          "Write jdbc:postgresql://HOST:PORT/DATABASE");
      assertThat(second.log()).doesNotContain("geheim");
    }

    @Test
    void aDataFolderThatCannotBeWrittenIsNamed() throws Exception {
      // a file where the folder should be: permissions do not stop root
      Path home = Home.in(other, crm.url());
      Files.createFile(home.resolve("data"));

      assertEnds(new BrokerProcess(home), 4, home.resolve("data").toString(), "cannot be written");
    }
  }

  private static void assertEnds(BrokerProcess second, int code, String... words) throws Exception {
    assertEnds(second, code, List.of(), words);
  }

  private static void assertEnds(
      BrokerProcess second, int code, List<String> settings, String... words) throws Exception {
    try (second) {
      second.start(settings.toArray(String[]::new));
      int exit = second.awaitEnd();
      assertThat(second.log()).contains(words).doesNotContain("\tat ");
      assertThat(exit).as("exit code").isEqualTo(code);
      assertThat(second.leftDatabase()).as("left its database running").isFalse();
    }
  }

  private static void assertStillWorks(String id) throws Exception {
    byte[] body = TestDocument.of("TellCustomer", id, "W", "").body();
    Answer answer = client.post("/api/v1/messages/TellCustomer", id, JSON, body);
    assertThat(answer.code()).as(answer.body()).isEqualTo(202);
    await(id).atMost(PATIENCE).until(() -> only(body).status() == Status.POSTED);
  }

  private static String type(String document) {
    return document.startsWith("<") ? "application/xml" : JSON;
  }

  /** A document of which only the size is wrong. */
  private static byte[] large(String id) {
    char[] much = new char[50_000_000];
    Arrays.fill(much, 'x');
    return TestDocument.of("PlaceOrder", id, "L", new String(much)).body();
  }

  private static void sendTogether(List<byte[]> bodies) throws JMSException {
    try (Connection connection = broker.connections().createConnection();
        Session session = connection.createSession(true, Session.SESSION_TRANSACTED);
        MessageProducer producer = session.createProducer(session.createQueue(Home.INTAKE))) {
      for (byte[] body : bodies) {
        BytesMessage message = session.createBytesMessage();
        message.writeBytes(body);
        producer.send(message);
      }
      session.commit();
    }
  }

  private static List<Row> rows(byte[] body) throws SQLException {
    String hash = Fingerprint.of(body).hex();
    return table.rows().stream().filter(row -> row.hash().equals(hash)).toList();
  }

  private static Row only(byte[] body) throws SQLException {
    List<Row> rows = rows(body);
    assertThat(rows).hasSize(1);
    return rows.get(0);
  }

  private static long tooLarge() throws SQLException {
    return table.rows().stream().filter(row -> row.reason() == Reason.TOO_LARGE).count();
  }
}
