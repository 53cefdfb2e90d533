package io.waybill.bench.report;

import io.waybill.bench.services.Servers;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.activemq.artemis.api.core.client.ActiveMQClient;

/**
 * On what and with what was measured, as name and value.
 *
 * @param facts in the order in which they are told
 */
public record Machine(Map<String, String> facts) {

  private static final double GIBIBYTE = 1 << 30;

  /** Looks at this machine and asks the servers. */
  public static Machine look(Path run, Servers servers) throws IOException, SQLException {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put(
        "processor", first(Path.of("/proc/cpuinfo"), "model name", System.getProperty("os.arch")));
    facts.put("cores", String.valueOf(Runtime.getRuntime().availableProcessors()));
    facts.put("memory", memory());
    facts.put("load before", "%.2f".formatted(load()));
    facts.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    facts.put(
        "synced write of 4 KiB",
        "%.0f µs".formatted(syncNanos(run.resolve("servers/artemis")) / 1e3));
    facts.put(
        "Java", System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"));
    facts.put(
        "Artemis",
        version(ActiveMQClient.class) + ", journal NIO, synced, buffer timeout as a synced write");
    servers.postgresSettings().forEach((name, value) -> facts.put("PostgreSQL " + name, value));
    return new Machine(facts);
  }

  private static String version(Class<?> type) {
    String version = type.getPackage().getImplementationVersion();
    return version == null ? "(unknown)" : version;
  }

  private static String memory() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean system
        ? "%.0f GiB".formatted(system.getTotalMemorySize() / GIBIBYTE)
        : "(unknown)";
  }

  private static double load() {
    return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
  }

  private static String first(Path file, String key, String otherwise) throws IOException {
    if (!Files.exists(file)) {
      return otherwise;
    }
    return Files.readAllLines(file).stream()
        .filter(line -> line.startsWith(key))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse(otherwise);
  }

  /** As the journal of Artemis got it. */
  private static double syncNanos(Path artemis) throws IOException {
    Properties disk = new Properties();
    try (var in = Files.newInputStream(artemis.resolve("disk.properties"))) {
      disk.load(in);
    }
    return Double.parseDouble(disk.getProperty("sync-nanos"));
  }
}
