package io.waybill.bench.peers;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.waybill.bench.candidate.Candidate;
import io.waybill.bench.candidate.Launch;
import io.waybill.bench.candidate.Stage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Restate between two queues: its server, which is a program of its own, and the handlers. */
public final class RestateCandidate implements Candidate {

  private static final int PORTS = 4;
  private static final int ADMIN = 1;
  private static final int OK = 200;
  private static final Duration ANSWER_PATIENCE = Duration.ofSeconds(30);

  private final PeersBuild build;
  private final RestateServer server;
  private final ObjectMapper json = new ObjectMapper();
  private final HttpClient http = HttpClient.newBuilder().connectTimeout(ANSWER_PATIENCE).build();

  /**
   * Those of each stage; what is in the server's log names them, so that they stay after a kill.
   */
  private final Map<Stage, List<Integer>> ports = new HashMap<>();

  private boolean looked;
  private @Nullable String missing;

  /** Takes where its program is. */
  public RestateCandidate(PeersBuild build) {
    this.build = build;
    this.server = new RestateServer(build.folder().resolve("restate"));
  }

  @Override
  public String name() {
    return "restate";
  }

  @Override
  public String title() {
    return "Restate, a virtual object for each lane";
  }

  @Override
  public List<String> settings() {
    return List.of(
        "Restate %s, one server with all roles; SDK 2.4.0".formatted(RestateServer.VERSION),
        "its own log and store instead of PostgreSQL, in the folder of the candidate; the log is"
            + " synced (log-server.rocksdb-disable-wal-fsync = false); no telemetry; everything else"
            + " by default",
        "JMS in: one transacted session, up to 64 messages at a time, committed when each of them is"
            + " accepted as an invocation with the id of the document as idempotency key",
        "the handler: a durable send with _AMQ_DUPL_ID inside ctx.run",
        "order: of each lane, which is a virtual object; its documents are accepted one by one,"
            + " those of different lanes at once",
        "a kill ends its server and its handlers at once");
  }

  @Override
  public Launch launch(Stage stage) throws IOException {
    List<String> arguments = new ArrayList<>(List.of(server.program().toString()));
    portsOf(stage).forEach(port -> arguments.add(String.valueOf(port)));
    return build.program(
        stage, "io.waybill.bench.peers.restate.Lanes", arguments.toArray(String[]::new));
  }

  private List<Integer> portsOf(Stage stage) throws IOException {
    List<Integer> known = ports.get(stage);
    if (known == null) {
      known = free();
      ports.put(stage, known);
    }
    return known;
  }

  /** All of them are held until the last one is known, so that none comes twice. */
  private static List<Integer> free() throws IOException {
    List<ServerSocket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < PORTS; i++) {
        sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
      }
      return sockets.stream().map(ServerSocket::getLocalPort).toList();
    } finally {
      for (ServerSocket socket : sockets) {
        socket.close();
      }
    }
  }

  /** In the words of its own tables, which are not in PostgreSQL. What failed is not finished. */
  @Override
  public String unfinished() {
    return """
        select count(*) as open
        from sys_invocation
        where completion_result is distinct from 'success'
        """;
  }

  @Override
  public long unfinished(Connection database, Stage stage) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:%d/query".formatted(portsOf(stage).get(ADMIN))))
            .timeout(ANSWER_PATIENCE)
            .header("Content-Type", "application/json")
            .header("Accept", "application/json")
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    json.writeValueAsString(Map.of("query", unfinished()))))
            .build();
    HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
    if (answer.statusCode() != OK) {
      throw new IOException(
          "The server of Restate answers %d: %s".formatted(answer.statusCode(), answer.body()));
    }
    return json.readTree(answer.body()).required("rows").required(0).required("open").longValue();
  }

  @Override
  public @Nullable String cannot(String condition) {
    if (!looked) {
      missing = server.missing();
      looked = true;
    }
    return missing;
  }
}
