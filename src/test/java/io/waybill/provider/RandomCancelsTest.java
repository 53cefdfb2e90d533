package io.waybill.provider;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.embedded.TestPostgres;
import io.waybill.provider.Cancellation.Cancelled;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The provider beside a model that knows nothing but what is done again from the beginning. */
@DisplayName("After random performing and cancelling")
class RandomCancelsTest {

  private static final Table CELLS = Table.of("random", "cells", "id");
  private static final int ROWS = 7;
  private static final int STEPS = 70;

  private static HikariDataSource database;

  /** A row: a text that is written and a number that is added to. */
  private record Cell(String text, long number) {}

  /** What a transaction does to one row. */
  private record Deed(Kind kind, int row, int value) {}

  private enum Kind {
    WRITE,
    DELETE,
    ADD
  }

  private record Transaction(TransactionId id, List<Deed> deeds) {}

  @BeforeAll
  static void open() throws SQLException {
    TestPostgres.Database own = TestPostgres.freshDatabase();
    database = new HikariDataSource();
    database.setJdbcUrl(own.url());
    database.setUsername(own.user());
    database.setPassword(own.password());
    HistoryTables.create(database, "random");
    execute(
        "create table random.cells (id integer primary key, text text not null, number bigint not"
            + " null default 0)");
  }

  @AfterAll
  static void close() {
    database.close();
  }

  private static void execute(String sql) throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void theStateIsThatOfARunWithoutTheCancelled(long seed) throws SQLException {
    execute("delete from random.cells");
    Random random = new Random(seed);
    Provider provider = new Provider(database, "random", Map.of());
    List<Transaction> standing = new ArrayList<>();
    int refused = 0;
    int cancelled = 0;
    for (int step = 0; step < STEPS; step++) {
      if (standing.isEmpty() || random.nextInt(10) < 6) {
        Transaction next = next(random, "s%d-%d".formatted(seed, step), replay(standing));
        provider.perform(next.id(), List.of(), 1, execution -> perform(execution, next.deeds()));
        standing.add(next);
      } else {
        Transaction chosen = standing.get(random.nextInt(standing.size()));
        Set<TransactionId> blocking = blocking(chosen, standing);
        Cancellation cancellation = provider.cancel(chosen.id());
        if (blocking.isEmpty()) {
          assertThat(cancellation).isEqualTo(new Cancelled(true, false));
          standing.remove(chosen);
          cancelled++;
        } else {
          assertThat(names(((Cancellation.Refused) cancellation).conflicts())).isEqualTo(blocking);
          assertThat(names(provider.conflicts(List.of(chosen.id()))))
              .isEqualTo(closure(chosen, standing));
          refused++;
        }
      }
      assertThat(stored()).as("seed %d, step %d", seed, step).isEqualTo(replay(standing));
    }
    assertThat(Math.min(refused, cancelled)).as("both seen").isPositive();
    for (int last = standing.size() - 1; last >= 0; last--) {
      assertThat(provider.cancel(standing.get(last).id())).isEqualTo(new Cancelled(true, false));
    }
    assertThat(stored()).isEmpty();
  }

  private static Transaction next(Random random, String id, Map<Integer, Cell> now) {
    Map<Integer, Cell> own = new TreeMap<>(now);
    List<Deed> deeds = new ArrayList<>();
    for (int i = 0; i <= random.nextInt(3); i++) {
      int row = random.nextInt(ROWS);
      // a number can only be added to where there is one
      int dice = random.nextInt(own.containsKey(row) ? 10 : 4);
      Kind kind = dice < 3 ? Kind.WRITE : dice < 4 ? Kind.DELETE : Kind.ADD;
      Deed deed = new Deed(kind, row, random.nextInt(3));
      deeds.add(deed);
      apply(own, deed);
    }
    return new Transaction(new TransactionId(id), deeds);
  }

  /** The state when these are done, and nothing else ever was. */
  private static Map<Integer, Cell> replay(List<Transaction> standing) {
    Map<Integer, Cell> cells = new TreeMap<>();
    standing.forEach(one -> one.deeds().forEach(deed -> apply(cells, deed)));
    return cells;
  }

  private static void apply(Map<Integer, Cell> cells, Deed deed) {
    Cell cell = cells.get(deed.row());
    switch (deed.kind()) {
      case WRITE ->
          cells.put(deed.row(), new Cell("v" + deed.value(), cell == null ? 0 : cell.number()));
      case DELETE -> cells.remove(deed.row());
      case ADD -> {
        if (cell == null) {
          throw new IllegalStateException("an addition outlived its row");
        }
        cells.put(deed.row(), new Cell(cell.text(), cell.number() + deed.value()));
      }
    }
  }

  private static Set<TransactionId> blocking(Transaction chosen, List<Transaction> standing) {
    return standing.subList(standing.indexOf(chosen) + 1, standing.size()).stream()
        .filter(later -> chosen.deeds().stream().anyMatch(mine -> clashes(mine, later)))
        .map(Transaction::id)
        .collect(Collectors.toSet());
  }

  private static boolean clashes(Deed mine, Transaction later) {
    return later.deeds().stream()
        .anyMatch(
            its -> its.row() == mine.row() && !(its.kind() == Kind.ADD && mine.kind() == Kind.ADD));
  }

  private static Set<TransactionId> closure(Transaction chosen, List<Transaction> standing) {
    Set<TransactionId> found = new HashSet<>();
    for (TransactionId id : blocking(chosen, standing)) {
      Transaction one =
          standing.stream().filter(it -> it.id().equals(id)).findFirst().orElseThrow();
      found.add(id);
      found.addAll(closure(one, standing));
    }
    return found;
  }

  private static Set<TransactionId> names(List<Conflict> conflicts) {
    return conflicts.stream().map(Conflict::blocking).collect(Collectors.toSet());
  }

  private static Answer perform(Execution execution, List<Deed> deeds) throws SQLException {
    for (Deed deed : deeds) {
      Row row = CELLS.row(deed.row());
      switch (deed.kind()) {
        case WRITE -> {
          execution.touch(row);
          run(
              execution,
              """
              insert into random.cells (id, text)
              values (?, ?)
              on conflict (id) do update set text = excluded.text
              """,
              deed.row(),
              "v" + deed.value());
        }
        case DELETE -> {
          execution.touch(row);
          run(execution, "delete from random.cells where id = ?", deed.row());
        }
        case ADD -> execution.add(row, "number", deed.value());
      }
    }
    return Answer.json(200, "{}");
  }

  private static void run(Execution execution, String sql, Object... values) throws SQLException {
    try (PreparedStatement statement = execution.connection().prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      statement.executeUpdate();
    }
  }

  private static Map<Integer, Cell> stored() throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("select id, text, number from random.cells")) {
      Map<Integer, Cell> cells = new TreeMap<>();
      while (rows.next()) {
        cells.put(rows.getInt(1), new Cell(rows.getString(2), rows.getLong(3)));
      }
      return cells;
    }
  }
}
