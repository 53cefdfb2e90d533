package io.waybill.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The commands of a page of the documentation: every block marked {@code sh}, in its order. A block
 * marked {@code text} is what the block before it has to print.
 *
 * @param programs a folder with the program {@code waybill}, as the clone is one, that never builds
 * @param broker which they speak to
 */
record DocumentedCommands(Path programs, BrokerProcess broker) {

  private static final Pattern BLOCK =
      Pattern.compile("^```(sh|text)\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);

  /** Commands, and what they have to print where the page says it. */
  record Step(String commands, @Nullable String printed) {}

  static DocumentedCommands with(BrokerProcess broker, Path temp) throws IOException {
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
    return new DocumentedCommands(folder, broker);
  }

  static List<Step> of(Path page) throws IOException {
    List<Step> steps = new ArrayList<>();
    Matcher block = BLOCK.matcher(Files.readString(page));
    while (block.find()) {
      String content = block.group(2);
      if (block.group(1).equals("sh")) {
        steps.add(new Step(content, null));
      } else if (!steps.isEmpty()) {
        Step last = steps.remove(steps.size() - 1);
        assertThat(last.printed()).as("printed by %s", last.commands()).isNull();
        steps.add(new Step(last.commands(), content));
      }
    }
    return steps;
  }

  /** Runs commands in a folder, which have to succeed, and tells what they print. */
  String run(String commands, Path folder) throws IOException, InterruptedException {
    String here = "127.0.0.1:" + broker.httpPort();
    ProcessBuilder shell =
        new ProcessBuilder("sh", "-eu", "-c", commands.replace("127.0.0.1:8080", here))
            .directory(folder.toFile())
            .redirectErrorStream(true);
    Map<String, String> environment = shell.environment();
    environment.put("PATH", programs + ":" + environment.get("PATH"));
    environment.put("WAYBILL_URL", "http://" + here);
    environment.put("WAYBILL_JMS_URL", "tcp://127.0.0.1:" + broker.jmsPort());
    Process process = shell.start();
    process.getOutputStream().close();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as("%s\n%s", commands, printed).isZero();
    return printed;
  }
}
