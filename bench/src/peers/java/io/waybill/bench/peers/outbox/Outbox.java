package io.waybill.bench.peers.outbox;

import com.gruelbox.transactionoutbox.AlreadyScheduledException;
import com.gruelbox.transactionoutbox.Dialect;
import com.gruelbox.transactionoutbox.ExecutorSubmitter;
import com.gruelbox.transactionoutbox.Instantiator;
import com.gruelbox.transactionoutbox.Persistor;
import com.gruelbox.transactionoutbox.TransactionManager;
import com.gruelbox.transactionoutbox.TransactionOutbox;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.waybill.bench.candidate.Surroundings;
import io.waybill.bench.peers.jms.InQueue;
import io.waybill.bench.peers.jms.Order;
import io.waybill.bench.peers.jms.OutQueue;
import io.waybill.bench.peers.jms.Work;
import jakarta.jms.JMSException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The program: one thread takes documents and schedules them, the threads of the outbox send them,
 * and another one flushes what they have left.
 */
public final class Outbox {

  private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);

  private static final int BATCH = 64;
  private static final int WAITING = 1000;
  private static final long FLUSH_MILLIS = 1000;

  /** Far longer than anything waits for a thread, so that flushing takes only what is left. */
  private static final Duration ATTEMPT_AFTER = Duration.ofSeconds(10);

  private final Surroundings here;
  private final TransactionManager transactions;
  private final TransactionOutbox outbox;

  private Outbox(Surroundings here, int threads) throws JMSException {
    this.here = here;
    transactions = TransactionManager.fromDataSource(database(here, threads));
    Destination destination = new OutQueue(here)::send;
    outbox =
        TransactionOutbox.builder()
            .transactionManager(transactions)
            .persistor(Persistor.forDialect(Dialect.POSTGRESQL_9))
            .instantiator(Instantiator.using(type -> destination))
            .submitter(ExecutorSubmitter.builder().executor(workers(threads)).build())
            .attemptFrequency(ATTEMPT_AFTER)
            .serializeMdc(false)
            .build();
  }

  /** Takes the number of threads that send. */
  public static void main(String[] arguments) throws Exception {
    new Outbox(Surroundings.here(), Integer.parseInt(arguments[0])).run();
  }

  private static DataSource database(Surroundings here, int threads) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(here.jdbcUrl());
    config.setUsername(here.jdbcUser());
    config.setPassword(here.jdbcPassword());
    config.setMaximumPoolSize(threads + 2);
    return new HikariDataSource(config);
  }

  /** A queue with a bound, as its documentation asks for; where it is full, intake waits. */
  private static Executor workers(int threads) {
    return new ThreadPoolExecutor(
        threads,
        threads,
        0,
        TimeUnit.SECONDS,
        new ArrayBlockingQueue<>(WAITING),
        (task, pool) -> {
          try {
            pool.getQueue().put(task);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RejectedExecutionException(e);
          }
        });
  }

  private void run() throws InterruptedException {
    Work.start("flush", this::flush);
    new InQueue(here, BATCH).start(this::schedule);
    Surroundings.ready();
  }

  private void flush() throws InterruptedException {
    while (!Thread.interrupted()) {
      while (outbox.flush()) {
        // until nothing is left
      }
      Thread.sleep(FLUSH_MILLIS);
    }
  }

  /** A known id undoes the whole transaction, as always in PostgreSQL. */
  private void schedule(List<Order> batch) {
    try {
      transactions.inTransaction(() -> batch.forEach(this::schedule));
    } catch (AlreadyScheduledException e) {
      batch.forEach(this::scheduleUnlessKnown);
    }
  }

  private void schedule(Order order) {
    outbox
        .with()
        .uniqueRequestId(order.id())
        .schedule(Destination.class)
        .send(order.id(), order.body());
  }

  private void scheduleUnlessKnown(Order order) {
    try {
      transactions.inTransaction(() -> schedule(order));
    } catch (AlreadyScheduledException e) {
      LOG.debug("{} came once more", order.id());
    }
  }
}
