package io.waybill.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.jms.ConnectionFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/** The packaged broker on a home folder, started, killed and started again. */
final class BrokerProcess implements AutoCloseable {

  static final Path JAR = Path.of("target", "waybill.jar");

  /** Said when the routes are up too, which is later than the first answer by HTTP. */
  private static final String READY = "waybill: ready at";

  /** It is started often and does not run for long. */
  private static final List<String> QUICK_START =
      List.of("-Xmx512m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

  private static final String ADMIN = "admin";
  private static final Duration START_PATIENCE = Duration.ofSeconds(180);
  private static final Duration STOP_PATIENCE = Duration.ofSeconds(45);

  private final Path home;
  private final int httpPort = freePort();
  private final int jmsPort = freePort();
  private final Client probe = new Client();
  private int starts;
  private @Nullable Process process;
  private volatile boolean ready;

  BrokerProcess(Path home) {
    this.home = home;
  }

  static int freePort() {
    try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return any.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int httpPort() {
    return httpPort;
  }

  int jmsPort() {
    return jmsPort;
  }

  Path data() {
    return home.resolve("data");
  }

  /** Starts it and does not wait. */
  void start(String... settings) {
    assertThat(JAR).as("the packaged broker: mvn package makes it").exists();
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(QUICK_START);
    command.add("-jar");
    command.add(JAR.toAbsolutePath().toString());
    command.add("run");
    command.add("--home");
    command.add(home.toString());
    command.add("--server.port=" + httpPort);
    command.add("--waybill.acceptor=tcp://127.0.0.1:" + jmsPort);
    command.addAll(List.of(settings));
    starts++;
    try {
      process =
          new ProcessBuilder(command)
              .directory(home.toFile())
              .redirectErrorStream(true)
              .redirectOutput(logFile().toFile())
              .start();
      process.getOutputStream().close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path logFile() {
    return home.resolve("broker-" + httpPort + "-" + starts + ".log");
  }

  /** What it has said since it was started last. */
  String log() {
    try {
      return Files.readString(logFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  long logSize() {
    return logFile().toFile().length();
  }

  /** Waits until it answers. */
  void awaitReady() {
    await("the broker to answer")
        .atMost(START_PATIENCE)
        .pollInterval(Duration.ofMillis(100))
        .until(
            () -> {
              requireAlive();
              return log().contains(READY) && answers();
            });
    ready = true;
  }

  /** Fails where it has ended by itself. */
  void requireAlive() {
    if (!running().isAlive()) {
      throw new AssertionError("the broker ended by itself:\n" + log());
    }
  }

  private boolean answers() throws InterruptedException {
    if (!Files.exists(passwordFile())) {
      return false;
    }
    try {
      return probe.get("/api/v1/messages?limit=1").code() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  /** Whether it was ready and has not been killed since. */
  boolean ready() {
    return ready;
  }

  /** Ends it as the kernel would: nothing in it runs any more. */
  void kill() throws InterruptedException {
    ready = false;
    Process killed = running();
    killed.destroyForcibly();
    assertThat(killed.waitFor(10, TimeUnit.SECONDS)).as("killed").isTrue();
    assertThat(killed.exitValue()).as("ended by SIGKILL").isEqualTo(128 + 9);
  }

  /** Ends it in order and tells with which exit code. */
  int stop() throws InterruptedException {
    ready = false;
    Process stopped = running();
    stopped.destroy();
    assertThat(stopped.waitFor(STOP_PATIENCE.toSeconds(), TimeUnit.SECONDS))
        .as("stopped within %s:\n%s", STOP_PATIENCE, log())
        .isTrue();
    return stopped.exitValue();
  }

  /** Waits until it ends by itself and tells with which exit code. */
  int awaitEnd() throws InterruptedException {
    Process ending = running();
    assertThat(ending.waitFor(START_PATIENCE.toSeconds(), TimeUnit.SECONDS))
        .as("ended by itself:\n%s", log())
        .isTrue();
    return ending.exitValue();
  }

  private Process running() {
    if (process == null) {
      throw new IllegalStateException("not started");
    }
    return process;
  }

  /** The password that the first start has made. */
  String password() {
    try {
      return Files.readString(passwordFile()).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path passwordFile() {
    return data().resolve("admin-password");
  }

  /** Connections of another program, by TCP. */
  ConnectionFactory connections() {
    return new ActiveMQConnectionFactory("tcp://127.0.0.1:" + jmsPort, ADMIN, password());
  }

  /** The embedded database, as its own files describe it. */
  PGSimpleDataSource database() {
    try {
      List<String> postmaster = Files.readAllLines(postmasterFile());
      PGSimpleDataSource database = new PGSimpleDataSource();
      database.setServerNames(new String[] {"127.0.0.1"});
      database.setPortNumbers(new int[] {Integer.parseInt(postmaster.get(3).strip())});
      database.setDatabaseName("waybill");
      database.setUser("waybill");
      database.setPassword(Files.readString(data().resolve("postgres/password")).strip());
      return database;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path postmasterFile() {
    return data().resolve("postgres/db/postmaster.pid");
  }

  /** Leaves nothing running: a killed broker leaves its database behind. */
  @Override
  public void close() throws IOException {
    if (process != null && process.isAlive()) {
      process.destroy();
      process
          .onExit()
          .completeOnTimeout(process, STOP_PATIENCE.toSeconds(), TimeUnit.SECONDS)
          .join();
      process.destroyForcibly();
    }
    if (leftDatabase()) {
      long pid = Long.parseLong(Files.readAllLines(postmasterFile()).get(0).strip());
      ProcessHandle.of(pid).ifPresent(ProcessHandle::destroy);
    }
  }

  /** Whether it has left its database running. */
  boolean leftDatabase() throws IOException {
    return Files.exists(postmasterFile()) && holdsFolder();
  }

  /** One that was refused leaves the database to the broker that has the folder. */
  private boolean holdsFolder() throws IOException {
    String holder = Files.readString(data().resolve("broker.lock")).strip();
    return process != null && holder.equals(String.valueOf(process.pid()));
  }

  /** Asks it to end, as a supervisor does, and does not wait. */
  void askToStop() {
    ready = false;
    running().destroy();
  }

  /** What the broker answered. */
  record Answer(int code, String body, @Nullable String location) {}

  /**
   * The code of an answer to somebody without a password, over a connection of its own; 0: none.
   */
  int probe(String path) {
    try {
      HttpURLConnection asked =
          (HttpURLConnection)
              URI.create("http://127.0.0.1:" + httpPort + path).toURL().openConnection();
      asked.setConnectTimeout(5_000);
      asked.setReadTimeout(20_000);
      asked.setRequestProperty("Connection", "close");
      try {
        return asked.getResponseCode();
      } finally {
        asked.disconnect();
      }
    } catch (IOException e) {
      return 0;
    }
  }

  /** A program that uses the HTTP API as admin, over a connection of its own. */
  final class Client {

    private final HttpClient client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    Answer get(String path) throws IOException, InterruptedException {
      return exchange(request(path).GET().build());
    }

    Answer post(
        String path, @Nullable String key, String contentType, byte[] body, String... headers)
        throws IOException, InterruptedException {
      HttpRequest.Builder request =
          request(path)
              .header("Content-Type", contentType)
              .POST(HttpRequest.BodyPublishers.ofByteArray(body));
      for (int i = 0; i < headers.length; i += 2) {
        request.header(headers[i], headers[i + 1]);
      }
      if (key != null) {
        request.header("Idempotency-Key", "\"" + key + "\"");
      }
      return exchange(request.build());
    }

    private HttpRequest.Builder request(String path) {
      String credentials = ADMIN + ":" + password();
      return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + httpPort + path))
          .timeout(Duration.ofSeconds(30))
          .header(
              "Authorization",
              "Basic "
                  + Base64.getEncoder()
                      .encodeToString(credentials.getBytes(StandardCharsets.UTF_8)));
    }

    private Answer exchange(HttpRequest request) throws IOException, InterruptedException {
      var response = client.send(request, BodyHandlers.ofString());
      return new Answer(
          response.statusCode(),
          response.body(),
          response.headers().firstValue("Location").orElse(null));
    }
  }
}
