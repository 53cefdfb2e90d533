package io.waybill.bench.limit;

import io.waybill.bench.candidate.Candidate;
import io.waybill.bench.candidate.Launch;
import io.waybill.bench.candidate.Stage;
import java.util.List;

/** What is possible at all with these servers: the stripped program. */
public final class LimitCandidate implements Candidate {

  @Override
  public String name() {
    return "limit";
  }

  @Override
  public String title() {
    return "the stripped program";
  }

  @Override
  public List<String> settings() {
    return List.of(
        "JMS: transacted, up to %d messages at a time, in and out".formatted(Stripped.BATCH),
        "SQL: one set-based insert that drops known ids, as posting; one set-based update to posted",
        "order: one thread each for intake, sending and the update, first come first served");
  }

  @Override
  public Launch launch(Stage stage) {
    return Launch.program(stage, Stripped.class);
  }

  @Override
  public String unfinished() {
    return "select count(*) from stripped where status <> 'posted'";
  }
}
