package io.waybill.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Certificates as an administrator would make them, by keytool: one that signs, and one for this
 * machine that it signed.
 *
 * @param keyStore key and certificate, PKCS12
 * @param certificate PEM, the one that signed it behind it
 * @param key PEM
 * @param signer PEM, for those who trust it
 * @param trustStore the same, PKCS12
 */
public record TestCertificates(
    Path keyStore, Path certificate, Path key, Path signer, Path trustStore) {

  public static final String PASSWORD = "changeit";

  /** Valid for some days. */
  public static TestCertificates valid(Path folder) {
    return made(folder, "valid", "-validity", "90");
  }

  /** No longer valid, while the one that signed it is. */
  public static TestCertificates expired(Path folder) {
    return made(folder, "expired", "-startdate", "-20d", "-validity", "10");
  }

  private static TestCertificates made(Path folder, String name, String... validity) {
    Path both = folder.resolve(name + "-both.p12");
    try {
      keytool(both, "ca", "-dname", "CN=Signer of " + name, "-ext", "bc:c", "-startdate", "-30d");
      List<String> options = new ArrayList<>(List.of("-dname", "CN=localhost", "-signer", "ca"));
      options.addAll(List.of("-ext", "san=dns:localhost,ip:127.0.0.1"));
      options.addAll(List.of(validity));
      keytool(both, "server", options.toArray(String[]::new));
      return files(folder, name, both);
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static void keytool(Path store, String alias, String... options)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
    command.addAll(List.of("-genkeypair", "-alias", alias, "-keyalg", "EC"));
    command.addAll(List.of("-groupname", "secp256r1", "-storetype", "PKCS12"));
    command.addAll(List.of("-keystore", store.toString(), "-storepass", PASSWORD));
    command.addAll(List.of(options));
    Path log = store.resolveSibling(store.getFileName() + "." + alias + ".log");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(log)).isZero();
  }

  private static TestCertificates files(Path folder, String name, Path both)
      throws IOException, GeneralSecurityException {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(both)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    Certificate ca = keys.getCertificate("ca");
    Certificate[] chain = keys.getCertificateChain("server");
    assertThat(chain).as("the certificate and its signer").hasSize(2);
    Key key = keys.getKey("server", PASSWORD.toCharArray());
    KeyStore own = empty();
    own.setKeyEntry("server", key, PASSWORD.toCharArray(), chain);
    KeyStore trusted = empty();
    trusted.setCertificateEntry("ca", ca);
    String signer = armoured("CERTIFICATE", ca.getEncoded());
    return new TestCertificates(
        written(own, folder.resolve(name + ".p12")),
        Files.writeString(
            folder.resolve(name + ".crt"), armoured("CERTIFICATE", chain[0].getEncoded()) + signer),
        Files.writeString(folder.resolve(name + ".key"), armoured("PRIVATE KEY", key.getEncoded())),
        Files.writeString(folder.resolve(name + "-ca.crt"), signer),
        written(trusted, folder.resolve(name + "-trust.p12")));
  }

  private static KeyStore empty() throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }

  private static Path written(KeyStore store, Path file)
      throws IOException, GeneralSecurityException {
    try (OutputStream out = Files.newOutputStream(file)) {
      store.store(out, PASSWORD.toCharArray());
    }
    return file;
  }

  private static String armoured(String kind, byte[] bytes) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(kind, Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes), kind);
  }

  /** The settings of a PEM bundle of that name. */
  public List<String> pemBundle(String name) {
    return List.of(
        "--spring.ssl.bundle.pem.%s.keystore.certificate=file:%s".formatted(name, certificate),
        "--spring.ssl.bundle.pem.%s.keystore.private-key=file:%s".formatted(name, key));
  }

  /** The settings of a PKCS12 bundle of that name. */
  public List<String> pkcs12Bundle(String name) {
    return List.of(
        "--spring.ssl.bundle.jks.%s.keystore.location=file:%s".formatted(name, keyStore),
        "--spring.ssl.bundle.jks.%s.keystore.password=%s".formatted(name, PASSWORD),
        "--spring.ssl.bundle.jks.%s.keystore.type=PKCS12".formatted(name));
  }
}
