package io.waybill.bench.lane;

import io.waybill.bench.candidate.Candidate;
import io.waybill.bench.candidate.Launch;
import io.waybill.bench.candidate.Stage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one ordered sender reaches at the destination alone: it has all documents in its memory and
 * keeps no record of them.
 *
 * @param together how many it sends in one transaction; each by itself where that is 1
 */
public record SenderCandidate(int together) implements Candidate {

  @Override
  public String name() {
    return "sender-" + together;
  }

  @Override
  public String title() {
    return together == 1
        ? "an ordered sender, one by one"
        : "an ordered sender, %d at a time".formatted(together);
  }

  @Override
  public List<String> settings() {
    return List.of(
        together == 1
            ? "JMS: one thread, each send durable and waited for, with _AMQ_DUPL_ID"
            : "JMS: one thread, transacted, %d durable sends in a transaction, with _AMQ_DUPL_ID"
                .formatted(together),
        "documents prepared in memory before the time runs, no SQL");
  }

  @Override
  public Launch launch(Stage stage) {
    return Launch.program(stage, OrderedSender.class, String.valueOf(together));
  }

  @Override
  public String unfinished() {
    return "select 0";
  }

  @Override
  public @Nullable String cannot(String condition) {
    return condition.equals(HotLane.NAME) ? null : "it only sends what is prepared";
  }
}
