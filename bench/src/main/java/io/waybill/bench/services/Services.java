package io.waybill.bench.services;

import io.waybill.embedded.ArtemisAccess;
import io.waybill.embedded.ArtemisSettings;
import io.waybill.embedded.DiskSpeed;
import io.waybill.embedded.EmbeddedArtemis;
import io.waybill.embedded.EmbeddedPostgres;
import io.waybill.embedded.PostgresSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.Properties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The process of the servers. It starts PostgreSQL and Artemis by the product's own code, and a
 * destination by HTTP; says in a file where they are, and ends with its standard input, so that it
 * never outlives who started it.
 */
public final class Services {

  private static final Logger LOG = LoggerFactory.getLogger(Services.class);

  static final String FILE = "services.properties";
  static final String USER = "bench";

  /** No candidate is measured while the server writes messages to pages. */
  private static final long ADDRESS_BYTES = 1L << 30;

  private static final long TOTAL_BYTES = 2L << 30;

  private Services() {}

  /** Longer than a start measures: what is wrong here is wrong for every candidate. */
  private static final Duration DISK_MEASURED = Duration.ofSeconds(3);

  /** Takes the folder for both. */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    String password = randomPassword();
    measureDisk(folder.resolve("artemis"));
    EmbeddedPostgres postgres = EmbeddedPostgres.start(folder.resolve("postgres"), jdbc());
    endsWithThisProcess(postgres);
    EmbeddedArtemis artemis = EmbeddedArtemis.start(folder.resolve("artemis"), jms(password));
    endsWithThisProcess(artemis);
    Recipient recipient = Recipient.start();
    endsWithThisProcess(recipient);
    tell(folder.resolve(FILE), postgres, artemis, password, recipient);
    while (System.in.read() >= 0) {
      // nothing is expected but the end
    }
    System.exit(0);
  }

  private static void measureDisk(Path folder) throws IOException {
    Files.createDirectories(folder);
    var unused = DiskSpeed.of(folder, DISK_MEASURED);
  }

  private static void endsWithThisProcess(AutoCloseable server) {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  try {
                    server.close();
                  } catch (Exception e) {
                    LOG.error("A server did not stop in order", e);
                  }
                }));
  }

  /** All candidates keep their connections while others have their turn. */
  private static PostgresSettings jdbc() {
    return PostgresSettings.defaults().withParameters(Map.of("max_connections", "200"));
  }

  private static ArtemisSettings jms(String password) throws IOException {
    return ArtemisSettings.defaults(new OneUser(password))
        .withPort(freePort())
        .withMemory(ADDRESS_BYTES, TOTAL_BYTES);
  }

  /** Driver and candidates are one user, who may do everything. */
  private record OneUser(String expected) implements ArtemisAccess {

    @Override
    public boolean authenticate(String user, String password, String from) {
      return user.equals(USER) && password.equals(expected);
    }

    @Override
    public boolean authorize(String user, Permission permission, String address) {
      return user.equals(USER);
    }
  }

  private static void tell(
      Path file,
      EmbeddedPostgres postgres,
      EmbeddedArtemis artemis,
      String password,
      Recipient recipient)
      throws IOException {
    Properties properties = new Properties();
    properties.setProperty("jdbc.url", postgres.jdbcUrl("DATABASE"));
    properties.setProperty("jdbc.user", postgres.user());
    properties.setProperty("jdbc.password", postgres.password());
    properties.setProperty("jdbc.pid", String.valueOf(postgres.pid()));
    properties.setProperty("jms.url", artemis.url());
    properties.setProperty("jms.user", USER);
    properties.setProperty("jms.password", password);
    properties.setProperty("http.url", recipient.url());
    Path partial = file.resolveSibling(FILE + ".partial");
    try (var out = Files.newOutputStream(partial)) {
      properties.store(out, null);
    }
    Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private static int freePort() throws IOException {
    try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return any.getLocalPort();
    }
  }

  private static String randomPassword() {
    byte[] random = new byte[24];
    new SecureRandom().nextBytes(random);
    return HexFormat.of().formatHex(random);
  }
}
