package io.waybill.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.waybill.operator.Passwords;
import io.waybill.operator.TestCertificates;
import jakarta.jms.JMSContext;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A broker that other machines reach")
class AccessIT {

  private static final String PASSWORD = "a password of the tests";

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path temp;

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void isRefusedWithoutUsersAndUnencrypted() throws Exception {
    Path home = Home.in(temp.resolve("home"), "http://127.0.0.1:1/crm");
    assertRefused(
        new BrokerProcess(home),
        List.of("--server.address=0.0.0.0"),
        "server.address",
        "no users are configured",
        "waybill.users");
    List<String> settings = users();
    settings.add("--server.address=0.0.0.0");
    assertRefused(
        new BrokerProcess(home),
        settings,
        "server.address",
        "unencrypted",
        "server.ssl.bundle",
        "waybill.insecure-bind");
    settings.add("--server.ssl.bundle=mine");
    assertRefused(new BrokerProcess(home), settings, "no certificate is configured as 'mine'");
    assertThat(home.resolve("data")).as("nothing was touched").doesNotExist();
  }

  private static void assertRefused(BrokerProcess broker, List<String> settings, String... words)
      throws Exception {
    try (broker) {
      broker.start(settings.toArray(String[]::new));
      int code = broker.awaitEnd();
      assertThat(broker.log()).contains(words).doesNotContain("\tat ");
      assertThat(code).isEqualTo(2);
    }
  }

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void servesHttpAndJmsEncrypted() throws Exception {
    Path home = Home.in(temp.resolve("home"), "http://127.0.0.1:1/crm");
    TestCertificates certificate = TestCertificates.valid(temp);
    List<String> settings = users();
    settings.addAll(certificate.pemBundle("mine"));
    settings.add("--server.address=0.0.0.0");
    settings.add("--server.ssl.bundle=mine");
    settings.add("--waybill.acceptor-ssl-bundle=mine");
    settings.add("--waybill.jms.intake=" + Home.INTAKE);
    try (BrokerProcess broker = new BrokerProcess(home)) {
      broker.start(settings.toArray(String[]::new));
      await("the broker to be ready")
          .atMost(Duration.ofMinutes(3))
          .until(
              () -> {
                broker.requireAlive();
                return broker.log().contains("waybill: ready at https://0.0.0.0:");
              });
      send(broker, certificate);
      HttpClient client = HttpClient.newBuilder().sslContext(trusting(certificate)).build();
      await("the message in the table")
          .atMost(Duration.ofSeconds(60))
          .until(() -> get(broker, client, "otto").body().contains("\"message_id\":\"S-1\""));
      assertThat(get(broker, client, "susi").body()).contains("\"messages\":[]");
      assertThat(broker.log()).doesNotContain(PASSWORD);
    }
  }

  /** The intake route of this home says that everything there comes from admin. */
  private static void send(BrokerProcess broker, TestCertificates certificate) {
    String url =
        "tcp://127.0.0.1:%d?sslEnabled=true&trustStoreType=PKCS12&trustStorePath=%s&trustStorePassword=%s"
            .formatted(broker.jmsPort(), certificate.trustStore(), TestCertificates.PASSWORD);
    try (JMSContext program = new ActiveMQConnectionFactory(url).createContext("susi", PASSWORD)) {
      program
          .createProducer()
          .send(
              program.createQueue(Home.INTAKE),
              TestDocument.of("PlaceOrder", "S-1", "L", "").body());
    }
  }

  private static HttpResponse<String> get(BrokerProcess broker, HttpClient client, String user)
      throws IOException, InterruptedException {
    String basic =
        Base64.getEncoder()
            .encodeToString((user + ":" + PASSWORD).getBytes(StandardCharsets.UTF_8));
    return client.send(
        HttpRequest.newBuilder(
                URI.create("https://127.0.0.1:%d/api/v1/messages".formatted(broker.httpPort())))
            .header("Authorization", "Basic " + basic)
            .build(),
        BodyHandlers.ofString());
  }

  private static SSLContext trusting(TestCertificates certificate)
      throws IOException, GeneralSecurityException {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(certificate.trustStore())) {
      trusted.load(in, TestCertificates.PASSWORD.toCharArray());
    }
    TrustManagerFactory managers =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, managers.getTrustManagers(), null);
    return context;
  }

  private static List<String> users() {
    String encoded = Passwords.encode(PASSWORD);
    return new ArrayList<>(
        List.of(
            "--waybill.users.susi.password=" + encoded,
            "--waybill.users.susi.roles=submitter",
            "--waybill.users.otto.password=" + encoded,
            "--waybill.users.otto.roles=operator"));
  }
}
