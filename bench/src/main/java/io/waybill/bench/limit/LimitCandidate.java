package io.waybill.bench.limit;

import io.waybill.bench.candidate.Candidate;
import io.waybill.bench.candidate.Door;
import io.waybill.bench.candidate.Launch;
import io.waybill.bench.candidate.Stage;
import io.waybill.bench.services.Web;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is possible at all: with the servers the stripped program, by other doors the endpoint
 * itself.
 */
public final class LimitCandidate implements Candidate {

  @Override
  public String name() {
    return "limit";
  }

  @Override
  public String title() {
    return "the stripped program, or the endpoint itself";
  }

  @Override
  public List<String> settings() {
    return List.of(
        "JMS: transacted, up to %d messages at a time, in and out".formatted(Stripped.BATCH),
        "SQL: one set-based insert that drops known ids, as posting; one set-based update to posted",
        "order: one thread each for intake, sending and the update, first come first served",
        "drop folder: one thread that lists, renames, reads, writes a receipt, renames; nothing is"
            + " forced to disk",
        "HTTP intake: embedded Tomcat with %d threads, one servlet that reads and answers 202"
            .formatted(Web.THREADS),
        "HTTP destination: a client with %d connections, one thread".formatted(Door.CONNECTIONS));
  }

  @Override
  public Launch launch(Stage stage) {
    return switch (stage.door()) {
      case QUEUES -> Launch.program(stage, Stripped.class);
      case DROP_FOLDER -> Launch.program(stage, BareFolder.class);
      case LARGE_FILE -> throw new IllegalStateException("Nobody asks for it by this door");
      case HTTP_INTAKE -> Launch.program(stage, BareIntake.class);
      case HTTP_DESTINATION -> Launch.program(stage, BareLoad.class);
    };
  }

  @Override
  public @Nullable String cannot(Door door) {
    return door == Door.LARGE_FILE ? "reading a file is as fast as the disk" : null;
  }

  @Override
  public boolean bare(Door door) {
    return door != Door.QUEUES;
  }

  @Override
  public String unfinished() {
    return "select count(*) from stripped where status <> 'posted'";
  }

  @Override
  public String unfinished(Door door) {
    return bare(door) ? "select 0" : unfinished();
  }
}
