package io.waybill.bench.candidate;

import io.waybill.bench.services.Servers;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;

/** What a program of the benchmark finds in its environment. */
public record Surroundings(
    String jmsUrl,
    String jmsUser,
    String jmsPassword,
    String jdbcUrl,
    String jdbcUser,
    String jdbcPassword,
    String in,
    String out) {

  /** What such a program says when it takes documents. */
  public static final String READY = "bench: ready";

  static Map<String, String> environment(Stage stage) {
    Servers servers = stage.servers();
    return Map.of(
        "BENCH_JMS_URL", servers.jmsUrl(),
        "BENCH_JMS_USER", servers.jmsUser(),
        "BENCH_JMS_PASSWORD", servers.jmsPassword(),
        "BENCH_JDBC_URL", stage.jdbcUrl(),
        "BENCH_JDBC_USER", servers.jdbcUser(),
        "BENCH_JDBC_PASSWORD", servers.jdbcPassword(),
        "BENCH_IN", stage.in(),
        "BENCH_OUT", stage.out());
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
        value("BENCH_OUT"));
  }

  private static String value(String name) {
    return Objects.requireNonNull(System.getenv(name), name);
  }

  public ActiveMQConnectionFactory connections() {
    return new ActiveMQConnectionFactory(jmsUrl, jmsUser, jmsPassword);
  }

  /** Tells the driver, and lets the program run until it is stopped. */
  public static void ready() throws InterruptedException {
    System.out.println(READY);
    new CountDownLatch(1).await();
  }
}
