package io.waybill.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.operator.Passwords;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The demo")
class DemoIT {

  private static final long PATIENCE_SECONDS = 300;

  @TempDir Path home;

  @Test
  @DisplayName("posts every sample once and in order, and does so again from empty data")
  void postsEverySampleOnceAndInOrderTwice() throws Exception {
    for (String folder : new String[] {"config", "routes", "samples"}) {
      copy(Path.of(folder), home.resolve(folder));
    }

    for (int run = 1; run <= 2; run++) {
      if (run == 2) {
        configureUsers();
      }
      Path said = home.resolve("demo-" + run + ".txt");
      int exitCode = demo(said);

      assertThat(exitCode).as(() -> read(said)).isZero();
      assertThat(read(said))
          .contains("All 46 documents are posted, each once")
          .contains("nothing was posted a second time")
          .contains("receipt: duplicate of message")
          .contains("200: posted already as message")
          .contains("1 order, 2 change-1, 3 change-2, 4 change-3")
          .contains("46 rows in waybill.messages")
          .doesNotContain("wrong");
    }

    assertThat(home.resolve("data/demo/made-by-waybill-demo")).exists();
    assertThat(home.resolve("data/demo/postgres/db/postmaster.pid")).doesNotExist();
  }

  /** Even one of the demo's own name, with another password and fewer rights. */
  private void configureUsers() throws IOException {
    Path file = home.resolve("config/application.yaml");
    String users =
        """
          users:
            admin:
              password: "%s"
              roles: [ submitter ]
              operations: [ PlaceOrder ]
        """
            .formatted(Passwords.encode("another one"));
    Files.writeString(file, Files.readString(file).replace("waybill:\n", "waybill:\n" + users));
  }

  @Test
  @DisplayName("does not empty a folder that it did not make")
  void doesNotEmptyAFolderThatItDidNotMake() throws Exception {
    for (String folder : new String[] {"config", "routes", "samples"}) {
      copy(Path.of(folder), home.resolve(folder));
    }
    Path mine = Files.createDirectories(home.resolve("data/demo")).resolve("mine.txt");
    Files.writeString(mine, "mine");

    Path said = home.resolve("demo.txt");
    int exitCode = demo(said);

    assertThat(exitCode).isEqualTo(4);
    assertThat(read(said)).contains("data/demo is in the way");
    assertThat(mine).hasContent("mine");
  }

  private int demo(Path said) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-jar",
                BrokerProcess.JAR.toAbsolutePath().toString(),
                "demo",
                "--once",
                "--home",
                home.toString(),
                "--server.port=" + BrokerProcess.freePort(),
                "--waybill.acceptor=tcp://127.0.0.1:" + BrokerProcess.freePort())
            .directory(home.toFile())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    process.getOutputStream().close();
    try {
      assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS))
          .as(() -> "ended:\n" + read(said))
          .isTrue();
      return process.exitValue();
    } finally {
      process.destroy();
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return "nothing: " + e;
    }
  }
}
