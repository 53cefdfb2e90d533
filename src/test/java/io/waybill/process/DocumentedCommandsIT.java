package io.waybill.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.process.DocumentedCommands.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Does what the pages below {@code docs/} tell operators and senders to do, with the packaged
 * broker, the sample flow and its documents: every block marked {@code sh}. Message 42 of the pages
 * is one that cannot be read.
 */
@DisplayName("The commands of the documentation")
class DocumentedCommandsIT {

  private static final int UNREADABLE = 42;

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path temp;

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  @DisplayName("work as they are written")
  void workAsTheyAreWritten() throws Exception {
    Path home = Files.createDirectory(temp.resolve("home"));
    copy(Path.of("config"), home.resolve("config"));
    copy(Path.of("routes"), home.resolve("routes"));
    Path order = Path.of("samples/jms/order-FM-20417.1-order.xml");
    try (BrokerProcess broker = new BrokerProcess(home)) {
      broker.start();
      broker.awaitReady();
      DocumentedCommands commands = DocumentedCommands.with(broker, temp);
      send(commands, home, order);
      Files.copy(order, home.resolve("order.xml"));

      String operations = run(commands, home, "operations.md");
      assertThat(operations).contains("unreadable", "{\"no\": document");
      String http = run(commands, home, "http.md");
      assertThat(http).contains("\"status\":\"skipped\"");
      String console = run(commands, home, "console.md");
      assertThat(console).contains("\"status\":200", "retriable");
    }
  }

  /** Everything but one sample, with one in their middle that is no document. */
  private static void send(DocumentedCommands commands, Path home, Path without) throws Exception {
    List<Path> samples;
    try (Stream<Path> files = Files.walk(Path.of("samples"))) {
      samples =
          files
              .filter(file -> file.toString().matches(".*\\.(json|xml)"))
              .filter(file -> !file.equals(without))
              .map(Path::toAbsolutePath)
              .sorted()
              .toList();
    }
    assertThat(samples).hasSizeGreaterThanOrEqualTo(UNREADABLE);
    commands.run(submit(samples.subList(0, UNREADABLE - 1)), home);
    Files.writeString(home.resolve("broken.json"), "{\"no\": document");
    commands.run("! waybill submit --operation BookInvoice broken.json\n", home);
    commands.run(submit(samples.subList(UNREADABLE - 1, samples.size())), home);
  }

  private static String submit(List<Path> files) {
    return files.stream()
        .map(Path::toString)
        .collect(Collectors.joining(" ", "waybill submit ", ""));
  }

  private static String run(DocumentedCommands commands, Path home, String page) throws Exception {
    List<Step> steps = DocumentedCommands.of(Path.of("docs", page));
    assertThat(steps).as("blocks marked sh in %s", page).isNotEmpty();
    StringBuilder printed = new StringBuilder();
    for (Step step : steps) {
      printed.append(commands.run(step.commands(), home));
    }
    return printed.toString();
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = to.resolve(from.relativize(file).toString());
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
      }
    }
  }
}
