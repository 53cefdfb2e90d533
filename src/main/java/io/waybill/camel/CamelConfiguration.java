package io.waybill.camel;

import io.waybill.broker.Intake;
import io.waybill.broker.Outlets;
import io.waybill.broker.Probes;
import io.waybill.broker.ReplyDesk;
import io.waybill.broker.ReplyRounds;
import io.waybill.broker.Underway;
import io.waybill.spec.Specification;
import jakarta.jms.ConnectionFactory;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.LoggingLevel;
import org.apache.camel.component.http.HttpComponent;
import org.apache.camel.component.jms.ConsumerType;
import org.apache.camel.component.jms.JmsComponent;
import org.apache.camel.component.jms.JmsConfiguration;
import org.apache.camel.component.sql.SqlComponent;
import org.apache.camel.component.sql.SqlEndpoint;
import org.apache.camel.component.sql.stored.SqlStoredComponent;
import org.apache.camel.component.sql.stored.SqlStoredEndpoint;
import org.apache.camel.model.RedeliveryPolicyDefinition;
import org.apache.camel.model.errorhandler.DefaultErrorHandlerDefinition;
import org.apache.camel.spring.boot.CamelContextConfiguration;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.jspecify.annotations.Nullable;
import org.messaginghub.pooled.jms.JmsPoolConnectionFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.PropertySource;
import org.springframework.core.env.Environment;
import org.springframework.util.unit.DataSize;

/**
 * What routes find: the component {@code waybill}, {@code jms} and {@code http} set up for a
 * broker, and the route templates. Camel takes components from here by their bean names.
 */
@Configuration(proxyBeanMethods = false)
@PropertySource("classpath:io/waybill/camel/camel.properties")
public class CamelConfiguration {

  private static final Logger LOG = LoggerFactory.getLogger(CamelConfiguration.class);

  @Bean
  Failures waybillFailures(Clock clock) {
    return new Failures(clock);
  }

  /**
   * A failed exchange is one line of the log, without stack trace: what follows from it is decided
   * and recorded by the broker. A route may have an error handler of its own.
   */
  @Bean
  CamelContextConfiguration quietErrorHandler() {
    return new CamelContextConfiguration() {
      @Override
      public void beforeApplicationStart(CamelContext context) {
        DefaultErrorHandlerDefinition handler = new DefaultErrorHandlerDefinition();
        handler.setLevel(LoggingLevel.WARN.name());
        handler.setRedeliveryPolicy(
            new RedeliveryPolicyDefinition()
                .retriesExhaustedLogLevel(LoggingLevel.WARN)
                .logStackTrace(false)
                .logExhaustedMessageHistory(false));
        context.getCamelContextExtension().setErrorHandlerFactory(handler);
      }

      @Override
      public void afterApplicationStart(CamelContext context) {
        // set before
      }
    };
  }

  /** A link without a probe is missing, or stays as it was seen last: somebody has to know. */
  @Bean
  CamelContextConfiguration unprobedLinks(WaybillComponent waybill) {
    return new CamelContextConfiguration() {
      @Override
      public void beforeApplicationStart(CamelContext context) {
        // the routes are not there yet
      }

      @Override
      public void afterApplicationStart(CamelContext context) {
        waybill
            .unprobed()
            .forEach(
                link ->
                    LOG.warn(
                        "No route consumes waybill:link:{}: nobody sees whether that link is"
                            + " there, and messages that need it may wait for ever; write one in"
                            + " routes/",
                        link));
      }
    };
  }

  /** What runs at the start is known when it is to be exchanged. */
  @Bean
  CamelContextConfiguration routesBegun(
      ObjectProvider<RouteSwap> routes, @Value("${waybill.home:.}") Path home) {
    return new CamelContextConfiguration() {
      @Override
      public void beforeApplicationStart(CamelContext context) {
        // the routes are not there yet
      }

      @Override
      public void afterApplicationStart(CamelContext context) {
        routes.getObject().began(RouteFiles.read(home.resolve("routes")));
      }
    };
  }

  @Bean
  RouteSwap routeSwap(CamelContext context, WaybillComponent waybill) {
    return new RouteSwap(context, waybill);
  }

  @Bean
  Underway underway() {
    return new Underway();
  }

  /** The component of the endpoints {@code waybill:submit} and {@code waybill:post:NAME}. */
  @Bean
  WaybillComponent waybill(
      Intake intake,
      Outlets outlets,
      ObjectProvider<Supplier<Specification>> specification,
      ObjectProvider<OneTransaction> oneTransaction,
      ObjectProvider<Probes> probes,
      ObjectProvider<ReplyDesk> replies,
      Failures failures,
      Underway underway,
      IntakeSettings settings,
      Environment environment) {
    WaybillComponent component =
        new WaybillComponent(
            intake,
            outlets,
            () -> specification.getObject().get(),
            oneTransaction.getIfAvailable(),
            failures);
    component.showAt(underway);
    probes.ifAvailable(component::probeFor);
    replies.ifAvailable(component::replyAt);
    component.setKeepHeaders(settings.keepHeaders());
    component.setAcceptHeaders(settings.acceptHeaders());
    component.setLargestDocument(settings.largestDocument());
    component.setLargestReply(settings.largestReply());
    component.replyOnlyTo(
        Binder.get(environment)
            .bind("waybill.jms.reply-to", Bindable.listOf(String.class))
            .orElse(List.of()));
    return component;
  }

  /** What intake lets in: of headers only those that are listed, or named by an expression. */
  record IntakeSettings(
      String keepHeaders, String acceptHeaders, int largestDocument, int largestReply) {}

  @Bean
  IntakeSettings intakeSettings(
      Specification specification,
      @Value("${waybill.keep-headers:}") String keepHeaders,
      @Value("${waybill.accept-headers:}") String acceptHeaders,
      @Value("${waybill.max-body:20MB}") DataSize maxBody,
      @Value("${waybill.max-reply:1MB}") DataSize maxReply) {
    String named = String.join(",", specification.headerNames());
    return new IntakeSettings(
        keepHeaders.isBlank() ? named : keepHeaders + "," + named,
        acceptHeaders,
        (int) maxBody.toBytes(),
        (int) maxReply.toBytes());
  }

  /** HTTP as destinations need it: own names on the wire, and each posting sent once. */
  @Bean
  HttpComponent http() {
    HttpComponent http = new HttpComponent();
    http.setHeaderFilterStrategy(new HttpWireHeaders());
    // A repetition is the broker's decision: the client would repeat 503 and lost answers itself.
    http.setHttpClientConfigurer(HttpClientBuilder::disableAutomaticRetries);
    // in-flight limits the destination; the pool must not be the narrower one.
    http.setMaxTotalConnections(1000);
    http.setConnectionsPerRoute(500);
    return http;
  }

  @Bean
  HttpComponent https() {
    return http();
  }

  /** The broker's data source is the default, also where a route has brought further ones. */
  @Bean
  SqlComponent sql(ObjectProvider<DataSource> database) {
    SqlComponent sql = new SqlComponent();
    database.ifAvailable(sql::setDataSource);
    return sql;
  }

  @Bean("sql-stored")
  SqlStoredComponent sqlStored(ObjectProvider<DataSource> database) {
    SqlStoredComponent sql = new SqlStoredComponent();
    database.ifAvailable(sql::setDataSource);
    return sql;
  }

  /** What an endpoint takes its connections from; null where it speaks to no database. */
  static @Nullable Object dataSource(Endpoint endpoint) {
    if (endpoint instanceof SqlEndpoint sql) {
      return sql.getJdbcTemplate().getDataSource();
    }
    return endpoint instanceof SqlStoredEndpoint stored
        ? stored.getJdbcTemplate().getDataSource()
        : null;
  }

  @Bean
  DurableFile waybillDurableFile() {
    return new DurableFile();
  }

  @Bean
  DropFolderRoutes dropFolderRoutes(
      Intake intake, WaybillComponent waybill, @Value("${waybill.home:.}") Path home, Clock clock) {
    return new DropFolderRoutes(intake, waybill, home, clock);
  }

  @Bean
  RemoteFolderRoutes remoteFolderRoutes(
      Intake intake,
      WaybillComponent waybill,
      @Value("${waybill.home:.}") Path home,
      @Value("${waybill.data:data}") Path data,
      Clock clock) {
    return new RemoteFolderRoutes(
        intake, waybill, home, home.resolve(data).resolve("spool"), clock);
  }

  /** Connections for sending: opened once, and again after they were lost. */
  static final class SendingConnections implements AutoCloseable {

    /** Of each session: one for each queue that a route sends to. */
    private static final int MOST_PRODUCERS = 32;

    private final JmsPoolConnectionFactory pool = new JmsPoolConnectionFactory();

    SendingConnections(ConnectionFactory connections) {
      pool.setConnectionFactory(connections);
      pool.setMaxConnections(4);
      pool.setUseAnonymousProducers(false);
      pool.setExplicitProducerCacheSize(MOST_PRODUCERS);
    }

    ConnectionFactory pool() {
      return pool;
    }

    @Override
    public void close() {
      pool.stop();
    }
  }

  @Bean
  SendingConnections sendingConnections(ConnectionFactory connections) {
    return new SendingConnections(connections);
  }

  /** Replies are sent by the broker, and as soon as there are connections. */
  @Bean
  JmsReplyCarrier jmsReplies(SendingConnections sending, ObjectProvider<ReplyRounds> rounds) {
    JmsReplyCarrier carrier = new JmsReplyCarrier(sending.pool());
    rounds.ifAvailable(some -> some.start(carrier));
    return carrier;
  }

  @Bean
  JmsComponent jms(
      ConnectionFactory connections,
      SendingConnections sending,
      Intake intake,
      WaybillComponent waybill,
      BatchedListenerContainer.BatchRules rules) {
    return jms(connections, sending.pool(), new BatchIntake(intake, waybill.documents()), rules);
  }

  @Bean
  BatchedListenerContainer.BatchRules batchRules(
      @Value("${waybill.jms.batch:256}") int messages,
      @Value("${waybill.jms.batch-bytes:16MB}") DataSize bytes,
      @Value(
              "${waybill.jms.trust-user:#{environment.getProperty('spring.artemis.broker-url','').isBlank()}}")
          boolean trustUser,
      @Value(
              "${waybill.jms.send-batch:#{environment.getProperty('spring.artemis.broker-url','').isBlank()}}")
          boolean send) {
    return new BatchedListenerContainer.BatchRules(messages, bytes.toBytes(), trustUser, send);
  }

  /**
   * The JMS component as flow writers get it: receives in batches of one transacted session, sends
   * durably, postings that may be repeated in batches too, and never opens a serialized object.
   */
  static JmsComponent jms(
      ConnectionFactory receiving,
      ConnectionFactory sending,
      BatchIntake intake,
      BatchedListenerContainer.BatchRules rules) {
    JmsConfiguration jms = new JmsConfiguration(receiving);
    jms.setListenerConnectionFactory(receiving);
    jms.setTemplateConnectionFactory(sending);
    jms.setConsumerType(ConsumerType.Custom);
    jms.setMessageListenerContainerFactory(
        endpoint -> new BatchedListenerContainer(endpoint, intake, rules));
    jms.setCacheLevelName("CACHE_CONSUMER");
    jms.setLazyCreateTransactionManager(false);
    jms.setConcurrentConsumers(1);
    jms.setAcceptMessagesWhileStopping(false);
    jms.setDisableReplyTo(true);
    jms.setMapJmsMessage(false);
    jms.setDeliveryPersistent(true);
    jms.setExplicitQosEnabled(false);
    jms.setRecoveryInterval(1000);
    JmsComponent component = rules.send() ? new BatchingJmsComponent(jms) : new JmsComponent(jms);
    component.setHeaderFilterStrategy(new JmsWireHeaders());
    return component;
  }
}
