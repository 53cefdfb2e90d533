package io.waybill.bench.baseline;

import io.waybill.bench.candidate.Candidate;
import io.waybill.bench.candidate.Door;
import io.waybill.bench.candidate.Launch;
import io.waybill.bench.candidate.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.camel.util.ObjectHelper;
import org.jspecify.annotations.Nullable;

/**
 * The Camel application that teams build by hand, with a number of consumers. One keeps the order
 * of the queue, several are faster and do not.
 *
 * @param consumers how many threads take from the queue
 * @param sending in which session they send
 */
public record BaselineCandidate(int consumers, Sending sending) implements Candidate {

  private static final List<String> APART =
      List.of(
          "JMS: transacted sessions, CACHE_CONSUMER, no transaction manager, one connection for"
              + " receiving, pooled connections with cached producers and destinations for sending, durable sends with _AMQ_DUPL_ID",
          "order within a message: send, commit SQL, commit the session it came by",
          "drop folder: camel-file with move, readLock=changed, a least age of 1 s, sorted by name, one"
              + " poll handing on to so many threads",
          "large file: camel-file with the same, split().tokenize with streaming, where there are"
              + " several threads with parallel processing",
          "HTTP intake: camel-servlet in embedded Tomcat with so many threads, 202 after the commit",
          "HTTP destination: camel-http with a connection for each consumer, inside the transaction");

  private static final List<String> WITH_RECEIPT =
      List.of(
          "JMS: one component at both ends, transacted sessions, CACHE_CONSUMER, no transaction"
              + " manager, cached destinations, durable sends with _AMQ_DUPL_ID",
          "order within a message: commit SQL, then the session it came by, which sends it too; what is"
              + " killed between the two is called posted by the table, is known by its id when it"
              + " comes again, and is lost");

  /** The safe one. */
  public BaselineCandidate(int consumers) {
    this(consumers, Sending.APART);
  }

  /** The one that saves a commit, and loses what it is killed with. */
  public static BaselineCandidate fast(int consumers) {
    return new BaselineCandidate(consumers, Sending.WITH_RECEIPT);
  }

  @Override
  public String name() {
    return "baseline-" + consumers + (sending == Sending.APART ? "" : "-fast");
  }

  @Override
  public String title() {
    return (consumers == 1
            ? "Camel by hand, in order"
            : "Camel by hand, %d consumers".formatted(consumers))
        + (sending == Sending.APART ? "" : ", sent in the session it came by");
  }

  @Override
  public @Nullable String cannot(Door door) {
    if (sending != Sending.APART && door != Door.QUEUES) {
      return "queues only";
    }
    Set<Integer> measured =
        switch (door) {
          case QUEUES -> Set.of(1, 4, 16);
          case DROP_FOLDER -> Set.of(1, 4, 16);
          case LARGE_FILE -> Set.of(1, 4, 16);
          case HTTP_INTAKE -> Set.of(1, 16, 64);
          case HTTP_DESTINATION -> Set.of(1, 64);
        };
    return measured.contains(consumers) ? null : "not measured with as many";
  }

  @Override
  public List<String> settings() {
    List<String> settings =
        new ArrayList<>(
            List.of("Camel " + ObjectHelper.class.getPackage().getImplementationVersion()));
    settings.addAll(sending == Sending.APART ? APART : WITH_RECEIPT);
    settings.add(
        "SQL: one transaction for each message with the JDBC idempotent repository, the row inserted"
            + " as received and updated to posted; HikariCP with a connection for each consumer");
    return settings;
  }

  @Override
  public Launch launch(Stage stage) {
    return Launch.program(stage, HandBuilt.class, String.valueOf(consumers), sending.name());
  }

  @Override
  public String unfinished() {
    return "select count(*) from orders where status <> 'posted'";
  }
}
