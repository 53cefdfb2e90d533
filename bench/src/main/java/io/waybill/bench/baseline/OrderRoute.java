package io.waybill.bench.baseline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.waybill.bench.candidate.Surroundings;
import java.io.IOException;
import javax.sql.DataSource;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.processor.idempotent.jdbc.JdbcMessageIdRepository;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * From the queue to the queue: remember the id, write the row, send, write that it was sent. What
 * comes again after a crash is either known by its id or sent again with the same duplicate id.
 */
final class OrderRoute extends RouteBuilder {

  private final ObjectMapper json = new ObjectMapper();
  private final Surroundings here;
  private final int consumers;
  private final DataSource database;
  private final PlatformTransactionManager transactions;

  OrderRoute(
      Surroundings here,
      int consumers,
      DataSource database,
      PlatformTransactionManager transactions) {
    this.here = here;
    this.consumers = consumers;
    this.database = database;
    this.transactions = transactions;
  }

  @Override
  public void configure() {
    from("jms:queue:%s?concurrentConsumers=%d".formatted(here.in(), consumers))
        .routeId("orders")
        .transacted("required")
        .process(this::read)
        .idempotentConsumer(header("orderId"), ids())
        .to(
            "sql:insert into orders (id, lane, status, body)"
                + " values (:#orderId, :#lane, 'received', :#${body})")
        .to(ExchangePattern.InOnly, "send:queue:" + here.out())
        .to("sql:update orders set status = 'posted', changed_at = now() where id = :#orderId");
  }

  private JdbcMessageIdRepository ids() {
    return new JdbcMessageIdRepository(database, new TransactionTemplate(transactions), "orders");
  }

  private void read(Exchange exchange) throws IOException {
    JsonNode order = json.readTree(exchange.getMessage().getBody(String.class));
    String id = order.path("id").asText();
    exchange.getMessage().setHeader("orderId", id);
    exchange.getMessage().setHeader("lane", order.path("lane").asText());
    exchange.getMessage().setHeader("_AMQ_DUPL_ID", id);
  }
}
