package io.waybill.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Health and metrics by HTTP")
class WatchTest {

  private static final String PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

  private static Desk desk;

  @BeforeAll
  static void open() {
    desk = new Desk("--waybill.http.headers=TraceParent,Tenant");
  }

  @AfterAll
  static void close() {
    desk.close();
  }

  @BeforeEach
  void reset() {
    desk.broker.reset();
  }

  private static HttpResponse<String> get(@Nullable String user, String path) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(desk.url() + path));
    if (user != null) {
      request.header("Authorization", Desk.basic(user, Desk.PASSWORD));
    }
    return desk.send(request);
  }

  @ParameterizedTest
  @ValueSource(strings = {"liveness", "readiness", "startup"})
  void probesNeedNoPasswordAndSayNoDetails(String probe) {
    HttpResponse<String> answer = get(null, "/actuator/health/" + probe);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("{\"status\":\"UP\"}");
    assertThat(get("submitter", "/actuator/health/" + probe).body())
        .isEqualTo("{\"status\":\"UP\"}");
    assertThat(get("viewer", "/actuator/health/" + probe).body()).contains("components", "State");
  }

  @ParameterizedTest
  @CsvSource({"submitter, 403", "viewer, 200", "operator, 200", "admin, 200"})
  void metricsAreForViewers(String user, int code) {
    assertThat(get(user, "/actuator/prometheus").statusCode()).isEqualTo(code);
  }

  @Test
  void metricsAreNotForEverybody() {
    assertThat(get(null, "/actuator/prometheus").statusCode()).isEqualTo(401);
  }

  private static double answers(String status) {
    return get("viewer", "/actuator/prometheus")
        .body()
        .lines()
        .filter(line -> line.startsWith("waybill_http_answers_total{status=\"" + status + "\"}"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }

  @Test
  void answersAreCountedByTheClassOfTheirCode() {
    double good = answers("2xx");
    double bad = answers("4xx");
    double not = answers("5xx");

    desk.post("submitter", "/messages/CreateOrder", "{}");
    desk.get("viewer", "/messages/77");
    get(null, "/api/v1/lanes");
    desk.broker.isBusy();
    desk.post("submitter", "/messages/CreateOrder", "{}");

    await().untilAsserted(() -> assertThat(answers("5xx")).isEqualTo(not + 1));
    assertThat(answers("2xx")).isEqualTo(good + 1);
    assertThat(answers("4xx")).isEqualTo(bad + 2);
  }

  @Test
  void anAnswerThatComesLaterIsCountedWhenItIsThere() {
    double good = answers("2xx");
    CompletableFuture<Void> gate = desk.broker.commitsSlowly();
    CompletableFuture<HttpResponse<String>> answer =
        desk.http.sendAsync(
            desk.as("submitter", "/messages/CreateOrder")
                .POST(HttpRequest.BodyPublishers.ofString("{}"))
                .build(),
            BodyHandlers.ofString());
    await().until(() -> !desk.broker.submissions.isEmpty());
    // longer than the thread of a request waits
    await().until(() -> threadsAnswering() == 0);
    assertThat(answers("2xx")).isEqualTo(good);

    gate.complete(null);

    assertThat(answer.join().statusCode()).isEqualTo(202);
    await().untilAsserted(() -> assertThat(answers("2xx")).isEqualTo(good + 1));
  }

  /** How many threads of the server are inside the controller. */
  private static long threadsAnswering() {
    return Thread.getAllStackTraces().values().stream()
        .filter(
            frames ->
                java.util.Arrays.stream(frames)
                    .anyMatch(frame -> frame.getClassName().endsWith(".SubmitController")))
        .count();
  }

  @Test
  void aTraceContextIsKeptAndAnInvalidOneIsNot() {
    desk.post(
        "submitter",
        "/messages/CreateOrder",
        "{}",
        "traceparent",
        PARENT,
        "tracestate",
        "a=1",
        "tracestate",
        "b=2",
        "Tenant",
        "t");
    desk.post("submitter", "/messages/CreateOrder", "{}", "traceparent", "00-abc");
    desk.post(
        "submitter",
        "/messages/CreateOrder",
        "{}",
        "traceparent",
        PARENT,
        "traceparent",
        PARENT.replace('4', '5'));

    assertThat(desk.broker.submissions.get(0).payload().headers())
        .containsEntry("traceparent", PARENT)
        .containsEntry("tracestate", "a=1, b=2")
        .containsEntry("Tenant", "t");
    assertThat(desk.broker.submissions.get(1).payload().headers()).isEmpty();
    assertThat(desk.broker.submissions.get(1).headers()).doesNotContainKey("traceparent");
    assertThat(desk.broker.submissions.get(2).payload().headers()).isEmpty();
  }
}
