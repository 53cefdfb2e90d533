package io.waybill.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.waybill.process.BrokerProcess.Answer;
import io.waybill.process.GatedDestination.Request;
import jakarta.jms.Connection;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What monitoring sees of the packaged broker: its metrics, its log as JSON, and traces. */
@DisplayName("A watched broker")
@Timeout(300)
class WatchedBrokerIT {

  private static final String LINK =
      """
      waybill.links:
        vpn: { every: 1s, timeout: 1s }
      """;

  private static final String PROBE =
      """
      - route:
          id: vpn
          from:
            uri: waybill:link:vpn
            steps:
              - setHeader: { name: there, constant: "yes" }
      """;

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String JSON = "application/json";
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String PARENT = "00-" + TRACE + "-00f067aa0ba902b7-01";
  private static final Pattern TYPE = Pattern.compile("^# TYPE (waybill_\\S+) ", Pattern.MULTILINE);

  @TempDir static Path folder;

  private static GatedDestination crm;
  private static BrokerProcess broker;
  private static BrokerProcess.Client client;

  @BeforeAll
  static void startBroker() throws Exception {
    crm = new GatedDestination();
    Path home = Home.in(folder.resolve("home"), crm.url());
    Files.writeString(home.resolve("config/destinations.yaml"), LINK, StandardOpenOption.APPEND);
    Home.write(home, "routes/vpn.camel.yaml", PROBE);
    broker = new BrokerProcess(home);
    broker.start("--spring.profiles.active=ecs");
    broker.awaitReady();
    client = broker.new Client();
  }

  @AfterAll
  static void stopBroker() throws Exception {
    broker.close();
    crm.close();
  }

  private static void tellCustomer(String id, String... headers) throws Exception {
    byte[] body = TestDocument.of("TellCustomer", id, "K-" + id, "text").body();
    Answer answer = client.post("/api/v1/messages", null, JSON, body, headers);
    assertThat(answer.code()).as(answer.body()).isEqualTo(202);
  }

  @Test
  void aTraceGoesOnFromHttpToHttp() throws Exception {
    tellCustomer("traced", "traceparent", PARENT, "tracestate", "congo=t61rcWkgMzE");

    Request request = crm.awaitRequest("\"traced\"");

    assertThat(request.traceParent()).isEqualTo(PARENT);
    assertThat(request.traceState()).isEqualTo("congo=t61rcWkgMzE");
  }

  @Test
  void whatIsNoTraceGoesNoFurther() throws Exception {
    tellCustomer("forged", "traceparent", "00-" + TRACE + "-0-01", "tracestate", "congo=1");

    Request request = crm.awaitRequest("\"forged\"");

    assertThat(request.traceParent()).isNull();
    assertThat(request.traceState()).isNull();
  }

  @Test
  void aTraceGoesOnFromQueueToQueue() throws Exception {
    try (Connection connection = broker.connections().createConnection();
        Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
        MessageConsumer consumer = session.createConsumer(session.createQueue(Home.ERP_QUEUE))) {
      connection.start();
      send(session, "q-traced", PARENT, "congo=t61rcWkgMzE");
      send(session, "q-forged", "00-abc", "congo=t61rcWkgMzE");

      Message traced = receive(consumer, "q-traced");
      Message forged = receive(consumer, "q-forged");

      assertThat(traced.getStringProperty("traceparent")).isEqualTo(PARENT);
      assertThat(traced.getStringProperty("tracestate")).isEqualTo("congo=t61rcWkgMzE");
      assertThat(forged.propertyExists("traceparent")).isFalse();
      assertThat(forged.propertyExists("tracestate")).isFalse();
    }
  }

  private static void send(Session session, String id, String parent, String state)
      throws Exception {
    TextMessage message =
        session.createTextMessage(
            new String(
                TestDocument.of("PlaceOrder", id, "Q", "text").body(), StandardCharsets.UTF_8));
    message.setStringProperty("traceparent", parent);
    message.setStringProperty("tracestate", state);
    session.createProducer(session.createQueue(Home.INTAKE)).send(message);
  }

  private static Message receive(MessageConsumer consumer, String id) throws Exception {
    while (true) {
      Message message = consumer.receive(PATIENCE.toMillis());
      assertThat(message).as(id).isNotNull();
      String body = new String(message.getBody(byte[].class), StandardCharsets.UTF_8);
      if (body.contains("\"" + id + "\"")) {
        return message;
      }
    }
  }

  @Test
  void theMetricsAreTheDocumentedOnes() throws Exception {
    tellCustomer("counted");
    client.post("/api/v1/messages", null, JSON, "{}".getBytes(StandardCharsets.UTF_8));
    await()
        .atMost(PATIENCE)
        .until(() -> scrape().contains("to=\"posted\"") && scrape().contains("waybill_open_"));

    String scrape = scrape();

    Set<String> found = new TreeSet<>();
    Matcher type = TYPE.matcher(scrape);
    while (type.find()) {
      found.add(type.group(1));
    }
    // the largest value of each histogram is a metric of its own, told once for all of them
    found.removeIf(name -> name.endsWith("_max") && found.contains(name.replaceFirst("_max$", "")));
    assertThat(found).containsExactlyInAnyOrderElementsOf(documented());
    assertThat(scrape)
        .contains("waybill_received_total{operation=\"TellCustomer\",result=\"accepted\"")
        .contains("waybill_open_messages{reason=\"untyped\",status=\"failed\"} ")
        .contains("waybill_postings_seconds_count{destination=\"crm\",outcome=\"posted\"} ")
        .contains("waybill_journal_available 1.0")
        .contains("waybill_link_up{link=\"vpn\"} 1.0")
        .contains("jvm_memory_used_bytes")
        .doesNotContain("counted")
        .doesNotContain("K-");
  }

  private static String scrape() throws Exception {
    Answer answer = client.get("/actuator/prometheus");
    assertThat(answer.code()).isEqualTo(200);
    return answer.body();
  }

  private static Set<String> documented() throws Exception {
    return Files.readAllLines(Path.of("docs/monitoring.md")).stream()
        .filter(line -> line.startsWith("| `waybill_"))
        .map(line -> line.substring(3, line.indexOf('`', 3)))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void everyLineOfTheLogIsJsonAndAStatusHasItsFields() throws Exception {
    tellCustomer("logged", "traceparent", PARENT);
    await().atMost(PATIENCE).until(() -> line("logged", "posted") != null);

    JsonNode arrived = line("logged", "posting");
    JsonNode posted = line("logged", "posted");

    assertThat(arrived).isNotNull();
    assertThat(arrived.has("from_status")).isFalse();
    assertThat(arrived.path("trace_id").asText()).isEqualTo(TRACE);
    assertThat(posted.path("seq").isIntegralNumber()).isTrue();
    assertThat(posted.path("seq")).isEqualTo(arrived.path("seq"));
    assertThat(posted.path("operation").asText()).isEqualTo("TellCustomer");
    assertThat(posted.path("from_status").asText()).isEqualTo("posting");
    assertThat(posted.path("trace_id").asText()).isEqualTo(TRACE);
    assertThat(posted.path("log").path("logger").asText()).isEqualTo("io.waybill.status");
    assertThat(posted.path("message").asText())
        .isEqualTo(
            "message %d TellCustomer logged: posting → posted: HTTP 200"
                .formatted(posted.path("seq").asLong()));
    assertThat(lines()).anyMatch(line -> line.path("message").asText().contains("ready at"));

    client.post("/api/v1/messages", null, JSON, "[]".getBytes(StandardCharsets.UTF_8));
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                lines().stream().anyMatch(line -> line.path("reason").asText().equals("untyped")));
  }

  private static @Nullable JsonNode line(String id, String status) throws Exception {
    return lines().stream()
        .filter(line -> line.path("message_id").asText().equals(id))
        .filter(line -> line.path("status").asText().equals(status))
        .findFirst()
        .orElse(null);
  }

  /** Fails where a whole line is no JSON. */
  private static List<JsonNode> lines() throws Exception {
    ObjectMapper json = new ObjectMapper();
    String log = broker.log();
    List<JsonNode> lines = new ArrayList<>();
    for (String line : log.substring(0, log.lastIndexOf('\n') + 1).lines().toList()) {
      JsonNode parsed = json.readTree(line);
      assertThat(parsed.path("@timestamp").asText()).as(line).isNotEmpty();
      lines.add(parsed);
    }
    return lines;
  }
}
