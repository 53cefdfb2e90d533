package io.waybill.shipped;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.waybill.cli.Main;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The unit is what systemd takes, closed, and fits the broker. */
class SystemdTest {

  private static final Path UNIT = Path.of("packaging/systemd/waybill.service");

  /** Of ten; what is left is that it has a network, a JIT compiler and a home for drop folders. */
  private static final int EXPOSURE = 20;

  @TempDir Path folder;

  @Test
  void systemdTakesIt() throws Exception {
    // other units of this machine are none of this test's business
    assertThat(systemdAnalyze("verify", "--man=no", executable().toString()).lines())
        .noneMatch(line -> line.contains(UNIT.getFileName().toString()));
  }

  @Test
  void itIsClosed() throws Exception {
    assertThat(values("NoNewPrivileges")).containsExactly("yes");
    assertThat(values("ProtectSystem")).containsExactly("strict");
    assertThat(values("User")).isNotEmpty().doesNotContain("root");
    String[] version = systemdAnalyze("--version").split("[^0-9]+", 3);
    assumeTrue(Integer.parseInt(version[1]) >= 250, "systemd-analyze reads no files yet");
    systemdAnalyze(
        "security", "--offline=true", "--threshold=" + EXPOSURE, executable().toString());
  }

  @Test
  void itIsStartedAgainWhereThatIsOfUse() throws IOException {
    assertThat(values("Restart")).containsExactly("always");
    assertThat(values("SuccessExitStatus")).containsExactly("143");
    assertThat(values("RestartPreventExitStatus")).containsExactly("2 4 5");
    assertThat(new CommandLine(new Main()).getCommandSpec().usageMessage().exitCodeList())
        .containsKeys("2", "4", "5");
    assertThat(Integer.parseInt(values("TimeoutStopSec").get(0))).isGreaterThan(20 + 30);
  }

  @Test
  void aMissingSettingIsNeverAnEmptyJournal() throws IOException {
    assertThat(values("Environment"))
        .contains(
            "WAYBILL_EMBEDDED=never", "WAYBILL_DATA=/var/lib/" + values("StateDirectory").get(0));
  }

  @Test
  void itsFoldersAreToldOf() throws IOException {
    String told = Files.readString(Path.of("docs/deployment.md"));
    assertThat(values("WorkingDirectory")).allSatisfy(path -> assertThat(told).contains(path));
    assertThat(values("EnvironmentFile"))
        .allSatisfy(path -> assertThat(told).contains(path.substring(1)));
    assertThat(values("ExecStart")).containsExactly("/opt/waybill/bin/waybill run");
    assertThat(told).contains("/opt/waybill");
  }

  /** The unit with a command that is there, as it is after the installation. */
  private Path executable() throws IOException {
    return Files.writeString(
        folder.resolve(UNIT.getFileName()),
        Files.readString(UNIT)
            .replace("ExecStart=/opt/waybill/bin/waybill", "ExecStart=/bin/sh")
            .replaceAll("(?m)^Documentation=.*\n", ""));
  }

  /** What it says; where it is not installed nothing is checked. */
  private static String systemdAnalyze(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("systemd-analyze"));
    command.addAll(List.of(arguments));
    Process process;
    try {
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      assumeTrue(false, "systemd-analyze is not installed");
      throw e;
    }
    String said = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }

  private static List<String> values(String key) throws IOException {
    Map<String, List<String>> values = new LinkedHashMap<>();
    for (String line : Files.readAllLines(UNIT)) {
      int equals = line.indexOf('=');
      if (!line.startsWith("#") && equals > 0) {
        values
            .computeIfAbsent(line.substring(0, equals), any -> new ArrayList<>())
            .add(line.substring(equals + 1));
      }
    }
    return values.getOrDefault(key, List.of());
  }
}
