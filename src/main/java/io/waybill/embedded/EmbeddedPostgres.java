package io.waybill.embedded;

import io.waybill.embedded.EmbeddedStartException.Problem;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.postgresql.ds.PGSimpleDataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A PostgreSQL of the broker's own, on loopback, with a generated password. Its folder holds {@code
 * bin-...} (the programs), {@code db} (the database), {@code log} and {@code password}.
 *
 * <p>The server is a child process and outlives a broker that is killed. The next broker adopts it
 * if it was started by exactly the command that would start it now and answers; anything else is
 * stopped and started anew. Before it is handed out, the server itself has said that it keeps what
 * it commits.
 */
public final class EmbeddedPostgres implements Kept.Server {

  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedPostgres.class);

  private static final String DATABASE = "waybill";
  private static final String MAINTENANCE_DATABASE = "postgres";

  /** What programs, an empty database and its first log segments take. */
  private static final long SPACE_FOR_FIRST_START = 250_000_000;

  private static final long SPACE_FOR_START = 20_000_000;

  /** A free port may be taken by another program before the server has it. */
  private static final int PORT_TRIES = 3;

  /** An orphan that needs longer is not well. */
  private static final Duration ANSWER_PATIENCE = Duration.ofSeconds(10);

  private final DataFolder folder;
  private final PostgresSettings settings;
  private final PostgresCluster cluster;
  private final PostgresBinaries binaries;
  private final ServerUser serverUser;
  private final String password;
  private final Postmaster postmaster;
  private final int port;

  /**
   * Starts the server on a folder, or takes over the one that runs there, and returns when it
   * answers.
   *
   * @throws EmbeddedStartException if that cannot be; says what to change
   */
  public static EmbeddedPostgres start(Path folder, PostgresSettings settings) {
    DataFolder claimed = DataFolder.claim(folder);
    try {
      return new EmbeddedPostgres(claimed, settings);
    } catch (IOException e) {
      claimed.close();
      throw DataFolder.notWritable(claimed.path(), e);
    } catch (RuntimeException e) {
      claimed.close();
      throw e;
    }
  }

  private EmbeddedPostgres(DataFolder folder, PostgresSettings settings) throws IOException {
    this.folder = folder;
    this.settings = settings;
    this.cluster = new PostgresCluster(folder.path());
    boolean first = !cluster.exists();
    DataFolder.requireSpace(folder.path(), first ? SPACE_FOR_FIRST_START : SPACE_FOR_START);
    Path cache = settings.binaries() == null ? folder.path() : settings.binaries();
    Files.createDirectories(cache);
    this.binaries = PostgresBinaries.unpack(cache.toRealPath());
    this.serverUser = ServerUser.choose(cluster.database(), binaries.postgres());
    cluster.prepareLog(serverUser);
    if (first) {
      cluster.initialise(binaries, serverUser, settings.patience());
    }
    cluster.requireVersionOf(binaries);
    this.password = cluster.password();
    cluster.closeToOthers();
    this.postmaster = adoptOrStart();
    this.port = postmaster.port();
    if (cache.equals(folder.path())) {
      binaries.deleteOthers();
    }
  }

  public String jdbcUrl() {
    return jdbcUrl(DATABASE);
  }

  /** The address of another database of this server. */
  public String jdbcUrl(String databaseName) {
    return "jdbc:postgresql://127.0.0.1:" + port + "/" + databaseName;
  }

  public String user() {
    return PostgresCluster.USER;
  }

  public String password() {
    return password;
  }

  /** The port it listens on. */
  int port() {
    return port;
  }

  /** The process id of the server's main process. */
  public long pid() {
    return postmaster.pid();
  }

  public boolean running() {
    return postmaster.alive();
  }

  /** Completes when the server's main process ends. */
  @Override
  public CompletableFuture<String> ended() {
    String why = "its process " + pid() + " is gone";
    return ProcessHandle.of(pid())
        .map(process -> process.onExit().thenApply(dead -> why))
        .orElseGet(() -> CompletableFuture.completedFuture(why));
  }

  /** Ends all sessions, writes a checkpoint, stops the server and gives the folder free. */
  @Override
  public void close() {
    try {
      if (postmaster.alive()) {
        postmaster.stop(serverUser, binaries.control(), settings.stopPatience());
      }
    } finally {
      folder.close();
    }
  }

  private Postmaster adoptOrStart() throws IOException {
    Optional<Postmaster> orphan = Postmaster.running(cluster.database());
    if (orphan.isPresent()) {
      if (adoptable(orphan.get())) {
        LOG.info(
            "Adopted the PostgreSQL (pid {}) that a killed broker left behind", orphan.get().pid());
        return orphan.get();
      }
      LOG.info("Stopping the PostgreSQL (pid {}) of an earlier broker", orphan.get().pid());
      orphan.get().stop(serverUser, binaries.control(), settings.stopPatience());
    }
    Postmaster.awaitNobody(cluster.database(), ANSWER_PATIENCE);
    Postmaster.forgetDead(cluster.database());
    return startOnFreePort();
  }

  private boolean adoptable(Postmaster orphan) {
    int itsPort = settings.port() == 0 ? orphan.port() : settings.port();
    if (!orphan.command().equals(command(itsPort))) {
      return false;
    }
    Duration patience = orphan.ready() ? ANSWER_PATIENCE : settings.patience();
    if (!Postmaster.await(patience, () -> orphan.ready() || !orphan.alive()) || !orphan.alive()) {
      return false;
    }
    try {
      requireDurable(itsPort, ANSWER_PATIENCE);
      return true;
    } catch (SQLException | EmbeddedStartException e) {
      LOG.info("The PostgreSQL (pid {}) is not taken over: {}", orphan.pid(), e.getMessage());
      return false;
    }
  }

  private Postmaster startOnFreePort() throws IOException {
    for (int attempt = 1; ; attempt++) {
      int chosen = portOf(settings.port());
      try {
        return startOn(chosen);
      } catch (EmbeddedStartException e) {
        boolean taken = settings.port() == 0 && inUse(chosen);
        if (!taken || attempt == PORT_TRIES) {
          throw e;
        }
      }
    }
  }

  private Postmaster startOn(int chosen) throws IOException {
    Process process =
        serverUser
            .process(command(chosen))
            .redirectErrorStream(true)
            .redirectOutput(cluster.startLog().toFile())
            .start();
    try {
      process.getOutputStream().close();
      Postmaster started = new Postmaster(cluster.database(), process.pid());
      if (!Postmaster.await(settings.patience(), () -> started.ready() || !process.isAlive())) {
        throw cluster.didNotStart("no answer after " + settings.patience());
      }
      if (!process.isAlive()) {
        throw cluster.didNotStart("the server ended with code " + process.exitValue());
      }
      requireDurable(chosen, settings.patience());
      LOG.info(
          "PostgreSQL (pid {}) runs on 127.0.0.1:{} in {}",
          process.pid(),
          chosen,
          cluster.database());
      return started;
    } catch (SQLException e) {
      stopAgain(process);
      throw cluster.didNotStart("the server does not let the broker in: " + e.getMessage());
    } catch (RuntimeException | IOException e) {
      stopAgain(process);
      throw e;
    }
  }

  private void stopAgain(Process process) {
    if (process.isAlive()) {
      new Postmaster(cluster.database(), process.pid())
          .stop(serverUser, binaries.control(), settings.stopPatience());
      process.destroyForcibly();
    }
  }

  private List<String> command(int chosenPort) {
    List<String> command = new ArrayList<>();
    command.add(binaries.postgres().toString());
    command.add("-D");
    command.add(cluster.database().toString());
    command.addAll(settings.withPort(chosenPort).arguments(cluster.logFolder()));
    return command;
  }

  private void requireDurable(int atPort, Duration patience) throws SQLException {
    createDatabase(atPort, patience);
    try (Connection connection = connect(atPort, DATABASE, patience)) {
      for (String parameter : PostgresSettings.DURABLE) {
        String value = setting(connection, parameter);
        if (!value.equals("on")) {
          throw new EmbeddedStartException(
              Problem.NOT_DURABLE,
              "the server says " + parameter + "=" + value,
              cluster.database().toString(),
              "Reset it (alter database, alter role), as a commit would not survive a power cut.");
        }
      }
    }
  }

  private static String setting(Connection connection, String parameter) throws SQLException {
    try (PreparedStatement query = connection.prepareStatement("select current_setting(?)")) {
      query.setString(1, parameter);
      try (ResultSet rows = query.executeQuery()) {
        rows.next();
        return rows.getString(1);
      }
    }
  }

  private void createDatabase(int atPort, Duration patience) throws SQLException {
    try (Connection connection = connect(atPort, MAINTENANCE_DATABASE, patience);
        Statement statement = connection.createStatement()) {
      boolean exists;
      try (ResultSet rows =
          statement.executeQuery("select 1 from pg_database where datname = 'waybill'")) {
        exists = rows.next();
      }
      if (!exists) {
        statement.execute("create database waybill");
      }
    }
  }

  private Connection connect(int atPort, String databaseName, Duration patience)
      throws SQLException {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setServerNames(new String[] {"127.0.0.1"});
    source.setPortNumbers(new int[] {atPort});
    source.setDatabaseName(databaseName);
    source.setUser(PostgresCluster.USER);
    source.setPassword(password);
    source.setConnectTimeout((int) patience.toSeconds());
    source.setSocketTimeout((int) patience.toSeconds());
    return source.getConnection();
  }

  private static int portOf(int configured) throws IOException {
    if (configured == 0) {
      try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        return any.getLocalPort();
      }
    }
    if (inUse(configured)) {
      throw new EmbeddedStartException(
          Problem.PORT_IN_USE,
          "another program listens on the port of the embedded PostgreSQL",
          "127.0.0.1:" + configured,
          "Stop that program, or choose another port; 0 takes a free one.");
    }
    return configured;
  }

  private static boolean inUse(int port) {
    try (ServerSocket probe = new ServerSocket()) {
      probe.setReuseAddress(true);
      probe.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return false;
    } catch (IOException e) {
      return true;
    }
  }
}
