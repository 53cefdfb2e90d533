package io.waybill.embedded;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What may be chosen about the embedded PostgreSQL.
 *
 * @param port on loopback; 0 takes a free one at every start
 * @param patience how long a start may take, which after a crash includes reading the log again
 * @param stopPatience how long a stop may take before it is forced
 * @param parameters server parameters on top of the ones here; those of durability stay as they are
 * @param binaries where the programs are unpacked to, the server's own folder if null
 */
public record PostgresSettings(
    int port,
    Duration patience,
    Duration stopPatience,
    Map<String, String> parameters,
    @Nullable Path binaries) {

  /** Small enough for a machine with two cores and two gigabytes, large enough for the journal. */
  private static final Map<String, String> SIZES =
      Map.ofEntries(
          Map.entry("shared_buffers", "256MB"),
          Map.entry("max_connections", "80"),
          Map.entry("max_wal_size", "2GB"),
          Map.entry("min_wal_size", "256MB"),
          Map.entry("wal_buffers", "16MB"),
          Map.entry("checkpoint_timeout", "15min"),
          Map.entry("random_page_cost", "1.1"),
          Map.entry("jit", "off"),
          // a session notices while it works that its broker was killed, and gives up its locks
          Map.entry("client_connection_check_interval", "1s"));

  /** One file per weekday, each overwritten after a week; statements could show documents. */
  private static final Map<String, String> LOG =
      Map.ofEntries(
          Map.entry("logging_collector", "on"),
          Map.entry("log_filename", "postgres-%a.log"),
          Map.entry("log_rotation_age", "1d"),
          Map.entry("log_rotation_size", "0"),
          Map.entry("log_truncate_on_rotation", "on"),
          Map.entry("log_min_error_statement", "panic"),
          Map.entry("log_checkpoints", "off"),
          Map.entry("log_autovacuum_min_duration", "-1"));

  /** Asked of the server again once it runs. */
  static final List<String> DURABLE = List.of("fsync", "synchronous_commit", "full_page_writes");

  public PostgresSettings {
    parameters = Map.copyOf(parameters);
  }

  public static PostgresSettings defaults() {
    return new PostgresSettings(0, Duration.ofMinutes(5), Duration.ofSeconds(30), Map.of(), null);
  }

  public PostgresSettings withPort(int newPort) {
    return new PostgresSettings(newPort, patience, stopPatience, parameters, binaries);
  }

  public PostgresSettings withPatience(Duration start, Duration stop) {
    return new PostgresSettings(port, start, stop, parameters, binaries);
  }

  public PostgresSettings withParameters(Map<String, String> newParameters) {
    return new PostgresSettings(port, patience, stopPatience, newParameters, binaries);
  }

  public PostgresSettings withBinaries(Path folder) {
    return new PostgresSettings(port, patience, stopPatience, parameters, folder);
  }

  /**
   * The server's arguments, always in the same order; on the command line nothing overrides them.
   */
  List<String> arguments(Path logFolder) {
    Map<String, String> all = new LinkedHashMap<>();
    SIZES.entrySet().stream().sorted(Map.Entry.comparingByKey()).forEach(e -> put(all, e));
    LOG.entrySet().stream().sorted(Map.Entry.comparingByKey()).forEach(e -> put(all, e));
    parameters.entrySet().stream().sorted(Map.Entry.comparingByKey()).forEach(e -> put(all, e));
    all.put("log_directory", logFolder.toString());
    all.put("listen_addresses", "127.0.0.1");
    all.put("unix_socket_directories", "");
    all.put("port", Integer.toString(port));
    DURABLE.forEach(parameter -> all.put(parameter, "on"));
    return all.entrySet().stream()
        .flatMap(e -> Stream.of("-c", e.getKey() + "=" + e.getValue()))
        .toList();
  }

  private static void put(Map<String, String> all, Map.Entry<String, String> entry) {
    all.put(entry.getKey(), entry.getValue());
  }
}
