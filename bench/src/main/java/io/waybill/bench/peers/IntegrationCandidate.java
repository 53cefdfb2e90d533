package io.waybill.bench.peers;

import io.waybill.bench.candidate.Candidate;
import io.waybill.bench.candidate.Launch;
import io.waybill.bench.candidate.Stage;
import java.util.List;

/**
 * Spring Integration between two queues, with channels stored by JDBC.
 *
 * @param build where its program is
 * @param consumers how many take from the queue; several do not keep its order
 */
public record IntegrationCandidate(PeersBuild build, int consumers) implements Candidate {

  private static final int CHANNELS = 8;

  @Override
  public String name() {
    return consumers == 1 ? "spring-integration" : "spring-integration-" + consumers;
  }

  @Override
  public String title() {
    return consumers == 1
        ? "Spring Integration, in order"
        : "Spring Integration, %d consumers".formatted(consumers);
  }

  @Override
  public List<String> settings() {
    return List.of(
        "Spring Integration 6.5.5",
        "JMS in: message-driven adapter, %d consumers, transacted, CACHE_CONSUMER; committed after SQL"
            .formatted(consumers),
        "SQL: JdbcMetadataStore with an idempotent receiver and JdbcChannelMessageStore with the"
            + " queries for PostgreSQL, both in one transaction for each message; HikariCP with a"
            + " connection for each consumer and each channel and one more",
        "sending: %d stored channels, each with one poller without a limit per poll, a transaction"
                .formatted(CHANNELS)
            + " for each message; CachingConnectionFactory, durable sends with _AMQ_DUPL_ID before"
            + " SQL commits",
        consumers == 1
            ? "order: of each lane, which has one channel with one poller"
            : "order: none; that of two messages of a lane is lost where two consumers have them");
  }

  @Override
  public Launch launch(Stage stage) {
    return build.program(
        stage,
        "io.waybill.bench.peers.integration.Integration",
        String.valueOf(consumers),
        String.valueOf(CHANNELS));
  }

  @Override
  public String unfinished() {
    return "select count(*) from int_channel_message";
  }
}
