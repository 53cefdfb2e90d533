package io.waybill.bench.peers;

import io.waybill.bench.candidate.Candidate;
import io.waybill.bench.candidate.Launch;
import io.waybill.bench.candidate.Stage;
import java.util.List;

/**
 * DBOS Transact between two queues.
 *
 * @param build where its program is
 * @param atOnce how many workflows run at once; 1 means one in each lane
 */
public record DbosCandidate(PeersBuild build, int atOnce) implements Candidate {

  @Override
  public String name() {
    return atOnce == 1 ? "dbos" : "dbos-" + atOnce;
  }

  @Override
  public String title() {
    return atOnce == 1
        ? "DBOS Transact, a queue partition for each lane"
        : "DBOS Transact, %d workflows at once".formatted(atOnce);
  }

  @Override
  public List<String> settings() {
    return List.of(
        "DBOS Transact 1.1.0-m6",
        "JMS in: one transacted session, up to 64 messages at a time, committed when each of them is"
            + " a workflow in a queue, with the id of the document as its id",
        "the workflow: one step, a durable send with _AMQ_DUPL_ID; HikariCP with 20 connections",
        atOnce == 1
            ? "queue: partitioned by lane, one workflow at once in each, looked at every 20 ms"
            : "queue: %d workflows at once, looked at every 20 ms".formatted(atOnce),
        atOnce == 1 ? "order: of each lane, by the millisecond of enqueueing" : "order: none");
  }

  @Override
  public Launch launch(Stage stage) {
    return build.program(stage, "io.waybill.bench.peers.dbos.Workflows", String.valueOf(atOnce));
  }

  @Override
  public String unfinished() {
    return "select count(*) from dbos.workflow_status where status <> 'SUCCESS'";
  }
}
