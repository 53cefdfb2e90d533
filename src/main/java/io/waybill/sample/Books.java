package io.waybill.sample;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.provider.Answer;
import io.waybill.provider.Execution;
import io.waybill.provider.Table;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/** The tables of the sample, and what an order does to them. */
final class Books {

  private final String schema;
  private final Table stock;
  private final Table ledger;
  private final Table bookings;

  Books(String schema) {
    this.schema = schema;
    this.stock = Table.of(schema, "stock", "item");
    this.ledger = Table.of(schema, "ledger", "customer");
    this.bookings = Table.of(schema, "bookings", "order_id");
  }

  /** Makes the tables where they are missing, and fills the shelves. */
  void open(DataSource database, long inStock) throws SQLException {
    String tables =
        """
        set local search_path to %s;
        set local client_min_messages to warning;

        create table if not exists stock (
          item text primary key,
          quantity bigint not null
        );
        comment on table stock is 'What is there. Orders of all customers draw on it.';

        create table if not exists ledger (
          customer text primary key,
          balance numeric(14, 2) not null,
          orders integer not null,
          chain text not null
        );
        comment on column ledger.chain is
          'Made of the chain before and the order: it tells in which order orders were booked.';

        create table if not exists bookings (
          order_id text primary key,
          customer text not null references ledger,
          item text not null references stock,
          quantity bigint not null,
          amount numeric(14, 2) not null,
          place integer not null
        );
        comment on column bookings.place is 'The how many-th order of the customer it is.';
        """
            .formatted(quoted());
    String fill =
        """
        insert into %s.stock (item, quantity)
        select item, ?
        from unnest(array['bolts', 'nuts', 'gears']) item
        on conflict (item) do nothing
        """
            .formatted(quoted());
    try (Connection connection = database.getConnection();
        Statement made = connection.createStatement();
        PreparedStatement filled = connection.prepareStatement(fill)) {
      connection.setAutoCommit(false);
      made.execute(tables);
      filled.setLong(1, inStock);
      filled.executeUpdate();
      connection.commit();
    }
  }

  private String quoted() {
    return '"' + schema.replace("\"", "\"\"") + '"';
  }

  /** Books an order. The library has locked its lanes; rows are named before they are written. */
  Answer book(Order order, Execution execution) throws SQLException {
    execution.touch(ledger.row(order.customer()), bookings.row(order.order()));
    if (isThere(bookings, order.order(), execution.connection())) {
      return refused("order %s is booked already".formatted(order.order()));
    }
    if (!isThere(stock, order.item(), execution.connection())) {
      return refused(
          "there is no item '%s'; there are bolts, nuts and gears".formatted(order.item()));
    }
    ObjectNode answer = enter(order, execution.connection());
    insert(order, answer.path("place").asInt(), execution.connection());
    // last, as it keeps all other lanes waiting until the commit
    if (execution.add(stock.row(order.item()), "quantity", -order.quantity()).signum() < 0) {
      return refused("not so many %s".formatted(order.item()));
    }
    return Answer.json(201, answer.toString());
  }

  private static Answer refused(String why) {
    return Problem.of(422, "refused", why).answer();
  }

  private boolean isThere(Table table, String key, Connection connection) throws SQLException {
    String query =
        """
        select 1
        from %s.%s
        where %s = ?
        """
            .formatted(quoted(), table.name(), table.keyColumns().get(0));
    try (PreparedStatement statement = connection.prepareStatement(query)) {
      statement.setString(1, key);
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next();
      }
    }
  }

  private ObjectNode enter(Order order, Connection connection) throws SQLException {
    String upsert =
        """
        insert into %s.ledger as l (customer, balance, orders, chain)
        values (?, ?, 1, md5(?))
        on conflict (customer) do update
        set balance = l.balance + excluded.balance,
            orders = l.orders + 1,
            chain = md5(l.chain || excluded.chain)
        returning orders, balance
        """
            .formatted(quoted());
    try (PreparedStatement statement = connection.prepareStatement(upsert)) {
      statement.setString(1, order.customer());
      statement.setBigDecimal(2, order.amount());
      statement.setString(3, order.toString());
      try (ResultSet rows = statement.executeQuery()) {
        rows.next();
        return JsonNodeFactory.instance
            .objectNode()
            .put("order", order.order())
            .put("place", rows.getInt(1))
            .put("balance", rows.getBigDecimal(2));
      }
    }
  }

  private void insert(Order order, int place, Connection connection) throws SQLException {
    String insert =
        """
        insert into %s.bookings (order_id, customer, item, quantity, amount, place)
        values (?, ?, ?, ?, ?, ?)
        """
            .formatted(quoted());
    try (PreparedStatement statement = connection.prepareStatement(insert)) {
      statement.setString(1, order.order());
      statement.setString(2, order.customer());
      statement.setString(3, order.item());
      statement.setLong(4, order.quantity());
      statement.setBigDecimal(5, order.amount());
      statement.setInt(6, place);
      statement.executeUpdate();
    }
  }

  /** One of its tables as JSON, for who looks at it. */
  byte[] shown(DataSource database, String table) throws SQLException {
    String query =
        """
        select coalesce(json_agg(t order by t), '[]')::text
        from %s.%s t
        """
            .formatted(quoted(), table);
    try (Connection connection = database.getConnection();
        PreparedStatement statement = connection.prepareStatement(query);
        ResultSet rows = statement.executeQuery()) {
      rows.next();
      return rows.getString(1).getBytes(StandardCharsets.UTF_8);
    }
  }
}
