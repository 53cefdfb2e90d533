package io.waybill.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Speaks to a broker by its HTTP API. */
final class BrokerClient {

  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration ANSWER = Duration.ofSeconds(60);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http;
  private final String base;
  private final String authorization;

  /**
   * A client.
   *
   * @param trust whose certificates are believed; null for those that Java believes
   */
  BrokerClient(String base, String user, String password, @Nullable SSLContext trust) {
    this.base = base;
    this.authorization =
        "Basic "
            + Base64.getEncoder()
                .encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    HttpClient.Builder http = HttpClient.newBuilder().connectTimeout(CONNECT);
    this.http = (trust == null ? http : http.sslContext(trust)).build();
  }

  /** What the broker answered. */
  record Answer(int status, byte[] bytes) {

    boolean good() {
      return status < 300;
    }

    JsonNode json() {
      try {
        return JSON.readTree(bytes);
      } catch (IOException e) {
        return MissingNode.getInstance();
      }
    }

    String pretty() {
      try {
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json());
      } catch (JsonProcessingException e) {
        return new String(bytes, StandardCharsets.UTF_8);
      }
    }

    /** Why the broker refused, in one line. */
    String problem() {
      JsonNode json = json();
      String detail = json.path("detail").asText("");
      String title = json.path("title").asText("");
      if (!detail.isEmpty()) {
        return detail;
      }
      return title.isEmpty() ? "the broker answered %d".formatted(status) : title;
    }

    /** What a command ends with that got this answer. */
    int exitCode() {
      if (good()) {
        return ExitCode.OK;
      }
      return switch (status) {
        case 401, 403, 429 -> ExitCode.NOT_ALLOWED;
        case 503 -> ExitCode.UNREACHABLE;
        default -> ExitCode.REFUSED;
      };
    }

    /** This answer, or the end of the command. */
    Answer required() {
      if (!good()) {
        throw new CommandFailed(exitCode(), problem());
      }
      return this;
    }
  }

  Answer get(String path, Map<String, List<String>> parameters) {
    String query =
        parameters.entrySet().stream()
            .flatMap(entry -> entry.getValue().stream().map(v -> entry.getKey() + "=" + encode(v)))
            .collect(Collectors.joining("&"));
    return send(request(path + (query.isEmpty() ? "" : "?" + query)).GET());
  }

  Answer delete(String path) {
    return send(request(path).DELETE());
  }

  Answer act(long seq, String action, Map<String, Object> order, boolean dryRun) {
    return order("/messages/%d/%s".formatted(seq, action), order, dryRun);
  }

  Answer order(String path, Map<String, Object> order, boolean dryRun) {
    try {
      return send(
          request(path + (dryRun ? "?dry-run=true" : ""))
              .header("Content-Type", "application/json")
              .POST(BodyPublishers.ofByteArray(JSON.writeValueAsBytes(order))));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Text and booleans can always be written", e);
    }
  }

  Answer edit(long seq, String why, @Nullable String contentType, byte[] document, boolean dryRun) {
    HttpRequest.Builder request =
        request(
                "/messages/%d/edit?why=%s%s"
                    .formatted(seq, encode(why), dryRun ? "&dry-run=true" : ""))
            .expectContinue(document.length > 1_000_000)
            .POST(BodyPublishers.ofByteArray(document));
    if (contentType != null) {
      request.header("Content-Type", contentType);
    }
    return send(request);
  }

  Answer submit(@Nullable String operation, @Nullable String id, String contentType, byte[] body) {
    HttpRequest.Builder request =
        request("/messages" + (operation == null ? "" : "/" + encode(operation)))
            .header("Content-Type", contentType)
            .expectContinue(body.length > 1_000_000)
            .POST(BodyPublishers.ofByteArray(body));
    if (id != null) {
      request.header("Idempotency-Key", "\"" + id.replaceAll("([\"\\\\])", "\\\\$1") + "\"");
    }
    return send(request);
  }

  Answer importPosted(String why, String from, boolean dryRun, byte[] lines) {
    return send(
        request(
                "/import-posted?why=%s&from=%s&dry-run=%s"
                    .formatted(encode(why), encode(from), dryRun))
            .header("Content-Type", "application/jsonl")
            .POST(BodyPublishers.ofByteArray(lines)));
  }

  private HttpRequest.Builder request(String pathAndQuery) {
    return HttpRequest.newBuilder(URI.create(base + "/api/v1" + pathAndQuery))
        .timeout(ANSWER)
        .header("Authorization", authorization);
  }

  private Answer send(HttpRequest.Builder request) {
    try {
      HttpResponse<byte[]> response = http.send(request.build(), BodyHandlers.ofByteArray());
      return new Answer(response.statusCode(), response.body());
    } catch (IOException e) {
      String untrusted = Trust.problem(base, e);
      if (untrusted != null) {
        throw new CommandFailed(ExitCode.UNREACHABLE, untrusted);
      }
      throw new CommandFailed(
          ExitCode.UNREACHABLE,
          "no broker answers at %s (%s). Start it with: waybill run, or name another --url."
              .formatted(
                  base, e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailed(ExitCode.REFUSED, "interrupted");
    }
  }

  static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
