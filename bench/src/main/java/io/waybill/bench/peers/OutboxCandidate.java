package io.waybill.bench.peers;

import io.waybill.bench.candidate.Candidate;
import io.waybill.bench.candidate.Launch;
import io.waybill.bench.candidate.Stage;
import java.util.List;

/**
 * Gruelbox transaction-outbox between two queues.
 *
 * @param build where its program is
 * @param threads how many send what is in the outbox
 */
public record OutboxCandidate(PeersBuild build, int threads) implements Candidate {

  @Override
  public String name() {
    return threads == 1 ? "outbox" : "outbox-" + threads;
  }

  @Override
  public String title() {
    return threads == 1
        ? "transaction-outbox, one thread"
        : "transaction-outbox, %d threads".formatted(threads);
  }

  @Override
  public List<String> settings() {
    return List.of(
        "transaction-outbox 4.2.268; ordered topics came with 5.5 and are not measured",
        "JMS in: one transacted session, up to 64 messages at a time, committed after SQL",
        "SQL: one transaction for the messages of a session, each scheduled with its id as unique"
            + " request id, one by one where one of them is known; HikariCP with a connection for"
            + " each thread and two more",
        "sending: %d threads right after the commit, up to 1,000 waiting, then intake waits; durable"
                .formatted(threads)
            + " sends with _AMQ_DUPL_ID, a session and a producer for each thread",
        "flush: every second, what was not processed 10 s after it was scheduled",
        threads == 1
            ? "order: that of the queue as long as nothing fails; what a crash leaves comes later"
            : "order: none");
  }

  @Override
  public Launch launch(Stage stage) {
    return build.program(stage, "io.waybill.bench.peers.outbox.Outbox", String.valueOf(threads));
  }

  @Override
  public String unfinished() {
    return "select count(*) from txno_outbox where not processed";
  }
}
