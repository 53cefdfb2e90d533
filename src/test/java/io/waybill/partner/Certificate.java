package io.waybill.partner;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A server's certificate that vouches for itself, made by the JDK's keytool. */
public record Certificate(Path keyStore, Path pem) {

  static final String PASSWORD = "changeit";

  /** For 127.0.0.1, for ten days from now. */
  public static Certificate valid(Path folder, String name) {
    return make(folder, name, "ip:127.0.0.1", "-0d", "10");
  }

  /** Ended yesterday. */
  public static Certificate expired(Path folder, String name) {
    return make(folder, name, "ip:127.0.0.1", "-3d", "2");
  }

  public static Certificate forAnotherHost(Path folder, String name) {
    return make(folder, name, "dns:ftp.example.org", "-0d", "10");
  }

  private static Certificate make(
      Path folder, String name, String host, String start, String days) {
    Path store = folder.resolve(name + ".p12");
    Path pem = folder.resolve(name + ".pem");
    List<String> make =
        List.of("-genkeypair", "-alias", "ftp", "-keyalg", "EC", "-dname", "CN=" + name);
    List<String> with = List.of("-ext", "san=" + host, "-startdate", start, "-validity", days);
    keytool(store, make, with);
    keytool(
        store, List.of("-exportcert", "-rfc", "-alias", "ftp", "-file", pem.toString()), List.of());
    return new Certificate(store, pem);
  }

  private static void keytool(Path store, List<String> what, List<String> with) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(what);
    command.addAll(with);
    command.addAll(
        List.of("-keystore", store.toString(), "-storetype", "PKCS12", "-storepass", PASSWORD));
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes());
      assertThat(process.waitFor()).as(said).isZero();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
