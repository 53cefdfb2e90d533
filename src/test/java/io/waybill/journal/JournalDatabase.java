package io.waybill.journal;

import io.waybill.embedded.TestPostgres;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;

/** A database of its own with the journal's tables, and ways to look behind the journal. */
final class JournalDatabase {

  final TestPostgres.Database database = TestPostgres.freshDatabase();
  final AtomicInteger statements = new AtomicInteger();

  JournalDatabase() {
    new JournalSchema(database.dataSource()).migrate();
  }

  JdbcJournal journal() {
    return new JdbcJournal(counting(), new Takeover(database.dataSource(), Duration.ofMillis(300)));
  }

  void execute(String sql) {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  long number(String sql) {
    return Long.parseLong(text(sql));
  }

  String text(String sql) {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      result.next();
      return String.valueOf(result.getString(1));
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  /** Counts the prepared statements of its connections, and the COPYs, which need the driver's. */
  private DataSource counting() {
    DataSource source = database.dataSource();
    return proxy(
        DataSource.class,
        source,
        result -> result instanceof Connection connection ? counting(connection) : result,
        name -> {});
  }

  private Connection counting(Connection connection) {
    return proxy(
        Connection.class,
        connection,
        result -> result,
        name -> {
          if (name.equals("prepareStatement") || name.equals("unwrap")) {
            statements.incrementAndGet();
          }
        });
  }

  private static <T> T proxy(
      Class<T> type, T target, UnaryOperator<Object> result, Consumer<String> called) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              called.accept(method.getName());
              try {
                return result.apply(method.invoke(target, arguments));
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }
}
