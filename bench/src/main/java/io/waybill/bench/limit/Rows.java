package io.waybill.bench.limit;

import io.waybill.bench.candidate.Surroundings;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The table of the stripped program, over one connection of one thread. */
final class Rows {

  private static final String TABLE =
      """
      create table if not exists stripped (
        seq bigint primary key,
        id text not null unique,
        lane text not null,
        status text not null,
        body text not null,
        received_at timestamptz not null default now(),
        changed_at timestamptz not null default now()
      ) with (fillfactor = 70)
      """;

  private static final String INSERT =
      """
      insert into stripped (seq, id, lane, status, body)
      select seq, id, lane, 'posting', body
      from unnest(?::bigint[], ?::text[], ?::text[], ?::text[]) as r (seq, id, lane, body)
      on conflict (id) do nothing
      returning seq
      """;

  private static final String POSTED =
      """
      update stripped
      set status = 'posted',
        changed_at = now()
      where seq = any(?::bigint[])
      """;

  private static final String OPEN =
      """
      select seq, id, lane, body
      from stripped
      where status = 'posting'
      order by seq
      """;

  private static final String LAST =
      """
      select coalesce(max(seq), 0)
      from stripped
      """;

  private final Connection connection;

  Rows(Surroundings here) throws SQLException {
    connection = DriverManager.getConnection(here.jdbcUrl(), here.jdbcUser(), here.jdbcPassword());
    try (Statement statement = connection.createStatement()) {
      statement.execute(TABLE);
    }
  }

  /** Writes them with the intent to post them; gives those that were not known yet. */
  List<Order> insert(List<Order> orders) throws SQLException {
    Set<Long> inserted = new HashSet<>();
    try (PreparedStatement statement = connection.prepareStatement(INSERT)) {
      statement.setObject(1, orders.stream().mapToLong(Order::seq).toArray());
      statement.setObject(2, orders.stream().map(Order::id).toArray(String[]::new));
      statement.setObject(3, orders.stream().map(Order::lane).toArray(String[]::new));
      statement.setObject(4, orders.stream().map(Order::body).toArray(String[]::new));
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          inserted.add(row.getLong(1));
        }
      }
    }
    return orders.stream().filter(order -> inserted.contains(order.seq())).toList();
  }

  void posted(List<Order> orders) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(POSTED)) {
      statement.setObject(1, orders.stream().mapToLong(Order::seq).toArray());
      statement.executeUpdate();
    }
  }

  /** What a crash has left between its two transactions. */
  List<Order> open() throws SQLException {
    List<Order> open = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(OPEN)) {
      while (row.next()) {
        open.add(new Order(row.getLong(1), row.getString(2), row.getString(3), row.getString(4)));
      }
    }
    return open;
  }

  long last() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(LAST)) {
      row.next();
      return row.getLong(1);
    }
  }
}
