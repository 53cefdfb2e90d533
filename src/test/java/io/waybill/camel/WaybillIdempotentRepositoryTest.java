package io.waybill.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.waybill.embedded.TestPostgres;
import io.waybill.journal.IdempotentKeys;
import io.waybill.journal.JournalSchema;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.IdempotentConsumerDefinition;
import org.apache.camel.spi.IdempotentRepository;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Camel's contract for repositories of keys, as its documentation and the tests of its own
 * repositories have it, and what crashes do to it. A process that died is one whose repository is
 * not used any more, while another one has begun.
 */
@DisplayName("An idempotent repository in the state table")
@Timeout(60)
class WaybillIdempotentRepositoryTest {

  private static final TestPostgres.Database DATABASE = TestPostgres.freshDatabase();

  static {
    new JournalSchema(DATABASE.dataSource()).migrate();
  }

  private final JdbcTemplate sql = new JdbcTemplate(DATABASE.dataSource());
  private final List<String> done = Collections.synchronizedList(new ArrayList<>());
  private final List<DefaultCamelContext> contexts = new ArrayList<>();

  @BeforeEach
  void empty() {
    sql.execute("truncate waybill_journal.idempotent");
  }

  @AfterEach
  void stop() {
    contexts.forEach(DefaultCamelContext::stop);
  }

  /** Of a process of its own, which begins with its first call. */
  private static WaybillIdempotentRepository.Keys process() {
    IdempotentKeys keys = new IdempotentKeys(DATABASE.dataSource(), "node-1", Clock.systemUTC());
    return new WaybillIdempotentRepository.Keys() {
      @Override
      public boolean add(String repository, String key, boolean finished) {
        return keys.add(repository, key, finished);
      }

      @Override
      public boolean contains(String repository, String key) {
        return keys.contains(repository, key);
      }

      @Override
      public boolean confirm(String repository, String key) {
        return keys.confirm(repository, key);
      }

      @Override
      public boolean remove(String repository, String key) {
        return keys.remove(repository, key);
      }

      @Override
      public void clear(String repository) {
        keys.clear(repository);
      }
    };
  }

  private static IdempotentRepository repository() {
    WaybillIdempotentRepository repository = new WaybillIdempotentRepository(process());
    repository.setName("test");
    return repository;
  }

  private long pending() {
    return Objects.requireNonNull(
        sql.queryForObject(
            "select count(*) from waybill.idempotent_keys where state = 'pending'", Long.class));
  }

  private List<String> keys(String repository) {
    return sql.queryForList(
        "select key from waybill.idempotent_keys where repository = ? order by key",
        String.class,
        repository);
  }

  @Test
  void itIsASetOfKeys() {
    IdempotentRepository repository = repository();

    assertThat(repository.add("1")).isTrue();
    assertThat(repository.add("1")).isFalse();
    assertThat(repository.add("2")).isTrue();
    assertThat(repository.contains("1")).isTrue();
    assertThat(repository.contains("3")).isFalse();
    assertThat(repository.remove("1")).isTrue();
    assertThat(repository.remove("1")).isFalse();
    assertThat(repository.contains("1")).isFalse();
    assertThat(repository.add("1")).isTrue();
    assertThat(repository.confirm("1")).isTrue();
    assertThat(repository.confirm("1")).isTrue();
    assertThat(repository.confirm("3")).isFalse();
    assertThat(repository.add("1")).isFalse();
    assertThat(repository.contains("1")).isTrue();
    repository.clear();
    assertThat(repository.contains("1")).isFalse();
    assertThat(repository.contains("2")).isFalse();
    assertThat(repository.add("2")).isTrue();
  }

  @Test
  void itMayBeStoppedAndStartedAgain() {
    WaybillIdempotentRepository repository = new WaybillIdempotentRepository(process());
    repository.start();
    assertThat(repository.add("1")).isTrue();
    repository.stop();
    repository.start();
    assertThat(repository.contains("1")).isTrue();
    repository.shutdown();
    repository.start();
    assertThat(repository.add("1")).isFalse();
    assertThatThrownBy(() -> new WaybillIdempotentRepository().start())
        .hasStackTraceContaining("waybillIdempotent");
  }

  @Test
  void oneOfManyThreadsAddsAKey() throws Exception {
    IdempotentRepository repository = repository();
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      CountDownLatch go = new CountDownLatch(1);
      List<Future<Boolean>> added =
          IntStream.range(0, 32)
              .mapToObj(
                  i ->
                      threads.submit(
                          () -> {
                            go.await();
                            return repository.add("contended");
                          }))
              .toList();
      go.countDown();
      int winners = 0;
      for (Future<Boolean> one : added) {
        winners += one.get() ? 1 : 0;
      }
      assertThat(winners).isOne();
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void whatWasPendingInAProcessThatDiedIsFreeAndWhatWasConfirmedStays() {
    IdempotentRepository died = repository();
    died.add("under way");
    died.add("done");
    died.confirm("done");

    IdempotentRepository next = repository();

    assertThat(next.contains("done")).isTrue();
    assertThat(next.contains("under way")).isFalse();
    assertThat(next.add("done")).isFalse();
    assertThat(next.add("under way")).isTrue();
    assertThat(next.add("under way")).isFalse();
  }

  @Test
  void aProcessThatWasThoughtDeadTakesNothingAway() {
    IdempotentRepository paused = repository();
    paused.add("1");
    IdempotentRepository next = repository();
    next.add("1");

    assertThat(paused.confirm("1")).isFalse();
    assertThat(paused.remove("1")).isFalse();
    assertThat(paused.add("1")).isFalse();
    assertThat(next.confirm("1")).isTrue();
    assertThat(repository().contains("1")).isTrue();
  }

  /** Camel's non-eager mode: asks, works, and adds when all is done. */
  @Test
  void whatIsAddedAfterTheWorkIsConfirmedAtOnce() {
    IdempotentRepository died = repository();
    assertThat(died.contains("file")).isFalse();
    assertThat(died.add("file")).isTrue();

    assertThat(repository().contains("file")).isTrue();
  }

  private interface Option {
    void on(IdempotentConsumerDefinition consumer);
  }

  /** A broker with a route whose work fails for bodies that say so. */
  private ProducerTemplate broker(Option option) throws Exception {
    DefaultCamelContext camel = new DefaultCamelContext();
    contexts.add(camel);
    camel.getRegistry().bind("waybillIdempotent", new WaybillIdempotentRepository(process()));
    camel.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            IdempotentConsumerDefinition consumer =
                from("direct:start")
                    .routeId("orders")
                    .idempotentConsumer(header("messageId"))
                    .idempotentRepository("#waybillIdempotent");
            option.on(consumer);
            consumer.process(WaybillIdempotentRepositoryTest.this::work);
          }
        });
    camel.start();
    return camel.createProducerTemplate();
  }

  private void work(Exchange exchange) {
    String body = exchange.getMessage().getBody(String.class);
    if (body.startsWith("bad")) {
      throw new IllegalArgumentException("Cannot handle " + body);
    }
    done.add(body);
  }

  private static void send(ProducerTemplate broker, String body, String id) {
    try {
      broker.sendBodyAndHeader("direct:start", body, "messageId", id);
    } catch (CamelExecutionException e) {
      // the caller of the route is told; what is left of it is looked at
    }
  }

  @Test
  void repetitionsAreLeftOut() throws Exception {
    ProducerTemplate broker = broker(consumer -> {});
    send(broker, "one", "1");
    send(broker, "two", "2");
    send(broker, "one", "1");
    send(broker, "three", "3");
    send(broker, "two", "2");

    assertThat(done).containsExactly("one", "two", "three");
    assertThat(keys("orders")).containsExactly("1", "2", "3");
    assertThat(pending()).isZero();
  }

  @Test
  void whatFailsIsDoneWhenItComesAgain() throws Exception {
    ProducerTemplate broker = broker(consumer -> {});
    send(broker, "bad", "1");
    assertThat(keys("orders")).isEmpty();
    send(broker, "good", "1");
    send(broker, "good", "1");
    assertThat(done).containsExactly("good");
  }

  @Test
  void whatFailsStaysKnownWhereTheRouteSaysSo() throws Exception {
    ProducerTemplate broker = broker(consumer -> consumer.removeOnFailure(false));
    send(broker, "bad", "1");
    send(broker, "good", "1");
    assertThat(done).isEmpty();
    assertThat(keys("orders")).containsExactly("1");
  }

  @Test
  void aRouteMayAddItsKeysWhenItIsDone() throws Exception {
    ProducerTemplate broker = broker(consumer -> consumer.eager(false));
    send(broker, "bad", "1");
    send(broker, "good", "1");
    send(broker, "good", "1");
    assertThat(done).containsExactly("good");
    assertThat(pending()).isZero();
  }

  @Test
  void keysAreConfirmedAtTheEndOfTheBlockWhereTheRouteSaysSo() throws Exception {
    ProducerTemplate broker = broker(consumer -> consumer.completionEager(true));
    send(broker, "good", "1");
    send(broker, "good", "1");
    assertThat(done).containsExactly("good");
    assertThat(pending()).isZero();
  }

  @Test
  void aKeyIsPendingWhileItsExchangeIsUnderWayAndFreeAfterACrash() throws Exception {
    BlockingQueue<String> reached = new LinkedBlockingQueue<>();
    CountDownLatch never = new CountDownLatch(1);
    ProducerTemplate dying =
        broker(
            consumer ->
                consumer.process(
                    exchange -> {
                      reached.add(exchange.getMessage().getBody(String.class));
                      never.await();
                    }));
    var hanging = dying.asyncRequestBodyAndHeader("direct:start", "held up", "messageId", "1");
    assertThat(reached.poll(20, TimeUnit.SECONDS)).isEqualTo("held up");
    assertThat(pending()).isOne();

    // while it may be alive, a repetition is left out
    contexts
        .get(0)
        .createProducerTemplate()
        .sendBodyAndHeader("direct:start", "x", "messageId", "1");
    assertThat(done).isEmpty();

    // it is not heard of any more: its successor does what the source brings again
    ProducerTemplate next = broker(consumer -> {});
    send(next, "held up", "1");
    send(next, "held up", "1");
    assertThat(done).containsExactly("held up");
    assertThat(pending()).isZero();

    // and what it does when it wakes takes nothing away
    never.countDown();
    hanging.get(20, TimeUnit.SECONDS);
    send(next, "held up", "1");
    assertThat(done).containsExactly("held up", "held up");
    assertThat(keys("orders")).containsExactly("1");
  }

  @Test
  void routesInYamlNameItAndKeepTheirKeysApart(@TempDir Path folder) throws Exception {
    DefaultCamelContext camel = new DefaultCamelContext();
    contexts.add(camel);
    WaybillIdempotentRepository.Keys keys = process();
    camel.getRegistry().bind("keys", keys);
    camel.getRegistry().bind("waybillIdempotent", new WaybillIdempotentRepository(keys));
    camel.getRegistry().bind("work", (Processor) this::work);
    Path file = folder.resolve("keys.camel.yaml");
    Files.writeString(
        file,
        """
        - beans:
            - name: oncePerInvoice
              type: io.waybill.camel.WaybillIdempotentRepository
              properties: { name: invoices }
        - route:
            id: prices
            from:
              uri: direct:prices
              steps:
                - idempotentConsumer:
                    header: id
                    idempotentRepository: "#waybillIdempotent"
                    steps:
                      - to: direct:more
                      - process: { ref: work }
        - route:
            id: more
            from:
              uri: direct:more
              steps:
                - idempotentConsumer:
                    header: id
                    idempotentRepository: "#oncePerInvoice"
                    steps:
                      - process: { ref: work }
        - route:
            id: files
            from:
              uri: file:%s
              parameters:
                noop: true
                idempotentRepository: "#waybillIdempotent"
                initialDelay: 0
                delay: 50
              steps:
                - convertBodyTo: { type: String }
                - process: { ref: work }
        """
            .formatted(folder.resolve("in")));
    Files.createDirectories(folder.resolve("in"));
    camel.start();
    PluginHelper.getRoutesLoader(camel)
        .loadRoutes(ResourceHelper.resolveResource(camel, "file:" + file));
    ProducerTemplate template = camel.createProducerTemplate();

    template.sendBodyAndHeader("direct:prices", "a", "id", "1");
    template.sendBodyAndHeader("direct:prices", "a", "id", "1");

    assertThat(done).containsExactly("a", "a");
    assertThat(keys("prices")).containsExactly("1");
    assertThat(keys("invoices")).containsExactly("1");
    assertThat(pending()).isZero();

    Path dropped = Files.writeString(folder.resolve("in/f.txt"), "file");
    await().until(() -> done.contains("file"));
    await()
        .untilAsserted(
            () ->
                assertThat(keys(WaybillIdempotentRepository.NO_ROUTE))
                    .containsExactly(dropped.toString()));
    assertThat(pending()).isZero();
  }
}
