package io.waybill.provider;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.embedded.TestPostgres;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** A small provider with a database of its own: ledgers of customers, and a stock. */
final class Shop implements AutoCloseable {

  static final Table LEDGER =
      Table.of("shop", "The \"first\" ledger", "customer").without("changed");
  static final Table STOCK = Table.of("shop", "stock", "item");
  static final Table PARTS = Table.of("shop", "parts", "at", "number");

  final HikariDataSource database = new HikariDataSource();
  final List<String> sentBack = new ArrayList<>();
  final Provider provider;

  Shop() throws SQLException {
    TestPostgres.Database own = TestPostgres.freshDatabase();
    database.setJdbcUrl(own.url());
    database.setUsername(own.user());
    database.setPassword(own.password());
    database.setMaximumPoolSize(8);
    HistoryTables.create(database, "kept \"here\"");
    provider =
        new Provider(
            database,
            "kept \"here\"",
            Map.of(
                "send back",
                (connection, parcel) -> {
                  if (parcel.equals("gone")) {
                    throw new CannotUndo("the parcel is gone");
                  }
                  sentBack.add(parcel);
                }));
    execute(
        """
        create schema shop;
        create table shop."The ""first"" ledger" (
          customer text primary key,
          balance numeric(14, 2) not null,
          doubled numeric(14, 2) generated always as (balance * 2) stored,
          number bigint generated always as identity,
          seen timestamptz not null default '2026-11-21 12:00:00.123456+00',
          raw bytea,
          tags text[],
          note text unique,
          changed bigint not null default 0
        );
        create function shop.count_changes() returns trigger language plpgsql as
          'begin new.changed := old.changed + 1; return new; end';
        create trigger changed before update on shop."The ""first"" ledger"
          for each row execute function shop.count_changes();
        create table shop.stock (item text primary key, quantity bigint not null);
        create table shop.parts (
          at timestamptz, number numeric, what jsonb, primary key (at, number));
        insert into shop.stock values ('bolts', 100);
        """);
  }

  /** The balance is a number of cents in the tests of others. */
  static Work book(String customer, int amount) {
    return execution -> {
      execution.touch(LEDGER.row(customer));
      String upsert =
          """
          insert into shop."The ""first"" ledger" as l (customer, balance, raw, tags)
          values (?, ?, '\\x00ff', array['a', 'b "c"'])
          on conflict (customer) do update set balance = l.balance + excluded.balance
          """;
      try (PreparedStatement statement = execution.connection().prepareStatement(upsert)) {
        statement.setString(1, customer);
        statement.setInt(2, amount);
        statement.executeUpdate();
      }
      return Answer.json(201, "{\"booked\":%d}".formatted(amount));
    };
  }

  static Work close(String customer) {
    return execution -> {
      execution.touch(LEDGER.row(customer));
      String delete =
          """
          delete from shop."The ""first"" ledger"
          where customer = ?
          """;
      try (PreparedStatement statement = execution.connection().prepareStatement(delete)) {
        statement.setString(1, customer);
        statement.executeUpdate();
      }
      return Answer.json(200, "{}");
    };
  }

  static Work draw(int quantity) {
    return execution ->
        execution.add(STOCK.row("bolts"), "quantity", -quantity).signum() < 0
            ? Answer.json(422, "{\"title\":\"not so many\"}")
            : Answer.json(200, "{}");
  }

  /** Performs it in the lane of the customer, after the transaction with that id. */
  Performance perform(String id, String customer, String predecessor, Work work)
      throws SQLException {
    return provider.perform(
        new TransactionId(id), Predecessor.read(customer + "=" + predecessor), 1, work);
  }

  /** Performs it in no lane. */
  Performance perform(String id, Work work) throws SQLException {
    return provider.perform(new TransactionId(id), List.of(), 1, work);
  }

  Cancellation cancel(String id) throws SQLException {
    return provider.cancel(new TransactionId(id));
  }

  /** The ids that stand in the way of cancelling these. */
  List<String> inTheWayOf(String... ids) throws SQLException {
    return provider.conflicts(Arrays.stream(ids).map(TransactionId::new).toList()).stream()
        .map(Conflict::blocking)
        .map(String::valueOf)
        .distinct()
        .toList();
  }

  /** Everything in its own tables but what a trigger keeps. */
  String state() throws SQLException {
    return text(
        """
        select concat(
          (select jsonb_agg(to_jsonb(l) - 'changed' order by customer) from shop."The ""first"" ledger" l),
          (select jsonb_agg(s order by item) from shop.stock s),
          (select jsonb_agg(p order by at, number) from shop.parts p))
        """);
  }

  String text(String query) throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      rows.next();
      return String.valueOf(rows.getString(1));
    }
  }

  void execute(String sql) throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Override
  public void close() {
    database.close();
  }
}
