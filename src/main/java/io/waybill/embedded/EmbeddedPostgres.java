package io.waybill.embedded;

import io.waybill.embedded.EmbeddedStartException.Problem;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
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
public final class EmbeddedPostgres implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedPostgres.class);

  private static final String USER = "waybill";
  private static final String DATABASE = "waybill";
  private static final String MAINTENANCE_DATABASE = "postgres";

  /** What programs, an empty database and its first log segments take. */
  private static final long SPACE_FOR_FIRST_START = 250_000_000;

  private static final long SPACE_FOR_START = 20_000_000;

  /** A free port may be taken by another program before the server has it. */
  private static final int PORT_TRIES = 3;

  private static final Duration ANSWER_PATIENCE = Duration.ofSeconds(10);

  private final DataFolder folder;
  private final PostgresSettings settings;
  private final Path database;
  private final Path logFolder;
  private final Path startLog;
  private final PostgresBinaries binaries;
  private final ServerUser serverUser;
  private final String password;
  private Postmaster postmaster;
  private int port;

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
    this.database = folder.path().resolve("db");
    this.logFolder = folder.path().resolve("log");
    this.startLog = logFolder.resolve("start.log");
    boolean first = !Files.exists(database);
    DataFolder.requireSpace(folder.path(), first ? SPACE_FOR_FIRST_START : SPACE_FOR_START);
    Path cache = settings.binaries() == null ? folder.path() : settings.binaries();
    Files.createDirectories(cache);
    this.binaries = PostgresBinaries.unpack(cache.toRealPath());
    this.serverUser = ServerUser.choose(database, binaries.postgres());
    this.password = password(first);
    Files.createDirectories(logFolder);
    serverUser.give(logFolder);
    if (first) {
      initialise();
    }
    requireSameVersion();
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
    return USER;
  }

  public String password() {
    return password;
  }

  /** The process id of the server's main process. */
  public long pid() {
    return postmaster.pid();
  }

  public boolean running() {
    return postmaster.alive();
  }

  /** Completes when the server's main process ends, whoever ended it. */
  public CompletableFuture<Void> ended() {
    return ProcessHandle.of(pid())
        .map(process -> process.onExit().<Void>thenApply(dead -> null))
        .orElseGet(() -> CompletableFuture.completedFuture(null));
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

  private String password(boolean first) throws IOException {
    Path file = folder.path().resolve("password");
    if (Files.exists(file)) {
      return Files.readString(file).strip();
    }
    if (!first) {
      throw new EmbeddedStartException(
          Problem.UNUSABLE_DATA,
          "the password of the embedded PostgreSQL is missing",
          file.toString(),
          "Restore this file from the backup that the data came from.");
    }
    byte[] random = new byte[24];
    new SecureRandom().nextBytes(random);
    String generated = HexFormat.of().formatHex(random);
    Path partial = writePrivately(folder.path().resolve("password.partial"), generated);
    Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
    return generated;
  }

  private static Path writePrivately(Path file, String content) throws IOException {
    Files.deleteIfExists(file);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    return Files.writeString(file, content + "\n", StandardOpenOption.SYNC);
  }

  /** Makes an empty database under another name first, so that a half made one is never used. */
  private void initialise() throws IOException {
    LOG.info("Making an empty database in {}", database);
    Path partial = folder.path().resolve("db.partial");
    PostgresBinaries.delete(partial);
    Files.createDirectory(
        partial, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    serverUser.give(partial);
    Path passwordFile = writePrivately(folder.path().resolve("password.initdb"), password);
    serverUser.give(passwordFile);
    try {
      Process initdb =
          serverUser
              .process(
                  List.of(
                      binaries.initdb().toString(),
                      "--pgdata=" + partial,
                      "--username=" + USER,
                      "--pwfile=" + passwordFile,
                      "--auth=scram-sha-256",
                      "--encoding=UTF8",
                      "--locale=C",
                      "--data-checksums"))
              .redirectErrorStream(true)
              .redirectOutput(startLog.toFile())
              .start();
      if (!initdb.waitFor(settings.patience().toMillis(), TimeUnit.MILLISECONDS)) {
        initdb.destroyForcibly();
        throw didNotStart("making the database took longer than " + settings.patience());
      }
      if (initdb.exitValue() != 0) {
        throw didNotStart("initdb ended with code " + initdb.exitValue());
      }
    } catch (InterruptedException e) {
      throw interrupted(e);
    } finally {
      Files.deleteIfExists(passwordFile);
    }
    Files.move(partial, database, StandardCopyOption.ATOMIC_MOVE);
  }

  private void requireSameVersion() throws IOException {
    String written = majorOf(Files.readString(database.resolve("PG_VERSION")));
    Path own = binaries.home().resolve("share/postgresql/postgres.bki");
    String programs = majorOf(Files.readAllLines(own).get(0).replace("# PostgreSQL", ""));
    if (!written.equals(programs)) {
      throw new EmbeddedStartException(
          Problem.UNUSABLE_DATA,
          "the database was written by PostgreSQL " + written + ", this one is " + programs,
          database.toString(),
          "Dump it with the earlier version of the broker and load it into an empty folder.");
    }
  }

  private static String majorOf(String version) {
    return version.strip().split("\\.")[0];
  }

  private Postmaster adoptOrStart() throws IOException {
    Optional<Postmaster> orphan = Postmaster.running(database);
    if (orphan.isPresent()) {
      if (adoptable(orphan.get())) {
        LOG.info(
            "Adopted the PostgreSQL (pid {}) that a killed broker left behind", orphan.get().pid());
        return orphan.get();
      }
      LOG.info("Stopping the PostgreSQL (pid {}) of an earlier broker", orphan.get().pid());
      orphan.get().stop(serverUser, binaries.control(), settings.stopPatience());
    }
    Postmaster.awaitNobody(database, ANSWER_PATIENCE);
    Postmaster.forgetDead(database);
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
      requireDurable(itsPort);
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
            .redirectOutput(startLog.toFile())
            .start();
    try {
      process.getOutputStream().close();
      Postmaster started = new Postmaster(database, process.pid());
      if (!Postmaster.await(settings.patience(), () -> started.ready() || !process.isAlive())) {
        throw didNotStart("no answer after " + settings.patience());
      }
      if (!process.isAlive()) {
        throw didNotStart("the server ended with code " + process.exitValue());
      }
      requireDurable(chosen);
      LOG.info("PostgreSQL (pid {}) runs on 127.0.0.1:{} in {}", process.pid(), chosen, database);
      return started;
    } catch (SQLException e) {
      stopAgain(process);
      throw didNotStart("the server does not let the broker in: " + e.getMessage());
    } catch (RuntimeException | IOException e) {
      stopAgain(process);
      throw e;
    }
  }

  private void stopAgain(Process process) {
    if (process.isAlive()) {
      new Postmaster(database, process.pid())
          .stop(serverUser, binaries.control(), settings.stopPatience());
      process.destroyForcibly();
    }
  }

  private List<String> command(int chosenPort) {
    List<String> command = new ArrayList<>();
    command.add(binaries.postgres().toString());
    command.add("-D");
    command.add(database.toString());
    command.addAll(settings.withPort(chosenPort).arguments(logFolder));
    return command;
  }

  private void requireDurable(int atPort) throws SQLException {
    createDatabase(atPort);
    try (Connection connection = connect(atPort, DATABASE)) {
      for (String parameter : PostgresSettings.DURABLE) {
        String value = setting(connection, parameter);
        if (!value.equals("on")) {
          throw new EmbeddedStartException(
              Problem.NOT_DURABLE,
              "the server says " + parameter + "=" + value,
              database.toString(),
              "Reset it (alter database, alter role), as a commit would not survive a power cut.");
        }
      }
    }
  }

  private static String setting(Connection connection, String parameter) throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement("select current_setting(?)")) {
      query.setString(1, parameter);
      try (ResultSet rows = query.executeQuery()) {
        rows.next();
        return rows.getString(1);
      }
    }
  }

  private void createDatabase(int atPort) throws SQLException {
    try (Connection connection = connect(atPort, MAINTENANCE_DATABASE);
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

  private Connection connect(int atPort, String databaseName) throws SQLException {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setServerNames(new String[] {"127.0.0.1"});
    source.setPortNumbers(new int[] {atPort});
    source.setDatabaseName(databaseName);
    source.setUser(USER);
    source.setPassword(password);
    source.setConnectTimeout((int) ANSWER_PATIENCE.toSeconds());
    source.setSocketTimeout((int) ANSWER_PATIENCE.toSeconds());
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

  private EmbeddedStartException didNotStart(String what) {
    return new EmbeddedStartException(
        Problem.DID_NOT_START,
        "PostgreSQL did not start: " + what + lastWords(),
        database.toString(),
        "Read the files in " + logFolder + ", or set spring.datasource.url to a PostgreSQL of your"
            + " own.");
  }

  /** The end of what the server wrote before it opened its log. */
  private String lastWords() {
    try {
      List<String> lines = Files.readAllLines(startLog);
      List<String> last = lines.subList(Math.max(0, lines.size() - 5), lines.size());
      return last.isEmpty() ? "" : "; it said: " + String.join(" | ", last);
    } catch (IOException e) {
      return "";
    }
  }

  private EmbeddedStartException interrupted(@Nullable InterruptedException e) {
    Thread.currentThread().interrupt();
    return new EmbeddedStartException(
        Problem.DID_NOT_START, "the start was interrupted", database.toString(), "Start again.", e);
  }
}
