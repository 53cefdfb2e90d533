package io.waybill.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.embedded.TestPostgres;
import io.waybill.embedded.TestPostgres.Database;
import io.waybill.journal.SchemaException.Problem;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

class JournalSchemaTest {

  private final Database database = TestPostgres.freshDatabase();

  @Test
  void migratingAgainChangesNothing() {
    new JournalSchema(database.dataSource()).migrate();
    new JournalSchema(database.dataSource()).migrate();
  }

  @Test
  void tablesOfANewerReleaseAreLeftAlone() throws SQLException {
    new JournalSchema(database.dataSource()).migrate();
    execute(
        """
        insert into waybill_journal.flyway_schema_history (
          installed_rank, version, description, type, script, checksum, installed_by,
          execution_time, success)
        values (99, '999', 'later', 'SQL', 'V999__later.sql', 1, 'someone', 1, true)
        """);

    fails(database, Problem.NEWER_SCHEMA, "999");
  }

  @Test
  void aServerThatIsNotThereIsNamedUnreachable() {
    fails(
        new Database("jdbc:postgresql://127.0.0.1:1/none", "nobody", "x"),
        Problem.UNREACHABLE,
        "spring.datasource.url");
  }

  @Test
  void aMissingDatabaseIsNamed() {
    fails(
        new Database(
            database.url().replaceAll("test_\\d+", "missing"),
            database.user(),
            database.password()),
        Problem.NO_DATABASE,
        "missing");
  }

  @Test
  void aWrongPasswordIsNamed() {
    fails(
        new Database(database.url(), database.user(), database.password() + "x"),
        Problem.REFUSED_LOGIN,
        "spring.datasource.password");
  }

  @Test
  void aUserWithoutRightsIsToldWhichOnesToGet() throws SQLException {
    execute(
        """
        create role visitor login password 'visitor'
        """);

    fails(
        new Database(database.url(), "visitor", "visitor"),
        Problem.RIGHTS,
        "grant create on database");
  }

  @Test
  void aServerThatOnlyReadsIsRefused() throws SQLException {
    execute(
        """
        create role reader login superuser password 'reader';
        alter role reader set default_transaction_read_only = on
        """);

    fails(new Database(database.url(), "reader", "reader"), Problem.READ_ONLY, "primary");
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static void fails(Database database, Problem problem, String said) {
    JournalSchema schema = new JournalSchema(database.dataSource());
    assertThatThrownBy(schema::migrate)
        .hasMessageContaining(said)
        .isInstanceOfSatisfying(
            SchemaException.class, e -> assertThat(e.problem()).isEqualTo(problem));
  }
}
