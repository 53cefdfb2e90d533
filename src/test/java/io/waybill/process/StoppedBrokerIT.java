package io.waybill.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A broker that is told to stop")
class StoppedBrokerIT {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir Path folder;

  @Test
  @Timeout(240)
  void saysThatItIsNotReadyAndEndsWhatIsUnderWay() throws Exception {
    try (GatedDestination crm = new GatedDestination();
        BrokerProcess broker = new BrokerProcess(home(crm))) {
      broker.start("--waybill.http.drain=4s");
      broker.awaitReady();
      crm.shut();
      BrokerProcess.Client client = broker.new Client();
      assertThat(submit(client, "a")).isEqualTo(202);
      crm.awaitRequest("\"a\"");
      assertThat(broker.probe("/actuator/health/readiness")).isEqualTo(200);

      try (Socket request = new Socket(InetAddress.getLoopbackAddress(), broker.httpPort())) {
        byte[] body = document("c");
        begin(request.getOutputStream(), broker.password(), body);
        broker.askToStop();

        await("readiness 503")
            .pollInterval(Duration.ofMillis(50))
            .until(() -> broker.probe("/actuator/health/readiness") == 503);
        assertThat(broker.probe("/actuator/health/liveness")).isEqualTo(200);
        assertThat(submit(client, "b")).isEqualTo(202);
        await("no more connections")
            .atMost(PATIENCE)
            .until(() -> broker.probe("/actuator/health/liveness") == 0);
        broker.requireAlive();

        request.getOutputStream().write(body, body.length / 2, body.length - body.length / 2);
        assertThat(statusLine(request.getInputStream())).contains(" 202");
      }
      // the posting is under way until now
      crm.open();
      assertThat(broker.awaitEnd()).isEqualTo(128 + 15);
      assertThat(broker.log())
          .contains("TellCustomer a: posting → posted")
          .contains("TellCustomer b: new → ")
          .contains("TellCustomer c: new → ")
          .doesNotContain("ERROR");
    }
  }

  private static int submit(BrokerProcess.Client client, String id) throws Exception {
    return client.post("/api/v1/messages", null, "application/json", document(id)).code();
  }

  /** A destination may take its time here, longer than the stop is looked at. */
  private Path home(GatedDestination crm) {
    Path home = Home.in(folder.resolve("home"), crm.url());
    Home.write(
        home,
        "config/destinations.yaml",
        """
        waybill.destinations:
          erp: { delivery: deduplicating, remembers: { count: 200000 } }
          crm: { delivery: deduplicating, remembers: { time: 30d }, timeout: 60s }
        """);
    Home.write(
        home,
        "routes/crm.camel.yaml",
        """
        - route:
            id: crm
            from:
              uri: waybill:post:crm
              steps:
                - to:
                    uri: "%s"
                    parameters: { httpMethod: POST, bridgeEndpoint: true, responseTimeout: 50000 }
        """
            .formatted(crm.url()));
    return home;
  }

  private static byte[] document(String id) {
    return TestDocument.of("TellCustomer", id, "lane-" + id, "text").body();
  }

  /** Half of a request: it is under way until the rest has come. */
  private static void begin(OutputStream out, String password, byte[] body) throws Exception {
    String credentials =
        Base64.getEncoder().encodeToString(("admin:" + password).getBytes(StandardCharsets.UTF_8));
    String head =
        """
        POST /api/v1/messages HTTP/1.1
        Host: 127.0.0.1
        Authorization: Basic %s
        Content-Type: application/json
        Content-Length: %d

        """
            .formatted(credentials, body.length)
            .replace("\n", "\r\n");
    out.write(head.getBytes(StandardCharsets.US_ASCII));
    out.write(body, 0, body.length / 2);
    out.flush();
  }

  private static String statusLine(InputStream in) throws Exception {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
      line.append((char) c);
    }
    return line.toString();
  }
}
