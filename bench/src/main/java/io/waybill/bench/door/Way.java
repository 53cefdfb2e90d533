package io.waybill.bench.door;

import io.waybill.bench.candidate.Door;
import io.waybill.bench.candidate.Stage;
import io.waybill.bench.judge.Judge;
import io.waybill.bench.judge.Queues;
import io.waybill.bench.work.Producer;
import java.io.IOException;
import java.net.URI;
import java.util.function.Supplier;

/** The way through one candidate. */
public record Way(Source source, Destination destination) implements AutoCloseable {

  /**
   * The way by the door of a stage.
   *
   * @param bare whether what runs there is the endpoint itself, with nothing behind it
   * @param candidate its process at present
   */
  public static Way of(
      Stage stage,
      boolean bare,
      Queues queues,
      Producer producer,
      Supplier<ProcessHandle> candidate)
      throws IOException {
    Source queue = new QueueSource(queues, producer, stage.in());
    Destination out =
        new QueueDestination(queues, new Judge(stage.servers().connections()), stage.out());
    return switch (stage.door()) {
      case QUEUES -> new Way(queue, out);
      case LARGE_FILE -> new Way(new FolderSource(Folder.of(stage.folder()), candidate, true), out);
      case DROP_FOLDER -> {
        Folder folder = Folder.of(stage.folder());
        Source files = new FolderSource(folder, candidate, false);
        yield new Way(
            files, bare ? new FolderDestination(folder, Counter.in(stage.folder())) : out);
      }
      case HTTP_INTAKE -> {
        URI intake = URI.create("http://127.0.0.1:" + stage.port() + Door.PATH);
        HttpSender sender = new HttpSender(intake, Door.CONNECTIONS);
        yield new Way(new HttpSource(sender), bare ? new AnswerDestination(sender) : out);
      }
      case HTTP_DESTINATION -> {
        Source told = new LoadSource(stage.servers().connections(), stage.in());
        yield new Way(bare ? told : queue, new HttpDestination(URI.create(stage.httpUrl())));
      }
    };
  }

  @Override
  public void close() throws Exception {
    source.close();
  }
}
