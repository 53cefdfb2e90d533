package io.waybill.bench.peers.restate;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** The process of the Restate server, on the current folder. */
final class Server {

  private static final Duration START_PATIENCE = Duration.ofSeconds(60);
  private static final Duration TURN = Duration.ofMillis(50);

  /** Every setting that is not its default; the sync of its log is, and is said all the same. */
  private static final String SETTINGS =
      """
      node-name = "bench"
      base-dir = "restate-data"
      listen-mode = "tcp"
      bind-ip = "127.0.0.1"
      bind-port = %d
      disable-telemetry = true
      log-filter = "warn"
      log-disable-ansi-codes = true

      [ingress]
      bind-address = "127.0.0.1:%d"

      [admin]
      bind-address = "127.0.0.1:%d"

      [log-server]
      rocksdb-disable-wal-fsync = false
      """;

  private final HttpClient http = HttpClient.newHttpClient();
  private final Ports ports;

  private Server(Ports ports) {
    this.ports = ports;
  }

  /** Starts it and returns when it answers. */
  static Server start(Path program, Ports ports) throws IOException, InterruptedException {
    Path settings = Path.of("restate.toml").toAbsolutePath();
    Files.writeString(settings, SETTINGS.formatted(ports.node(), ports.ingress(), ports.admin()));
    ProcessBuilder builder =
        new ProcessBuilder(program.toString(), "--no-logo", "--config-file", settings.toString())
            .inheritIO();
    Path temporary = Files.createDirectories(Path.of("tmp").toAbsolutePath());
    builder.environment().put("TMPDIR", temporary.toString());
    Process process = builder.start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
    Server server = new Server(ports);
    long end = System.nanoTime() + START_PATIENCE.toNanos();
    while (!server.answers()) {
      if (!process.isAlive() || System.nanoTime() > end) {
        process.destroyForcibly();
        throw new IOException("The server of Restate does not answer");
      }
      Thread.sleep(TURN.toMillis());
    }
    return server;
  }

  private boolean answers() throws InterruptedException {
    return answers(ports.adminUrl() + "/health") && answers(ports.ingressUrl() + "/restate/health");
  }

  private boolean answers(String url) throws InterruptedException {
    try {
      HttpRequest request = HttpRequest.newBuilder(URI.create(url)).build();
      return http.send(request, BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  /** Tells it where the handlers of this program are; it knows them already after a restart. */
  void register() throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(ports.adminUrl() + "/deployments"))
            .header("Content-Type", "application/json")
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    "{\"uri\": \"%s\", \"force\": true}".formatted(ports.handlersUrl())))
            .build();
    HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
    if (answer.statusCode() / 100 != 2) {
      throw new IOException("Not registered: %d %s".formatted(answer.statusCode(), answer.body()));
    }
  }
}
