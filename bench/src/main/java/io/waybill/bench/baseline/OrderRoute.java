package io.waybill.bench.baseline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.waybill.bench.candidate.Door;
import io.waybill.bench.candidate.Surroundings;
import io.waybill.bench.door.Folder;
import java.io.IOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.SplitDefinition;
import org.apache.camel.processor.idempotent.jdbc.JdbcMessageIdRepository;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * From the source to the destination: remember the id, write the row, send, write that it was sent.
 * What comes again after a crash is either known by its id or sent again with the same duplicate
 * id.
 */
final class OrderRoute extends RouteBuilder {

  /** A file counts as whole when it has not changed for so long, as Waybill has it by default. */
  private static final int STABLE_MILLIS = 1000;

  private static final int ACCEPTED = 202;

  private static final String INSERT =
      "sql:insert into orders (id, lane, status, body)"
          + " values (:#orderId, :#lane, 'received', :#${body})";

  private static final String POSTED =
      "sql:update orders set status = 'posted', changed_at = now() where id = :#orderId";

  private final ObjectMapper json = new ObjectMapper();
  private final Surroundings here;
  private final int consumers;
  private final Sending sending;
  private final DataSource database;
  private final PlatformTransactionManager transactions;

  OrderRoute(
      Surroundings here,
      int consumers,
      Sending sending,
      DataSource database,
      PlatformTransactionManager transactions) {
    this.here = here;
    this.consumers = consumers;
    this.sending = sending;
    this.database = database;
    this.transactions = transactions;
  }

  @Override
  public void configure() {
    ProcessorDefinition<?> received =
        source()
            .transacted("required")
            .process(this::read)
            .idempotentConsumer(header("orderId"), ids())
            .to(INSERT);
    ProcessorDefinition<?> ended = sent(received).to(POSTED).end();
    if (here.door() == Door.HTTP_INTAKE) {
      ended
          .removeHeaders("*")
          .setHeader(Exchange.HTTP_RESPONSE_CODE, constant(ACCEPTED))
          .setBody(constant(""));
    }
  }

  private ProcessorDefinition<?> source() {
    return switch (here.door()) {
      case QUEUES, HTTP_DESTINATION ->
          from("jms:queue:%s?concurrentConsumers=%d".formatted(here.in(), consumers))
              .routeId("orders");
      case DROP_FOLDER -> {
        ProcessorDefinition<?> files = from(folder()).routeId("orders");
        // a poll is one thread, which hands the files on to so many
        ProcessorDefinition<?> threads =
            consumers > 1 ? files.threads(consumers, consumers, "orders") : files;
        yield threads.convertBodyTo(String.class);
      }
      case LARGE_FILE -> {
        SplitDefinition lines = from(folder()).split(body().tokenize("\n")).streaming();
        if (consumers > 1) {
          lines.parallelProcessing().executorService(workers(consumers));
        }
        lines.to("direct:line");
        yield from("direct:line").routeId("orders").convertBodyTo(String.class);
      }
      case HTTP_INTAKE ->
          from("servlet:" + Door.PATH.substring(1) + "?httpMethodRestrict=POST")
              .routeId("orders")
              .convertBodyTo(String.class);
    };
  }

  /** Who splits works too when all of them do, so that the file is not read far ahead. */
  private static ExecutorService workers(int number) {
    return new ThreadPoolExecutor(
        number,
        number,
        1,
        TimeUnit.MINUTES,
        new ArrayBlockingQueue<>(number),
        new ThreadPoolExecutor.CallerRunsPolicy());
  }

  /** In the order of the names; the age stands for the second look at each file. */
  private String folder() {
    return "file:%s?move=accepted/${file:name}&sortBy=file:name&readLock=changed&readLockMinAge=%d"
            .formatted(Folder.of(here.folder()).path(), STABLE_MILLIS)
        + "&readLockLoggingLevel=OFF";
  }

  private ProcessorDefinition<?> sent(ProcessorDefinition<?> route) {
    if (here.door() != Door.HTTP_DESTINATION) {
      return route.to(
          ExchangePattern.InOnly, "%s:queue:%s".formatted(sending.component(), here.out()));
    }
    return route
        .removeHeaders("*", "orderId", "lane")
        .setHeader("Idempotency-Key", header("orderId"))
        .setHeader(Exchange.HTTP_METHOD, constant("POST"))
        .setHeader(Exchange.CONTENT_TYPE, constant("application/json"))
        .to(here.httpUrl());
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
