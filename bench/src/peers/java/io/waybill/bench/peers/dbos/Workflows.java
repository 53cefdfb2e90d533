package io.waybill.bench.peers.dbos;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.dbos.transact.DBOS;
import dev.dbos.transact.StartWorkflowOptions;
import dev.dbos.transact.config.DBOSConfig;
import dev.dbos.transact.workflow.Queue;
import io.waybill.bench.candidate.Surroundings;
import io.waybill.bench.peers.jms.InQueue;
import io.waybill.bench.peers.jms.Order;
import io.waybill.bench.peers.jms.OutQueue;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;

/**
 * The program: each document is a workflow whose id is the id of the document, so that what comes
 * again starts nothing. Its row is committed when it is enqueued.
 */
public final class Workflows {

  private static final int BATCH = 64;
  private static final int CONNECTIONS = 20;

  /** Looked at more often, it is no faster, and takes the processor from others while idle. */
  private static final Duration POLL = Duration.ofMillis(20);

  private final DBOS dbos;
  private final Queue queue;
  private final Delivery delivery;
  private final boolean ordered;

  private Workflows(Surroundings here, int atOnce) throws Exception {
    ordered = atOnce == 1;
    dbos = new DBOS(DBOSConfig.defaults("bench").withDataSource(database(here)));
    queue =
        new Queue("orders")
            .withPartitioningEnabled(ordered)
            .withWorkerConcurrency(atOnce)
            .withPollingInterval(POLL);
    dbos.registerQueue(queue);
    delivery = dbos.registerProxy(Delivery.class, new DeliveryByStep(dbos, new OutQueue(here)));
    dbos.launch();
  }

  /** Takes how many workflows may run at once: 1 means one in each lane. */
  public static void main(String[] arguments) throws Exception {
    Surroundings here = Surroundings.here();
    Workflows workflows = new Workflows(here, Integer.parseInt(arguments[0]));
    new InQueue(here, BATCH).start(workflows::start);
    Surroundings.ready();
  }

  private static DataSource database(Surroundings here) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(here.jdbcUrl());
    config.setUsername(here.jdbcUser());
    config.setPassword(here.jdbcPassword());
    config.setMaximumPoolSize(CONNECTIONS);
    return new HikariDataSource(config);
  }

  private void start(List<Order> orders) {
    orders.forEach(this::start);
  }

  private void start(Order order) {
    StartWorkflowOptions options = new StartWorkflowOptions(order.id()).withQueue(queue);
    dbos.startWorkflow(
        () -> delivery.deliver(order.id(), order.body()),
        ordered ? options.withQueuePartitionKey(order.lane()) : options);
  }
}
