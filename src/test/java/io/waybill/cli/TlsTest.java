package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.waybill.embedded.ArtemisAccess;
import io.waybill.embedded.ArtemisSettings;
import io.waybill.embedded.EmbeddedArtemis;
import io.waybill.operator.Desk;
import io.waybill.operator.TestCertificates;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.TextMessage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.jks.JksSslStoreBundle;
import org.springframework.boot.ssl.jks.JksSslStoreDetails;
import org.springframework.mock.env.MockEnvironment;

@DisplayName("Encrypted, by HTTP and JMS")
class TlsTest {

  private static final ArtemisAccess ANYTHING =
      new ArtemisAccess() {
        @Override
        public boolean authenticate(String user, String password, String from) {
          return password.equals("right");
        }

        @Override
        public boolean authorize(String user, Permission permission, String address) {
          return true;
        }
      };

  @TempDir static Path folder;

  private static TestCertificates valid;
  private static TestCertificates expired;

  @TempDir private Path home;
  private String err = "";

  @BeforeAll
  static void make() {
    valid = TestCertificates.valid(folder);
    expired = TestCertificates.expired(folder);
  }

  @Test
  void aCommandTrustsTheCertificateItIsGivenAndNoOther() throws Exception {
    try (Desk desk = desk(valid.pemBundle("web"))) {
      assertThat(ask(desk, "--ca", valid.signer().toString())).as(err).isZero();

      assertThat(ask(desk)).isEqualTo(3);
      assertThat(err)
          .contains("https://127.0.0.1", "is signed by nobody whom this machine trusts", "--ca")
          .doesNotContain("PKIX", "\tat ");
      assertThat(ask(desk, "--ca", expired.signer().toString())).isEqualTo(3);
      assertThat(ask(desk, "--ca", valid.key().toString())).isEqualTo(2);
      assertThat(err).contains("--ca: no certificates can be read from");
    }
  }

  @Test
  void anExpiredCertificateIsCalledSo() throws Exception {
    try (Desk desk = desk(expired.pkcs12Bundle("web"))) {
      assertThat(ask(desk, "--ca", expired.signer().toString())).isEqualTo(3);
      assertThat(err).contains("the certificate of https://127.0.0.1", "has expired (NotAfter:");
    }
  }

  @Test
  void aJmsProgramSpeaksEncryptedAndOnlySo() throws Exception {
    try (EmbeddedArtemis artemis = artemis(context(valid))) {
      try (JMSContext program = trusting(artemis, valid).createContext("anna", "right")) {
        program.createProducer().send(program.createQueue("orders"), "secret");
        assertThat(
                ((TextMessage)
                        program.createConsumer(program.createQueue("orders")).receive(20_000))
                    .getText())
            .isEqualTo("secret");
      }
      assertThatThrownBy(
              () -> new ActiveMQConnectionFactory(artemis.url()).createContext("anna", "right"))
          .isInstanceOf(JMSRuntimeException.class);
      assertThatThrownBy(() -> trusting(artemis, expired).createContext("anna", "right"))
          .as("signed by nobody whom the program trusts")
          .isInstanceOf(JMSRuntimeException.class);
    }
  }

  @Test
  void aJmsProgramRefusesAnExpiredCertificateAndTakesItsRenewalWithoutARestart() throws Exception {
    AtomicReference<SSLContext> present = new AtomicReference<>(context(expired));
    try (EmbeddedArtemis artemis = artemis(present)) {
      assertThatThrownBy(() -> trusting(artemis, expired).createContext("anna", "right"))
          .isInstanceOf(JMSRuntimeException.class);

      present.set(context(valid));

      assertThatCode(() -> trusting(artemis, valid).createContext("anna", "right").close())
          .doesNotThrowAnyException();
    }
  }

  @Test
  void anExpiredCertificateIsToldAtTheStart() {
    assertThat(toldAbout(expired)).singleElement().asString().contains("'web' has expired on");
    assertThat(toldAbout(valid)).isEmpty();
  }

  @Test
  void aCertificateThatCannotBeUsedIsRefusedWithItsName() {
    DefaultSslBundleRegistry bundles = new DefaultSslBundleRegistry();
    bundles.registerBundle(
        "web",
        SslBundle.of(
            new JksSslStoreBundle(
                JksSslStoreDetails.forLocation("file:" + valid.keyStore()).withPassword("wrong"),
                null)));
    assertThatThrownBy(() -> check(bundles))
        .isInstanceOf(StartRefused.class)
        .hasMessageContaining("the certificate 'web' under spring.ssl.bundle cannot be used")
        .hasMessageNotContaining("wrong password");
  }

  private static List<String> toldAbout(TestCertificates certificates) {
    DefaultSslBundleRegistry bundles = new DefaultSslBundleRegistry();
    bundles.registerBundle("web", bundle(certificates));
    Logger logger = (Logger) LoggerFactory.getLogger(Certificates.class);
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    logger.addAppender(lines);
    try {
      check(bundles);
    } finally {
      logger.detachAppender(lines);
    }
    return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  private static void check(DefaultSslBundleRegistry bundles) {
    new Certificates(bundles, Clock.systemUTC())
        .check(
            new MockEnvironment()
                .withProperty("server.ssl.bundle", "web")
                .withProperty(NetworkDoors.ACCEPTOR_BUNDLE, "web"));
  }

  private static SslBundle bundle(TestCertificates certificates) {
    return SslBundle.of(
        new JksSslStoreBundle(
            JksSslStoreDetails.forLocation("file:" + certificates.keyStore())
                .withPassword(TestCertificates.PASSWORD),
            null));
  }

  private static SSLContext context(TestCertificates certificates) {
    return bundle(certificates).createSslContext();
  }

  private static Desk desk(List<String> bundle) {
    List<String> settings = new ArrayList<>(bundle);
    settings.add("--server.ssl.bundle=web");
    return new Desk(settings.toArray(String[]::new));
  }

  private EmbeddedArtemis artemis(SSLContext certificate) throws IOException {
    return artemis(new AtomicReference<>(certificate));
  }

  private EmbeddedArtemis artemis(AtomicReference<SSLContext> certificate) throws IOException {
    try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = any.getLocalPort();
      any.close();
      return EmbeddedArtemis.start(
          home, ArtemisSettings.defaults(ANYTHING).withPort(port).withSsl(certificate::get));
    }
  }

  private static ActiveMQConnectionFactory trusting(
      EmbeddedArtemis artemis, TestCertificates certificates) {
    return new ActiveMQConnectionFactory(
        artemis.url()
            + "?sslEnabled=true&verifyHost=true&trustStoreType=PKCS12&trustStorePath="
            + certificates.trustStore()
            + "&trustStorePassword="
            + TestCertificates.PASSWORD);
  }

  private int ask(Desk desk, String... options) throws Exception {
    Files.createDirectories(home.resolve("data"));
    Files.writeString(home.resolve("data/admin-password"), Desk.PASSWORD + "\n");
    List<String> words =
        new ArrayList<>(
            List.of(
                "messages",
                "--home",
                home.toString(),
                "--url",
                desk.url().replace("http:", "https:")));
    words.addAll(List.of(options));
    PrintStream before = System.err;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    System.setErr(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    try {
      return Main.run(words.toArray(String[]::new));
    } finally {
      System.setErr(before);
      err = bytes.toString(StandardCharsets.UTF_8);
    }
  }
}
