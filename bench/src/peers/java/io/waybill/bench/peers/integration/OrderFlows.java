package io.waybill.bench.peers.integration;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.waybill.bench.candidate.Surroundings;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.aopalliance.aop.Advice;
import org.springframework.integration.channel.NullChannel;
import org.springframework.integration.channel.QueueChannel;
import org.springframework.integration.dsl.IntegrationFlow;
import org.springframework.integration.dsl.Pollers;
import org.springframework.integration.handler.advice.IdempotentReceiverInterceptor;
import org.springframework.integration.jdbc.metadata.JdbcMetadataStore;
import org.springframework.integration.jdbc.store.JdbcChannelMessageStore;
import org.springframework.integration.jms.dsl.Jms;
import org.springframework.integration.selector.MetadataStoreSelector;
import org.springframework.integration.store.MessageGroupQueue;
import org.springframework.integration.support.MessageBuilder;
import org.springframework.integration.transaction.TransactionInterceptorBuilder;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jms.connection.CachingConnectionFactory;
import org.springframework.jms.listener.DefaultMessageListenerContainer;
import org.springframework.messaging.Message;

/**
 * The flows. A document goes to the channel of its lane, and each channel is polled by one thread,
 * so that every lane keeps its order.
 */
final class OrderFlows {

  private static final Duration WAIT = Duration.ofMillis(50);
  private static final Duration DELAY = Duration.ofMillis(1);

  private final Surroundings here;
  private final Threads threads;
  private final DataSourceTransactionManager transactions;
  private final JdbcMetadataStore ids;
  private final CachingConnectionFactory sending;
  private final List<QueueChannel> channels;
  private final ObjectMapper json = new ObjectMapper();

  OrderFlows(
      Surroundings here,
      Threads threads,
      DataSourceTransactionManager transactions,
      JdbcChannelMessageStore messages,
      JdbcMetadataStore ids) {
    this.here = here;
    this.threads = threads;
    this.transactions = transactions;
    this.ids = ids;
    this.sending = new CachingConnectionFactory(here.connections());
    this.sending.setSessionCacheSize(threads.channels());
    this.channels =
        IntStream.range(0, threads.channels())
            .mapToObj(channel -> new MessageGroupQueue(messages, "lanes-" + channel))
            .map(QueueChannel::new)
            .toList();
  }

  /**
   * The id is noted and the message stored in one transaction, before the session commits: noted
   * alone it would be taken for a duplicate when it comes again.
   */
  IntegrationFlow in() {
    return IntegrationFlow.from(
            Jms.messageDrivenChannelAdapter(
                Jms.container(here.connections(), here.in())
                    .sessionTransacted(true)
                    .cacheLevel(DefaultMessageListenerContainer.CACHE_CONSUMER)
                    .concurrentConsumers(threads.consumers())
                    .getObject()))
        .transform(Message.class, this::read)
        .route(
            Message.class, this::channel, router -> router.advice(inOneTransaction(), onlyOnce()))
        .get();
  }

  private Message<?> read(Message<?> message) {
    try {
      JsonNode order = json.readTree((String) message.getPayload());
      return MessageBuilder.fromMessage(message)
          .setHeader("lane", order.path("lane").asText())
          .setHeader("_AMQ_DUPL_ID", order.path("id").asText())
          .build();
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("Not JSON", e);
    }
  }

  private QueueChannel channel(Message<?> message) {
    Object lane = message.getHeaders().get("lane");
    return channels.get(Math.floorMod(String.valueOf(lane).hashCode(), channels.size()));
  }

  private Advice inOneTransaction() {
    return new TransactionInterceptorBuilder(true).transactionManager(transactions).build();
  }

  private Advice onlyOnce() {
    IdempotentReceiverInterceptor interceptor =
        new IdempotentReceiverInterceptor(
            new MetadataStoreSelector(
                message -> String.valueOf(message.getHeaders().get("_AMQ_DUPL_ID")), ids));
    interceptor.setDiscardChannel(new NullChannel());
    return interceptor;
  }

  /** Each send is durable when it returns, before the row is gone. */
  IntegrationFlow out(int channel) {
    return IntegrationFlow.from(channels.get(channel))
        .handle(
            Jms.outboundAdapter(sending)
                .destination(here.out())
                .configureJmsTemplate(
                    template -> template.deliveryPersistent(true).explicitQosEnabled(true)),
            sender ->
                sender.poller(
                    Pollers.fixedDelay(DELAY)
                        .receiveTimeout(WAIT.toMillis())
                        .maxMessagesPerPoll(-1)
                        .transactional(transactions)))
        .get();
  }
}
