package io.waybill.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.waybill.process.DocumentedCommands.Step;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Does what README.md tells a newcomer to do, with the packaged broker: every block marked {@code
 * sh}, in its order, in a new folder. A block marked {@code text} is what the block before it has
 * to print. {@code waybill run} starts the broker; the second time it is stopped first.
 */
class ReadmeIT {

  /** What only looks may be looked at again until it shows what is to come. */
  private static final Pattern LOOKING = Pattern.compile("(waybill messages.*|ls .*)\n");

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path temp;

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void theFirstFlowWorksAsItIsTold() throws Exception {
    Path flow = temp.resolve("my-flow");
    List<Step> steps = DocumentedCommands.of(Path.of("README.md"));
    assertThat(steps).as("blocks marked sh").hasSizeGreaterThan(8);
    try (BrokerProcess broker = new BrokerProcess(flow)) {
      DocumentedCommands commands = DocumentedCommands.with(broker, temp);
      for (Step step : steps) {
        if (step.commands().equals("waybill run\n")) {
          if (broker.ready()) {
            assertThat(broker.stop()).as("exit code of the stopped broker").isIn(0, 128 + 15);
          }
          broker.start();
          broker.awaitReady();
        } else {
          carryOut(step, commands, Files.exists(flow) ? flow : commands.programs());
        }
      }
      assertThat(broker.stop()).isIn(0, 128 + 15);
    }
  }

  private void carryOut(Step step, DocumentedCommands commands, Path folder) throws Exception {
    String here = step.commands().replace("/tmp/my-flow", temp.resolve("my-flow").toString());
    String expected = step.printed();
    if (expected == null) {
      commands.run(here, folder);
    } else if (LOOKING.matcher(here).matches()) {
      await(here)
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(500))
          .untilAsserted(
              () -> assertThat(commands.run(here, folder)).isEqualToNormalizingNewlines(expected));
    } else {
      assertThat(commands.run(here, folder)).as(here).isEqualTo(expected);
    }
  }
}
