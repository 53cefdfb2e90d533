package io.waybill.bench.services;

import io.waybill.bench.run.Waiting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;

/** The servers as the driver sees them. */
public final class Servers implements AutoCloseable {

  private static final Duration START_PATIENCE = Duration.ofMinutes(3);

  /** What decides whether a commit is on disk, and what else is told of the server. */
  private static final List<String> SETTINGS =
      List.of(
          "server_version",
          "fsync",
          "synchronous_commit",
          "full_page_writes",
          "wal_sync_method",
          "shared_buffers",
          "max_wal_size",
          "wal_buffers",
          "checkpoint_timeout");

  private final Process process;
  private final Properties places;

  /** Starts the process on an empty folder and returns when both answer. */
  public static Servers start(Path folder, List<String> jvm) throws IOException {
    Files.createDirectories(folder);
    Path file = folder.resolve(Services.FILE);
    Files.deleteIfExists(file);
    Path log = folder.resolve("services.log");
    Process process =
        new ProcessBuilder(Java.command(jvm, Services.class, folder.toString()))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    Waiting.until(
        "the servers, see " + log, START_PATIENCE, () -> Files.exists(file) || !process.isAlive());
    if (!process.isAlive()) {
      throw new IOException("The servers ended at once:\n" + Files.readString(log));
    }
    Properties places = new Properties();
    try (var in = Files.newInputStream(file)) {
      places.load(in);
    }
    Files.delete(file);
    return new Servers(process, places);
  }

  private Servers(Process process, Properties places) {
    this.process = process;
    this.places = places;
  }

  public String jmsUrl() {
    return places.getProperty("jms.url");
  }

  public String jmsUser() {
    return places.getProperty("jms.user");
  }

  public String jmsPassword() {
    return places.getProperty("jms.password");
  }

  public String jdbcUrl(String database) {
    return places.getProperty("jdbc.url").replace("DATABASE", database);
  }

  public String jdbcUser() {
    return places.getProperty("jdbc.user");
  }

  public String jdbcPassword() {
    return places.getProperty("jdbc.password");
  }

  /** Where orders can be posted to by HTTP. */
  public String httpUrl() {
    return places.getProperty("http.url");
  }

  /** The JVM of Artemis, and of the destination by HTTP. */
  public ProcessHandle jms() {
    return process.toHandle();
  }

  /** The main process of PostgreSQL; its sessions are its children. */
  public ProcessHandle postgres() {
    return ProcessHandle.of(Long.parseLong(places.getProperty("jdbc.pid"))).orElseThrow();
  }

  public ActiveMQConnectionFactory connections() {
    return new ActiveMQConnectionFactory(jmsUrl(), jmsUser(), jmsPassword());
  }

  public Connection connect(String database) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", jdbcUser());
    properties.setProperty("password", jdbcPassword());
    // the driver says so when a server does not answer any more
    properties.setProperty("loginTimeout", "30");
    properties.setProperty("socketTimeout", "120");
    return DriverManager.getConnection(jdbcUrl(database), properties);
  }

  /** An empty database of this name; one that was there is gone with everything in it. */
  public void freshDatabase(String name) throws SQLException {
    if (!name.matches("[a-z0-9_]+")) {
      throw new IllegalArgumentException("Not a plain name: " + name);
    }
    try (Connection connection = connect("postgres");
        Statement statement = connection.createStatement()) {
      // a name cannot be bound, and this one is plain
      statement.execute("drop database if exists " + name + " with (force)");
      statement.execute("create database " + name);
    }
  }

  /** Writes out what earlier samples have left, so that no later one pays for it. */
  public void checkpoint() throws SQLException {
    try (Connection connection = connect("postgres");
        Statement statement = connection.createStatement()) {
      statement.execute("checkpoint");
    }
  }

  /** The settings of PostgreSQL, as the server itself says. */
  public Map<String, String> postgresSettings() throws SQLException {
    Map<String, String> settings = new TreeMap<>();
    try (Connection connection = connect("postgres");
        var query = connection.prepareStatement("select current_setting(?)")) {
      for (String name : SETTINGS) {
        query.setString(1, name);
        try (ResultSet row = query.executeQuery()) {
          row.next();
          settings.put(name, row.getString(1));
        }
      }
      settings.put("driver", connection.getMetaData().getDriverVersion());
    }
    return settings;
  }

  @Override
  public void close() throws IOException {
    process.getOutputStream().close();
    try {
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroy();
    }
  }
}
