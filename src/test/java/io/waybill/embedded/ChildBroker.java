package io.waybill.embedded;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Another JVM that holds an embedded PostgreSQL until it is killed. */
final class ChildBroker implements AutoCloseable {

  private final Process process;
  private final String said;

  private ChildBroker(Process process, String said) {
    this.process = process;
    this.said = said;
  }

  static ChildBroker start(Path folder) throws IOException {
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-cp",
                    System.getProperty("java.class.path"),
                    ChildBroker.class.getName(),
                    folder.toString()))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    BufferedReader output = process.inputReader();
    String line = output.readLine();
    while (line != null && !line.startsWith("postgres ") && !line.startsWith("refused ")) {
      line = output.readLine();
    }
    return new ChildBroker(process, String.valueOf(line));
  }

  /** Runs in the other JVM. */
  public static void main(String[] args) throws IOException {
    try {
      EmbeddedPostgres postgres = EmbeddedPostgres.start(Path.of(args[0]), TestPostgres.settings());
      System.out.println("postgres " + postgres.pid());
      int ended = System.in.read();
      System.out.println("nobody asked for an end: " + ended);
    } catch (EmbeddedStartException e) {
      System.out.println("refused " + e.problem() + " " + e.getMessage());
    }
  }

  long pid() {
    return process.pid();
  }

  long postgresPid() {
    return Long.parseLong(said.substring("postgres ".length()));
  }

  String said() {
    return said;
  }

  /** Kills the JVM as the kernel would for lack of memory: nothing in it runs any more. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
