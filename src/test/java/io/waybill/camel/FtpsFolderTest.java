package io.waybill.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.partner.Certificate;
import io.waybill.partner.FtpHost;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a folder on an FTP server with TLS is reached, and when not. */
class FtpsFolderTest {

  @TempDir Path folder;
  private Path in;
  private final FtpsCase ftps = new FtpsCase();

  /** The cases of a plain server are not repeated. */
  private static final class FtpsCase extends ServedFolder {
    private FtpHost given;
    private Map<String, String> with = Map.of();

    @Override
    FtpHost host(Path root) {
      return given;
    }

    @Override
    String template() {
      return "waybill-ftp";
    }

    @Override
    Map<String, String> parameters(int reachedAt) {
      return with;
    }

    @Override
    boolean isFtp() {
      return true;
    }
  }

  @BeforeEach
  void folders() throws Exception {
    in = Files.createDirectories(folder.resolve("server/in"));
    ftps.folder = folder;
  }

  @AfterEach
  void stop() throws Exception {
    if (ftps.host != null) {
      ftps.stop();
    }
  }

  private void start(Certificate certificate, String security, Map<String, String> more)
      throws Exception {
    ftps.given = new FtpHost(folder.resolve("server"), certificate, security.equals("implicit"));
    ftps.with = Map.of("security", security);
    ftps.startServer();
    ftps.drop("order.json", "x");
    ftps.start(more);
  }

  private static Map<String, String> trust(Certificate certificate) {
    return Map.of("trust", certificate.pem().toString());
  }

  @Test
  void explicitTls() throws Exception {
    Certificate certificate = Certificate.valid(folder, "valid");
    start(certificate, "explicit", trust(certificate));

    ftps.receipt("accepted", "order.json");
    ftps.nothingIsLeft();
  }

  @Test
  void implicitTls() throws Exception {
    Certificate certificate = Certificate.valid(folder, "valid");
    start(certificate, "implicit", trust(certificate));

    ftps.receipt("accepted", "order.json");
  }

  @Test
  void aCertificateThatNobodyVouchesForIsRefused() throws Exception {
    start(Certificate.valid(folder, "valid"), "explicit", Map.of());

    isRefused("The certificate of the server is not accepted");
  }

  @Test
  void anExpiredCertificateIsRefused() throws Exception {
    Certificate certificate = Certificate.expired(folder, "expired");
    start(certificate, "explicit", trust(certificate));

    isRefused("The certificate of the server is not accepted");
  }

  @Test
  void aCertificateForAnotherHostIsRefused() throws Exception {
    Certificate certificate = Certificate.forAnotherHost(folder, "other");
    start(certificate, "explicit", trust(certificate));

    isRefused("No subject alternative names matching IP address 127.0.0.1");
  }

  @Test
  void aServerWithoutTlsIsNotSpokenToInTheClear() throws Exception {
    ftps.given = new FtpHost(folder.resolve("server"), null, false);
    ftps.with = Map.of("security", "explicit");
    ftps.startServer();
    ftps.drop("order.json", "x");
    ftps.start(Map.of());

    isRefused("'security'");
  }

  private void isRefused(String why) throws Exception {
    ftps.awaitLogged(why);
    assertThat(in.resolve("order.json")).exists();
    assertThat(ftps.broker.journal()).isEmpty();
    ftps.nobodyTells(FtpHost.PASSWORD);
  }

  @Test
  void anUnknownSecurityIsRefusedWithWhatToWrite() {
    assertThatThrownBy(() -> start(Certificate.valid(folder, "valid"), "tls", Map.of()))
        .rootCause()
        .hasMessageContaining("none, explicit or implicit");
  }

  @Test
  void aTrustFileWithoutCertificatesIsRefused() throws Exception {
    Path empty = Files.writeString(folder.resolve("empty.pem"), "");
    assertThatThrownBy(() -> TrustedCertificates.in(empty)).hasMessageContaining("PEM");
  }
}
