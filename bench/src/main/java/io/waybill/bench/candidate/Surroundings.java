package io.waybill.bench.candidate;

import io.waybill.bench.services.Servers;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;

/**
 * What a program of the benchmark finds in its environment.
 *
 * @param port where it takes documents by HTTP
 * @param httpUrl where it posts them by HTTP
 * @param folder for its files
 */
public record Surroundings(
    String jmsUrl,
    String jmsUser,
    String jmsPassword,
    String jdbcUrl,
    String jdbcUser,
    String jdbcPassword,
    String in,
    String out,
    Door door,
    int port,
    String httpUrl,
    Path folder) {

  /** What such a program says when it takes documents. */
  public static final String READY = "bench: ready";

  static Map<String, String> environment(Stage stage) {
    Servers servers = stage.servers();
    return Map.ofEntries(
        Map.entry("BENCH_JMS_URL", servers.jmsUrl()),
        Map.entry("BENCH_JMS_USER", servers.jmsUser()),
        Map.entry("BENCH_JMS_PASSWORD", servers.jmsPassword()),
        Map.entry("BENCH_JDBC_URL", stage.jdbcUrl()),
        Map.entry("BENCH_JDBC_USER", servers.jdbcUser()),
        Map.entry("BENCH_JDBC_PASSWORD", servers.jdbcPassword()),
        Map.entry("BENCH_IN", stage.in()),
        Map.entry("BENCH_OUT", stage.out()),
        Map.entry("BENCH_DOOR", stage.door().name()),
        Map.entry("BENCH_PORT", String.valueOf(stage.port())),
        Map.entry("BENCH_HTTP_URL", stage.httpUrl()),
        Map.entry("BENCH_FOLDER", stage.folder().toString()));
  }

  /** Those of this process. */
  public static Surroundings here() {
    return new Surroundings(
        value("BENCH_JMS_URL"),
        value("BENCH_JMS_USER"),
        value("BENCH_JMS_PASSWORD"),
        value("BENCH_JDBC_URL"),
        value("BENCH_JDBC_USER"),
        value("BENCH_JDBC_PASSWORD"),
        value("BENCH_IN"),
        value("BENCH_OUT"),
        Door.valueOf(value("BENCH_DOOR")),
        Integer.parseInt(value("BENCH_PORT")),
        value("BENCH_HTTP_URL"),
        Path.of(value("BENCH_FOLDER")));
  }

  private static String value(String name) {
    return Objects.requireNonNull(System.getenv(name), name);
  }

  public ActiveMQConnectionFactory connections() {
    return new ActiveMQConnectionFactory(jmsUrl, jmsUser, jmsPassword);
  }

  /** Tells the driver that this program takes documents. */
  public static void say() {
    System.out.println(READY);
  }

  /** Tells the driver, and lets the program run until it is stopped. */
  public static void ready() throws InterruptedException {
    say();
    new CountDownLatch(1).await();
  }
}
