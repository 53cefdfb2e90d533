package io.waybill.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** The broker's HTTP API, as a program uses that sends documents and looks what became of them. */
final class BrokerApi implements Sender {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final String base;
  private final String authorization;

  BrokerApi(String url, String user, String password) {
    this.base = url + "/api/v1/messages";
    this.authorization =
        "Basic "
            + Base64.getEncoder()
                .encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
  }

  /** A row of the state table. */
  record Row(
      long seq,
      String operation,
      String source,
      String status,
      String reason,
      String destination,
      List<String> lanes) {}

  /** The state table, as far as a demo fills it. */
  List<Row> rows() throws IOException, InterruptedException {
    HttpResponse<byte[]> response = exchange(request("?limit=1000").GET());
    if (response.statusCode() != 200) {
      throw new IOException("the broker answered " + response.statusCode());
    }
    List<Row> rows = new ArrayList<>();
    for (JsonNode json : JSON.readTree(response.body()).path("messages")) {
      List<String> lanes = new ArrayList<>();
      json.path("lanes").forEach(lane -> lanes.add(lane.asText()));
      rows.add(
          new Row(
              json.path("seq").asLong(),
              json.path("operation").asText(),
              json.path("source").asText(),
              json.path("status").asText(),
              (json.path("reason").asText("") + " " + json.path("reason_detail").asText(""))
                  .replace("null", "")
                  .strip(),
              json.path("destination").asText(""),
              List.copyOf(lanes)));
    }
    return rows;
  }

  @Override
  public String send(Sample sample, boolean again) throws IOException, InterruptedException {
    HttpResponse<byte[]> response =
        exchange(
            request("")
                .header("Content-Type", sample.contentType())
                .POST(BodyPublishers.ofByteArray(sample.body())));
    String seq = JSON.readTree(response.body()).path("seq").asText("?");
    return switch (response.statusCode()) {
      case 202 -> "202: new, message " + seq;
      case 200 -> "200: posted already as message " + seq;
      case 409 -> "409: on its way already as message " + seq;
      default ->
          throw new IOException(
              "%s was answered with %d: %s"
                  .formatted(
                      sample.name(),
                      response.statusCode(),
                      new String(response.body(), StandardCharsets.UTF_8)));
    };
  }

  private HttpRequest.Builder request(String rest) {
    return HttpRequest.newBuilder(URI.create(base + rest))
        .timeout(PATIENCE)
        .header("Authorization", authorization);
  }

  private HttpResponse<byte[]> exchange(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return client.send(request.build(), BodyHandlers.ofByteArray());
  }
}
