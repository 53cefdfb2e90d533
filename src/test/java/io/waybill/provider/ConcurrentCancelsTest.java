package io.waybill.provider;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.embedded.TestPostgres;
import io.waybill.provider.Cancellation.Cancelled;
import io.waybill.provider.Performance.Performed;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many perform and cancel at once on the same rows. */
@DisplayName("After performing and cancelling at once")
@Timeout(120)
class ConcurrentCancelsTest {

  private static final Table CELLS = Table.of("busy", "cells", "id");
  private static final int ROWS = 4;
  private static final int WORKERS = 5;
  private static final int STEPS = 50;

  private static final Comparator<TransactionId> BY_TEXT =
      Comparator.comparing(TransactionId::text);

  /** What became of a row: a new text, an amount added to it, or nothing any more. */
  private record Deed(int row, @Nullable String text, int added) {}

  private record Cell(String text, long number) {}

  private final HikariDataSource database = new HikariDataSource();
  private final List<TransactionId> performed = new ArrayList<>();
  private final Map<TransactionId, List<Deed>> deeds = new TreeMap<>(BY_TEXT);
  private final AtomicInteger undone = new AtomicInteger();
  private final AtomicInteger refused = new AtomicInteger();

  @Test
  void theStateIsThatOfDoingOneByOneWhatStands() throws Exception {
    TestPostgres.Database own = TestPostgres.freshDatabase();
    database.setJdbcUrl(own.url());
    database.setUsername(own.user());
    database.setPassword(own.password());
    database.setConnectionInitSql("set deadlock_timeout = '20ms'");
    ExecutorService workers = Executors.newFixedThreadPool(WORKERS);
    try (database) {
      HistoryTables.create(database, "busy");
      try (Connection connection = database.getConnection();
          Statement statement = connection.createStatement()) {
        statement.execute(
            """
            create table busy.cells (
              id integer primary key, text text not null, number bigint not null default 0)
            """);
      }
      Provider provider = new Provider(database, "busy", Map.of());
      List<Future<?>> running = new ArrayList<>();
      for (int worker = 0; worker < WORKERS; worker++) {
        int number = worker;
        running.add(
            workers.submit(
                () -> {
                  work(provider, number);
                  return true;
                }));
      }
      for (Future<?> one : running) {
        one.get();
      }
      judge(provider);
    } finally {
      workers.shutdownNow();
    }
  }

  private void work(Provider provider, int worker) throws SQLException {
    Random random = new Random(worker);
    for (int step = 0; step < STEPS; step++) {
      try {
        if (random.nextInt(10) < 6) {
          perform(provider, new TransactionId("t" + worker + "-" + step), random);
        } else {
          cancel(provider, random);
        }
      } catch (SQLException e) {
        // five deadlocks one after the other: nothing happened
        assertThat(e.getSQLState()).isEqualTo("40P01");
      }
    }
  }

  private void perform(Provider provider, TransactionId id, Random random) throws SQLException {
    List<Deed> wanted = new ArrayList<>();
    for (int i = 0; i <= random.nextInt(2); i++) {
      int dice = random.nextInt(10);
      wanted.add(
          new Deed(random.nextInt(ROWS), dice < 4 ? id + "/" + i : null, dice < 5 ? 0 : 1 + dice));
    }
    List<Deed> done = new ArrayList<>();
    Performance performance =
        provider.perform(
            id,
            List.of(),
            1,
            execution -> {
              done.clear();
              for (Deed deed : wanted) {
                act(execution, deed, done);
              }
              return Answer.json(200, "{}");
            });
    assertThat(performance).isInstanceOf(Performed.class);
    synchronized (performed) {
      performed.add(id);
      deeds.put(id, done);
    }
  }

  private static void act(Execution execution, Deed deed, List<Deed> done) throws SQLException {
    Row row = CELLS.row(deed.row());
    if (deed.added() > 0) {
      try {
        execution.add(row, "number", deed.added());
        done.add(deed);
      } catch (IllegalArgumentException e) {
        execution.touch(row); // that it was not there matters
      }
      return;
    }
    execution.touch(row);
    String sql =
        deed.text() == null
            ? "delete from busy.cells where id = ?"
            : """
              insert into busy.cells (id, text)
              values (?, ?)
              on conflict (id) do update set text = excluded.text
              """;
    try (PreparedStatement statement = execution.connection().prepareStatement(sql)) {
      statement.setInt(1, deed.row());
      if (deed.text() != null) {
        statement.setString(2, deed.text());
      }
      statement.executeUpdate();
    }
    done.add(deed);
  }

  private void cancel(Provider provider, Random random) throws SQLException {
    TransactionId chosen;
    synchronized (performed) {
      if (performed.isEmpty()) {
        return;
      }
      // mostly one of the latest, so that there is something to undo
      int back = Math.min(performed.size(), 1 + random.nextInt(6));
      chosen = performed.get(performed.size() - back);
    }
    if (provider.cancel(chosen) instanceof Cancelled cancelled) {
      if (!cancelled.repeated()) {
        undone.incrementAndGet();
      }
    } else {
      refused.incrementAndGet();
    }
  }

  private void judge(Provider provider) throws SQLException {
    Map<Long, TransactionId> standing = new TreeMap<>();
    for (TransactionId id : performed) {
      Recorded recorded = provider.find(id).orElseThrow();
      Long order = recorded.order();
      if (recorded.status() == Recorded.Status.PERFORMED && order != null) {
        standing.put(order, id);
      }
    }
    Map<Integer, Cell> cells = new TreeMap<>();
    for (TransactionId id : standing.values()) {
      for (Deed deed : deeds.getOrDefault(id, List.of())) {
        apply(cells, deed);
      }
    }
    assertThat(stored()).isEqualTo(cells);
    assertThat(undone.get()).as("undone").isPositive();
    assertThat(refused.get()).as("refused").isPositive();
    for (TransactionId id : standing.values().stream().sorted(newestFirst(standing)).toList()) {
      assertThat(provider.cancel(id)).isEqualTo(new Cancelled(true, false));
    }
    assertThat(stored()).isEmpty();
  }

  private static Comparator<TransactionId> newestFirst(Map<Long, TransactionId> standing) {
    Map<TransactionId, Long> orders =
        standing.entrySet().stream()
            .collect(Collectors.toMap(Map.Entry::getValue, Map.Entry::getKey));
    return Comparator.comparing(orders::get, Comparator.reverseOrder());
  }

  private static void apply(Map<Integer, Cell> cells, Deed deed) {
    Cell cell = cells.get(deed.row());
    if (deed.added() > 0) {
      assertThat(cell).as("what was added to").isNotNull();
      cells.put(deed.row(), new Cell(cell.text(), cell.number() + deed.added()));
    } else if (deed.text() == null) {
      cells.remove(deed.row());
    } else {
      cells.put(deed.row(), new Cell(deed.text(), cell == null ? 0 : cell.number()));
    }
  }

  private Map<Integer, Cell> stored() throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("select id, text, number from busy.cells")) {
      Map<Integer, Cell> cells = new TreeMap<>();
      while (rows.next()) {
        cells.put(rows.getInt(1), new Cell(rows.getString(2), rows.getLong(3)));
      }
      return cells;
    }
  }
}
