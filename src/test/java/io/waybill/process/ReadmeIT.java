package io.waybill.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
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

  private static final Pattern BLOCK =
      Pattern.compile("^```(sh|text)\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);

  /** What only looks may be looked at again until it shows what is to come. */
  private static final Pattern LOOKING = Pattern.compile("(waybill messages.*|ls .*)\n");

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Commands, and what they have to print where README.md says it. */
  private record Step(String commands, @Nullable String printed) {}

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path temp;

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void theFirstFlowWorksAsItIsTold() throws Exception {
    Path programs = programs();
    Path flow = temp.resolve("my-flow");
    List<Step> steps = steps(Files.readString(Path.of("README.md")));
    assertThat(steps).as("blocks marked sh").hasSizeGreaterThan(8);
    try (BrokerProcess broker = new BrokerProcess(flow)) {
      for (Step step : steps) {
        if (step.commands().equals("waybill run\n")) {
          if (broker.ready()) {
            assertThat(broker.stop()).as("exit code of the stopped broker").isIn(0, 128 + 15);
          }
          broker.start();
          broker.awaitReady();
        } else {
          Path folder = Files.exists(flow) ? flow : programs;
          carryOut(step, folder, programs, broker);
        }
      }
      assertThat(broker.stop()).isIn(0, 128 + 15);
    }
  }

  private static List<Step> steps(String readme) {
    List<Step> steps = new ArrayList<>();
    Matcher block = BLOCK.matcher(readme);
    while (block.find()) {
      String content = block.group(2);
      if (block.group(1).equals("sh")) {
        steps.add(new Step(content, null));
      } else {
        Step last = steps.remove(steps.size() - 1);
        assertThat(last.printed()).as("printed by %s", last.commands()).isNull();
        steps.add(new Step(last.commands(), content));
      }
    }
    return steps;
  }

  /** A folder with the program {@code waybill}, as the clone is one, that never builds anything. */
  private Path programs() throws IOException {
    Path folder = Files.createDirectory(temp.resolve("clone"));
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    String script =
        """
        #!/bin/sh
        exec '%s' -jar '%s' "$@"
        """
            .formatted(java, BrokerProcess.JAR.toAbsolutePath());
    Path waybill = Files.writeString(folder.resolve("waybill"), script);
    Files.setPosixFilePermissions(waybill, PosixFilePermissions.fromString("rwx------"));
    return folder;
  }

  private void carryOut(Step step, Path folder, Path programs, BrokerProcess broker)
      throws Exception {
    String expected = step.printed();
    if (expected == null) {
      print(step, folder, programs, broker);
    } else if (LOOKING.matcher(step.commands()).matches()) {
      await(step.commands())
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(500))
          .untilAsserted(
              () ->
                  assertThat(print(step, folder, programs, broker))
                      .isEqualToNormalizingNewlines(expected));
    } else {
      assertThat(print(step, folder, programs, broker)).as(step.commands()).isEqualTo(expected);
    }
  }

  private String print(Step step, Path folder, Path programs, BrokerProcess broker)
      throws IOException, InterruptedException {
    String here = "127.0.0.1:" + broker.httpPort();
    String commands =
        step.commands()
            .replace("/tmp/my-flow", temp.resolve("my-flow").toString())
            .replace("127.0.0.1:8080", here);
    ProcessBuilder shell =
        new ProcessBuilder("sh", "-eu", "-c", commands)
            .directory(folder.toFile())
            .redirectErrorStream(true);
    Map<String, String> environment = shell.environment();
    environment.put("PATH", programs + ":" + environment.get("PATH"));
    environment.put("WAYBILL_URL", "http://" + here);
    environment.put("WAYBILL_JMS_URL", "tcp://127.0.0.1:" + broker.jmsPort());
    Process process = shell.start();
    process.getOutputStream().close();
    String printed = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor()).as("%s\n%s", commands, printed).isZero();
    return printed;
  }
}
