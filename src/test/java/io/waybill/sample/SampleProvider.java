package io.waybill.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.embedded.TestPostgres;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The sample provider as a process, started, killed and started again on the same tables. */
public final class SampleProvider implements AutoCloseable {

  private static final String SAYS = "waybill: sample provider at ";
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final TestPostgres.Database database;
  private final String schema;
  private final HttpClient client = HttpClient.newHttpClient();
  private @Nullable Process process;
  private String url = "";
  private int port;

  public SampleProvider(TestPostgres.Database database, String schema) {
    this.database = database;
    this.schema = schema;
  }

  /** Starts it, the second time on the port of the first, and waits until it answers. */
  public void start() throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                "io.waybill.cli.Main",
                "sample-provider",
                "--url=" + database.url(),
                "--user=" + database.user(),
                "--schema=" + schema,
                "--port=" + port,
                "--stock=1000"));
    builder.environment().put("WAYBILL_SAMPLE_PASSWORD", database.password());
    Process started = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
    process = started;
    BufferedReader output = started.inputReader();
    String line = output.readLine();
    while (line != null && !line.startsWith(SAYS)) {
      line = output.readLine();
    }
    assertThat(line).as("the sample provider said").isNotNull();
    url = String.valueOf(line).substring(SAYS.length());
    port = URI.create(url).getPort();
  }

  public String url() {
    return url;
  }

  /** Ends it at once, as a crash would. */
  public void kill() throws InterruptedException {
    Process running = process;
    if (running != null) {
      running.destroyForcibly();
      assertThat(running.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }
  }

  /** Asks it to perform a document. */
  HttpResponse<String> perform(String transaction, String predecessors, String body)
      throws IOException, InterruptedException {
    return client.send(performing(transaction, predecessors, body), BodyHandlers.ofString());
  }

  /** The same without waiting. */
  CompletableFuture<HttpResponse<String>> performAside(
      String transaction, String predecessors, String body) {
    return client.sendAsync(performing(transaction, predecessors, body), BodyHandlers.ofString());
  }

  private HttpRequest performing(String transaction, String predecessors, String body) {
    return request("/transactions")
        .header("Waybill-Transaction", transaction)
        .header("Waybill-Predecessor", predecessors)
        .header("Waybill-Run", "1")
        .POST(BodyPublishers.ofString(body))
        .build();
  }

  HttpResponse<String> cancel(String transaction) throws IOException, InterruptedException {
    return client.send(
        request("/cancellations")
            .header("Waybill-Transaction", transaction)
            .POST(BodyPublishers.noBody())
            .build(),
        BodyHandlers.ofString());
  }

  HttpResponse<String> query(String transaction) throws IOException, InterruptedException {
    return client.send(
        request("/transactions").header("Waybill-Transaction", transaction).build(),
        BodyHandlers.ofString());
  }

  HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
    return client.send(
        request(path).POST(BodyPublishers.ofString(body)).build(), BodyHandlers.ofString());
  }

  /** One of its tables as it shows it. */
  String table(String name) throws IOException, InterruptedException {
    HttpResponse<String> shown = client.send(request("/" + name).build(), BodyHandlers.ofString());
    assertThat(shown.statusCode()).isEqualTo(200);
    return shown.body();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(url + path)).timeout(PATIENCE);
  }

  @Override
  public void close() throws InterruptedException {
    kill();
  }
}
