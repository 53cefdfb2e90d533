package io.waybill.provider;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/** The tables in which a provider keeps its history, in a schema that it names. */
public final class HistoryTables {

  private static final String SCRIPT = "history.sql";

  private HistoryTables() {}

  /** Makes schema and tables where they are missing; what is there stays. */
  public static void create(DataSource database, String schema) throws SQLException {
    OneTransaction.of(
        database,
        connection -> {
          // "if not exists" alone fails when two do it at once
          try (PreparedStatement alone =
              connection.prepareStatement("select pg_advisory_xact_lock(hashtext(?))")) {
            alone.setString(1, "waybill history in " + schema);
            alone.execute();
          }
          try (Statement statement = connection.createStatement()) {
            if (!exists(connection, schema)) {
              statement.execute("create schema " + Table.quoted(schema));
            }
            statement.execute("set local search_path to " + Table.quoted(schema));
            statement.execute("set local client_min_messages to warning");
            statement.execute(script());
          }
          return OneTransaction.Ended.kept(true);
        });
  }

  /** Asked first: to create one that exists needs the same rights as one that does not. */
  private static boolean exists(Connection connection, String schema) throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement("select 1 from pg_namespace where nspname = ?")) {
      query.setString(1, schema);
      try (ResultSet rows = query.executeQuery()) {
        return rows.next();
      }
    }
  }

  /** The SQL that makes them in the schema of the search path, for those who do it themselves. */
  public static String script() {
    try (InputStream script = HistoryTables.class.getResourceAsStream(SCRIPT)) {
      if (script == null) {
        throw new IllegalStateException(SCRIPT + " is missing in the jar of the library");
      }
      return new String(script.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
