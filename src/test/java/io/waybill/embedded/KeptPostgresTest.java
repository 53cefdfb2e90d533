package io.waybill.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptPostgresTest {

  @Test
  void aServerThatIsKilledIsStartedAgainAtTheSameAddressWithItsData(@TempDir Path folder)
      throws Exception {
    try (KeptPostgres postgres =
        KeptPostgres.start(
            TestPostgres.prepared(folder.resolve("postgres")), TestPostgres.settings())) {
      String url = postgres.jdbcUrl();
      execute(postgres, "create table kept as select 7 as value");
      long killed = postgres.pid();

      ProcessHandle.of(killed).orElseThrow().destroyForcibly();

      await()
          .atMost(Duration.ofSeconds(60))
          .ignoreExceptionsInstanceOf(SQLException.class)
          .untilAsserted(() -> assertThat(value(postgres)).isEqualTo(7));
      assertThat(postgres.jdbcUrl()).isEqualTo(url);
      assertThat(postgres.pid()).isNotEqualTo(killed);
    }
  }

  private static Connection connect(KeptPostgres postgres) throws SQLException {
    return DriverManager.getConnection(postgres.jdbcUrl(), postgres.user(), postgres.password());
  }

  private static void execute(KeptPostgres postgres, String sql) throws SQLException {
    try (Connection connection = connect(postgres);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static int value(KeptPostgres postgres) throws SQLException {
    try (Connection connection = connect(postgres);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("select value from kept")) {
      row.next();
      return row.getInt(1);
    }
  }
}
