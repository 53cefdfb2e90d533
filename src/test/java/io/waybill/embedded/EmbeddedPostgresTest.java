package io.waybill.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.embedded.EmbeddedStartException.Problem;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedPostgresTest {

  private static final PostgresSettings SETTINGS = TestPostgres.settings();

  @TempDir Path folder;

  @Test
  void keepsDataAndPasswordOverARestart() throws Exception {
    String password;
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(folder, SETTINGS)) {
      password = postgres.password();
      execute(postgres, "create table kept (number int)", "insert into kept values (42)");
    }
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(folder, SETTINGS)) {
      assertThat(postgres.password()).isEqualTo(password);
      assertThat(ask(postgres, "select number from kept")).isEqualTo("42");
    }
  }

  @Test
  void runsDurablyOnLoopbackWithChecksumsAndAPassword() throws Exception {
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(folder, SETTINGS)) {
      for (String parameter : PostgresSettings.DURABLE) {
        assertThat(ask(postgres, "show " + parameter)).isEqualTo("on");
      }
      assertThat(ask(postgres, "show listen_addresses")).isEqualTo("127.0.0.1");
      assertThat(ask(postgres, "show data_checksums")).isEqualTo("on");
      assertThat(ask(postgres, "show server_encoding")).isEqualTo("UTF8");
      assertThat(ask(postgres, "select datcollate from pg_database where datname = 'waybill'"))
          .isEqualTo("C");
      assertThatThrownBy(
              () -> DriverManager.getConnection(postgres.jdbcUrl(), postgres.user(), "wrong"))
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28P01"));
      assertThat(
              PosixFilePermissions.toString(
                  Files.getPosixFilePermissions(folder.resolve("password"))))
          .isEqualTo("rw-------");
    }
  }

  @Test
  void refusesToGoOnWhenTheServerDoesNotKeepWhatItCommits() throws Exception {
    TestPostgres.prepared(folder);
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(folder, SETTINGS)) {
      execute(postgres, "alter role waybill set synchronous_commit = off");
    }
    assertThatThrownBy(() -> EmbeddedPostgres.start(folder, SETTINGS))
        .isInstanceOf(EmbeddedStartException.class)
        .hasMessageContaining("synchronous_commit=off")
        .hasMessageContaining("alter role")
        .extracting("problem")
        .isEqualTo(Problem.NOT_DURABLE);
    assertThat(Postmaster.running(folder.toRealPath().resolve("db"))).isEmpty();
  }

  @Test
  void cannotBeMadeUnsafeByParameters() throws Exception {
    TestPostgres.prepared(folder);
    PostgresSettings careless = SETTINGS.withParameters(Map.of("fsync", "off", "work_mem", "5MB"));
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(folder, careless)) {
      assertThat(ask(postgres, "show fsync")).isEqualTo("on");
      assertThat(ask(postgres, "show work_mem")).isEqualTo("5MB");
    }
  }

  @Test
  void refusesAFolderThatIsInUseInThisProcess() throws Exception {
    TestPostgres.prepared(folder);
    try (EmbeddedPostgres first = EmbeddedPostgres.start(folder, SETTINGS)) {
      assertThat(first.running()).isTrue();
      assertThatThrownBy(() -> EmbeddedPostgres.start(folder, SETTINGS))
          .hasMessageContaining(folder.toString())
          .hasMessageContaining(Long.toString(ProcessHandle.current().pid()))
          .extracting("problem")
          .isEqualTo(Problem.FOLDER_IN_USE);
      assertThat(first.running()).isTrue();
    }
  }

  @Test
  void startsOverAPidFileWhoseNumberBelongsToAnotherProcessNow() throws Exception {
    TestPostgres.prepared(folder);
    Path pidFile = folder.resolve("db/postmaster.pid");
    Files.writeString(
        pidFile,
        ProcessHandle.current().pid() + "\n" + folder.resolve("db") + "\n1\n5432\n\n127.0.0.1\n");
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(folder, SETTINGS)) {
      assertThat(postgres.pid()).isNotEqualTo(ProcessHandle.current().pid());
      assertThat(ask(postgres, "select 1")).isEqualTo("1");
    }
  }

  @Test
  void startsAfterTheServerItselfWasKilledAndKeepsWhatWasCommitted() throws Exception {
    TestPostgres.prepared(folder);
    EmbeddedPostgres postgres = EmbeddedPostgres.start(folder, SETTINGS);
    execute(postgres, "create table kept (number int)", "insert into kept values (42)");
    ProcessHandle.of(postgres.pid()).orElseThrow().destroyForcibly();
    postgres.ended().join();
    assertThat(postgres.running()).isFalse();
    postgres.close();
    try (EmbeddedPostgres next = EmbeddedPostgres.start(folder, SETTINGS)) {
      assertThat(ask(next, "select number from kept")).isEqualTo("42");
    }
  }

  @Test
  void stopsThoughASessionIsAtWorkAndKeepsNothingUncommitted() throws Exception {
    TestPostgres.prepared(folder);
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(folder, SETTINGS)) {
      Connection session = connect(postgres);
      session.setAutoCommit(false);
      session.createStatement().execute("create table uncommitted (number int)");
    }
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(folder, SETTINGS)) {
      assertThat(ask(postgres, "select to_regclass('uncommitted')")).isNull();
    }
  }

  @Test
  void startsOverAHalfMadeDatabase() throws Exception {
    Files.createDirectories(folder.resolve("db.partial-1/base"));
    Files.writeString(folder.resolve("db.partial-1/PG_VERSION"), "18\n");
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(folder, SETTINGS)) {
      assertThat(ask(postgres, "select 1")).isEqualTo("1");
    }
    assertThat(folder.resolve("db.partial-1")).doesNotExist();
  }

  @Test
  void saysThatThePortIsInUse() throws Exception {
    TestPostgres.prepared(folder);
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(
              () -> EmbeddedPostgres.start(folder, SETTINGS.withPort(other.getLocalPort())))
          .hasMessageContaining("127.0.0.1:" + other.getLocalPort())
          .extracting("problem")
          .isEqualTo(Problem.PORT_IN_USE);
    }
  }

  @Test
  void saysThatTheFolderCannotBeWritten() throws Exception {
    Path file = Files.writeString(folder.resolve("a-file"), "in the way");
    assertThatThrownBy(() -> EmbeddedPostgres.start(file.resolve("postgres"), SETTINGS))
        .hasMessageContaining("a-file")
        .hasMessageContaining("cannot be written")
        .extracting("problem")
        .isEqualTo(Problem.NOT_WRITABLE);
  }

  @Test
  void saysWhyTheServerGaveUp() throws Exception {
    TestPostgres.prepared(folder);
    PostgresSettings wrong =
        SETTINGS
            .withParameters(Map.of("shared_buffers", "a lot"))
            .withPatience(Duration.ofMinutes(1), Duration.ofSeconds(5));
    assertThatThrownBy(() -> EmbeddedPostgres.start(folder, wrong))
        .hasMessageContaining("shared_buffers")
        .hasMessageContaining("spring.datasource.url")
        .extracting("problem")
        .isEqualTo(Problem.DID_NOT_START);
  }

  @Test
  void saysThatTheDataIsOfAnotherVersion() throws Exception {
    TestPostgres.prepared(folder);
    Files.writeString(folder.resolve("db/PG_VERSION"), "17\n");
    assertThatThrownBy(() -> EmbeddedPostgres.start(folder, SETTINGS))
        .hasMessageContaining("PostgreSQL 17, this one is 18")
        .extracting("problem")
        .isEqualTo(Problem.UNUSABLE_DATA);
  }

  @Test
  void saysThatThePasswordFileIsMissing() throws Exception {
    TestPostgres.prepared(folder);
    Files.delete(folder.resolve("password"));
    assertThatThrownBy(() -> EmbeddedPostgres.start(folder, SETTINGS))
        .hasMessageContaining("password")
        .extracting("problem")
        .isEqualTo(Problem.UNUSABLE_DATA);
  }

  static void execute(EmbeddedPostgres postgres, String... statements) throws SQLException {
    try (Connection connection = connect(postgres);
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  static String ask(EmbeddedPostgres postgres, String query) throws SQLException {
    try (Connection connection = connect(postgres);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      rows.next();
      return rows.getString(1);
    }
  }

  static Connection connect(EmbeddedPostgres postgres) throws SQLException {
    return DriverManager.getConnection(postgres.jdbcUrl(), postgres.user(), postgres.password());
  }
}
