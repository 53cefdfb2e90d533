package io.waybill.journal;

import io.waybill.journal.SchemaException.Problem;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.jspecify.annotations.Nullable;

/** Creates the tables and views, or brings them up to date. */
public final class JournalSchema {

  /** The schema of the tables; Flyway keeps its own table there too. */
  public static final String TABLES = "waybill_journal";

  private static final int OLDEST_SERVER = 140_000;

  private final DataSource database;

  /** The schema in this database. */
  public JournalSchema(DataSource database) {
    this.database = database;
  }

  /**
   * Migrates to the version of this program.
   *
   * @throws SchemaException saying what is wrong with the database and what to do
   */
  public void migrate() {
    requireUsable();
    Flyway flyway =
        Flyway.configure(JournalSchema.class.getClassLoader())
            .dataSource(database)
            .schemas(TABLES)
            .locations("classpath:db/migration")
            .load();
    try {
      requireKnown(flyway);
      flyway.migrate();
    } catch (FlywayException e) {
      throw SchemaException.of(sqlCause(e), e);
    }
  }

  private static final String SERVER =
      """
      select
        current_setting('server_version_num')::integer,
        current_setting('server_version'),
        pg_is_in_recovery() or current_setting('transaction_read_only') = 'on',
        getdatabaseencoding(),
        current_database(),
        current_user,
        to_regnamespace('waybill_journal') is not null
          or has_database_privilege(current_database(), 'create')
      """;

  private void requireUsable() {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement();
        ResultSet server = statement.executeQuery(SERVER)) {
      server.next();
      require(
          server.getInt(1) >= OLDEST_SERVER,
          Problem.TOO_OLD,
          "The server is PostgreSQL %s; use version 14 or newer".formatted(server.getString(2)));
      require(
          !server.getBoolean(3),
          Problem.READ_ONLY,
          "The server only reads (a standby?); give the address of the primary, for example with"
              + " ?targetServerType=primary");
      require(
          "UTF8".equals(server.getString(4)),
          Problem.ENCODING,
          ("Database %s has the encoding %s and cannot hold every document's ids; create one with"
                  + " encoding 'UTF8' template template0")
              .formatted(server.getString(5), server.getString(4)));
      require(
          server.getBoolean(7),
          Problem.RIGHTS,
          "User %2$s may not create schemas; as an administrator: grant create on database \"%1$s\" to \"%2$s\""
              .formatted(server.getString(5), server.getString(6)));
    } catch (SQLException e) {
      throw SchemaException.of(e, e);
    } catch (SchemaException e) {
      throw e;
    } catch (RuntimeException e) {
      // connection pools have exceptions of their own
      throw SchemaException.of(sqlCause(e), e);
    }
  }

  private static void require(boolean holds, Problem problem, String message) {
    if (!holds) {
      throw new SchemaException(problem, message, null);
    }
  }

  /** An older program on newer tables would write what the newer one does not expect. */
  private static void requireKnown(Flyway flyway) {
    for (MigrationInfo migration : flyway.info().applied()) {
      if (migration.getState().isResolved() || migration.getVersion() == null) {
        continue;
      }
      throw new SchemaException(
          Problem.NEWER_SCHEMA,
          ("The tables have version %s, which this program does not know; start the release that"
                  + " made them, or a newer one")
              .formatted(migration.getVersion()),
          null);
    }
  }

  private static @Nullable SQLException sqlCause(Throwable error) {
    SQLException deepest = null;
    for (Throwable at = error; at != null; at = at.getCause()) {
      if (at instanceof SQLException sql) {
        deepest = sql;
      }
    }
    return deepest;
  }
}
