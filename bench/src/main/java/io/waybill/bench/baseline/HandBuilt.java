package io.waybill.bench.baseline;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.waybill.bench.candidate.Door;
import io.waybill.bench.candidate.Surroundings;
import io.waybill.bench.services.Web;
import jakarta.jms.ConnectionFactory;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.apache.camel.component.http.HttpComponent;
import org.apache.camel.component.jms.JmsComponent;
import org.apache.camel.component.jms.JmsConfiguration;
import org.apache.camel.component.servlet.CamelHttpTransportServlet;
import org.apache.camel.component.sql.SqlComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spring.spi.SpringTransactionPolicy;
import org.messaginghub.pooled.jms.JmsPoolConnectionFactory;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;

/** The program: a Camel context with JMS and SQL set up as the documentation of both advises. */
public final class HandBuilt {

  private static final String TABLE =
      """
      create table if not exists orders (
        id text primary key,
        lane text not null,
        status text not null,
        body text not null,
        received_at timestamptz not null default now(),
        changed_at timestamptz not null default now()
      ) with (fillfactor = 70)
      """;

  private HandBuilt() {}

  /** Takes the number of consumers, and in which session they send. */
  public static void main(String[] arguments) throws Exception {
    int consumers = Integer.parseInt(arguments[0]);
    Sending sending = Sending.valueOf(arguments[1]);
    Surroundings here = Surroundings.here();
    DataSource database = database(here, consumers);
    createTable(database);
    DataSourceTransactionManager transactions = new DataSourceTransactionManager(database);
    DefaultCamelContext context = new DefaultCamelContext();
    context.getRegistry().bind("required", required(transactions));
    context.addComponent("jms", receiving(here.connections()));
    if (sending == Sending.APART) {
      context.addComponent(sending.component(), sending(pooled(here.connections())));
    }
    SqlComponent sql = new SqlComponent();
    sql.setDataSource(database);
    context.addComponent("sql", sql);
    context.addComponent("http", http(consumers));
    context.addRoutes(new OrderRoute(here, consumers, sending, database, transactions));
    context.start();
    if (here.door() == Door.HTTP_INTAKE) {
      Web.start(here.port(), consumers, here.folder(), new CamelHttpTransportServlet());
    }
    Surroundings.ready();
  }

  private static DataSource database(Surroundings here, int consumers) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(here.jdbcUrl());
    config.setUsername(here.jdbcUser());
    config.setPassword(here.jdbcPassword());
    config.setMaximumPoolSize(consumers + 1);
    return new HikariDataSource(config);
  }

  private static void createTable(DataSource database) throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(TABLE);
    }
  }

  private static SpringTransactionPolicy required(DataSourceTransactionManager transactions) {
    SpringTransactionPolicy policy = new SpringTransactionPolicy(transactions);
    policy.setPropagationBehaviorName("PROPAGATION_REQUIRED");
    return policy;
  }

  /** Without a transaction manager of its own the container commits its session by itself. */
  private static JmsComponent receiving(ActiveMQConnectionFactory connections) {
    connections.setCacheDestinations(true);
    JmsConfiguration jms = new JmsConfiguration(connections);
    jms.setTransacted(true);
    jms.setLazyCreateTransactionManager(false);
    jms.setCacheLevelName("CACHE_CONSUMER");
    return new JmsComponent(jms);
  }

  /** Each send is durable when it returns, before the row says posted. */
  private static JmsComponent sending(ConnectionFactory connections) {
    JmsConfiguration jms = new JmsConfiguration(connections);
    jms.setTransacted(false);
    jms.setDeliveryPersistent(true);
    return new JmsComponent(jms);
  }

  /** By default it would keep 20 connections to one server. */
  private static HttpComponent http(int consumers) {
    HttpComponent http = new HttpComponent();
    http.setConnectionsPerRoute(consumers);
    http.setMaxTotalConnections(consumers);
    return http;
  }

  private static JmsPoolConnectionFactory pooled(ActiveMQConnectionFactory connections) {
    connections.setCacheDestinations(true);
    JmsPoolConnectionFactory pool = new JmsPoolConnectionFactory();
    pool.setConnectionFactory(connections);
    pool.setMaxConnections(4);
    // an anonymous producer asks Artemis about the address before each send
    pool.setUseAnonymousProducers(false);
    pool.setExplicitProducerCacheSize(8);
    return pool;
  }
}
