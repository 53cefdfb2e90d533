package io.waybill.bench.peers.integration;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.waybill.bench.candidate.Surroundings;
import javax.sql.DataSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.ClassPathResource;
import org.springframework.integration.config.EnableIntegration;
import org.springframework.integration.jdbc.metadata.JdbcMetadataStore;
import org.springframework.integration.jdbc.store.JdbcChannelMessageStore;
import org.springframework.integration.jdbc.store.channel.PostgresChannelMessageStoreQueryProvider;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.init.DatabasePopulatorUtils;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;

/** What is kept in the database: the messages of the channels, and the ids that are known. */
@Configuration(proxyBeanMethods = false)
@EnableIntegration
class Stores {

  private static final String HAS_TABLES =
      """
      select to_regclass('int_channel_message') is not null
      """;

  @Bean
  HikariDataSource database(Surroundings here, Threads threads) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(here.jdbcUrl());
    config.setUsername(here.jdbcUser());
    config.setPassword(here.jdbcPassword());
    config.setMaximumPoolSize(threads.consumers() + threads.channels() + 1);
    HikariDataSource database = new HikariDataSource(config);
    createTables(database);
    return database;
  }

  /** By the script that comes with the library, which cannot be run twice. */
  private static void createTables(DataSource database) {
    if (!Boolean.TRUE.equals(
        new JdbcTemplate(database).queryForObject(HAS_TABLES, Boolean.class))) {
      DatabasePopulatorUtils.execute(
          new ResourceDatabasePopulator(
              new ClassPathResource("org/springframework/integration/jdbc/schema-postgresql.sql")),
          database);
    }
  }

  @Bean
  DataSourceTransactionManager transactions(DataSource database) {
    return new DataSourceTransactionManager(database);
  }

  @Bean
  JdbcChannelMessageStore messages(DataSource database) {
    JdbcChannelMessageStore store = new JdbcChannelMessageStore(database);
    store.setChannelMessageStoreQueryProvider(new PostgresChannelMessageStoreQueryProvider());
    return store;
  }

  @Bean
  JdbcMetadataStore ids(DataSource database) {
    return new JdbcMetadataStore(database);
  }
}
