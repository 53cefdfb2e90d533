package io.waybill.cli;

import io.waybill.broker.Broker;
import io.waybill.broker.BrokerSettings;
import io.waybill.broker.Intake;
import io.waybill.broker.Posting;
import io.waybill.broker.ReplyDesk;
import io.waybill.broker.ReplyRounds;
import io.waybill.broker.Waiters;
import io.waybill.broker.Watch;
import io.waybill.camel.Failures;
import io.waybill.camel.OneTransaction;
import io.waybill.camel.RouteSwap;
import io.waybill.journal.Backlog;
import io.waybill.journal.Effects;
import io.waybill.journal.JdbcJournal;
import io.waybill.journal.JournalSchema;
import io.waybill.journal.Replies;
import io.waybill.journal.ReplyAddresses;
import io.waybill.journal.Steps;
import io.waybill.journal.Waybills;
import io.waybill.message.MessageRow;
import io.waybill.message.Order;
import io.waybill.message.Plan;
import io.waybill.message.Reply;
import io.waybill.message.StoredReply;
import io.waybill.operator.Decisions;
import io.waybill.operator.Imports;
import io.waybill.operator.IntakeSettings;
import io.waybill.operator.JournalInquiry;
import io.waybill.operator.JournalLedger;
import io.waybill.operator.Ledger;
import io.waybill.operator.Orders;
import io.waybill.operator.Reloads;
import io.waybill.operator.Reports;
import io.waybill.operator.SubmissionHeaders;
import io.waybill.operator.Users;
import io.waybill.operator.Why;
import io.waybill.spec.ReplyTerms;
import io.waybill.spec.Specification;
import io.waybill.spec.read.Reader;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.sql.Connection;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.transaction.PlatformTransactionManager;

/** The broker with its journal. */
@Configuration(proxyBeanMethods = false)
class BrokerConfiguration {

  /** Whether the driver takes that for an address. */
  static boolean isDatabase(String url) {
    try {
      new PGSimpleDataSource().setUrl(url);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** Brought to its present version before anything else asks the database. */
  @Bean
  JournalSchema journalSchema(DataSource database) {
    JournalSchema schema = new JournalSchema(database);
    schema.migrate();
    return schema;
  }

  @Bean
  JdbcJournal journal(DataSource database, JournalSchema schema) {
    return new JdbcJournal(database);
  }

  @Bean
  Ledger ledger(DataSource database, JournalSchema schema) {
    return new JournalLedger(new Waybills(database), new Replies(database), new Steps(database));
  }

  @Bean
  ReplyDesk replyDesk(Waiters waiters, DataSource database, JournalSchema schema, Clock clock) {
    return new ReplyDesk(waiters, new Replies(database), new Waybills(database), clock);
  }

  @Bean
  ReplyRounds replyRounds(DataSource database, JournalSchema schema, Clock clock) {
    return new ReplyRounds(new ReplyAddresses(database), new Replies(database), clock);
  }

  @Bean
  Backlog backlog(DataSource database, JournalSchema schema) {
    return new Backlog(database);
  }

  @Bean
  Reader reader(Specification specification, IntakeSettings settings) {
    return new Reader(specification, settings.maxBody().toBytes());
  }

  /** Takes over and recovers as soon as it is there; closed, it ends after what hands in to it. */
  @Bean(initMethod = "start")
  Broker broker(
      JdbcJournal journal,
      Specification specification,
      Reader reader,
      Clock clock,
      Fatal fatal,
      BrokerSettings settings,
      Watch watch,
      Waiters waiters) {
    return new Broker(journal, specification, reader::read, clock, settings, watch, waiters, fatal);
  }

  /** What all sources hand in to. */
  @Bean
  @Primary
  Intake intake(Broker broker, Users users) {
    return new SendersOperations(broker, users);
  }

  @Bean
  BrokerSettings brokerSettings(
      @Value("${waybill.held-messages:0}") int heldMessages,
      @Value("${waybill.held:false}") boolean held,
      Specification specification) {
    return BrokerSettings.of(
            node(),
            heldMessages > 0
                ? heldMessages
                : BrokerSettings.heldMessages(Runtime.getRuntime().maxMemory()),
            specification.destinations().size() + specification.links().size())
        .starting(held);
  }

  static String node() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }

  @Bean
  Reports reports(Broker broker) {
    return broker::report;
  }

  @Bean
  Decisions decisions(Broker broker) {
    return broker::act;
  }

  @Bean
  Why.Inquiry inquiry(DataSource database, Broker broker) {
    return new JournalInquiry(new Waybills(database), broker);
  }

  @Bean
  Reloads reloads(
      Broker broker,
      RouteSwap routes,
      SubmissionHeaders headers,
      Home home,
      Reloading.Rules rules,
      IntakeSettings settings) {
    return new Reloading(broker, routes, headers, home, rules, (int) settings.maxBody().toBytes());
  }

  @Bean
  Imports imports(Broker broker) {
    return broker::importPosted;
  }

  /** The rules that hold at the moment. */
  @Bean
  Supplier<Specification> presentSpecification(Broker broker) {
    return broker::specification;
  }

  @Bean
  Orders orders(Broker broker) {
    return new Orders() {
      @Override
      public CompletableFuture<Void> carryOut(Order order) {
        return broker.order(order);
      }

      @Override
      public @Nullable Instant lastProbe(String link) {
        return broker.lastProbe(link);
      }
    };
  }

  /** Effect and outcome row on one connection: that of the route's transaction. */
  @Bean
  OneTransaction oneTransaction(
      DataSource database,
      PlatformTransactionManager transactions,
      Failures failures,
      Specification specification,
      Clock clock) {
    Effects effects = new Effects();
    return new OneTransaction(
        transactions,
        posting -> claim(effects, database, posting),
        other -> isOther(other, database),
        failures,
        (posting, reply) -> {
          MessageRow row = posting.row();
          Plan plan = row.standing().plan();
          if (plan != null) {
            endStep(effects, database, row, reply);
          }
          ReplyTerms terms = specification.replyTerms(row.received().operation());
          if (terms != null && (plan == null || plan.isLast(row.standing().step()))) {
            keep(
                effects,
                database,
                terms.stored(row.seq(), row.standing().run(), clock.instant(), reply));
          }
        });
  }

  private static void endStep(Effects effects, DataSource database, MessageRow row, Reply reply) {
    Connection connection = DataSourceUtils.getConnection(database);
    try {
      effects.endStep(connection, row, reply);
    } finally {
      DataSourceUtils.releaseConnection(connection, database);
    }
  }

  private static void keep(Effects effects, DataSource database, StoredReply reply) {
    Connection connection = DataSourceUtils.getConnection(database);
    try {
      effects.keep(connection, reply);
    } finally {
      DataSourceUtils.releaseConnection(connection, database);
    }
  }

  /** The proxy gives the connection of the transaction, so it is the same. */
  private static boolean isOther(@Nullable Object other, DataSource database) {
    Object source =
        other instanceof TransactionAwareDataSourceProxy proxy
            ? proxy.getTargetDataSource()
            : other;
    return source instanceof DataSource && source != database;
  }

  private static boolean claim(Effects effects, DataSource database, Posting posting) {
    Connection connection = DataSourceUtils.getConnection(database);
    try {
      return effects.claim(
          connection,
          posting.id(),
          posting.row().seq(),
          posting.row().received().partition(),
          posting.epoch());
    } finally {
      DataSourceUtils.releaseConnection(connection, database);
    }
  }
}
