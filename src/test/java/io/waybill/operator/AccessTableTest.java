package io.waybill.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.broker.Receipt.Result;
import io.waybill.message.Reason;
import io.waybill.message.Status;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;

/** Every endpoint there is, asked by everybody, against the table. */
@DisplayName("Who may do what by HTTP")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AccessTableTest {

  private static final Set<Integer> REFUSED = Set.of(401, 403);
  private static final String ORDER = "{\"why\": \"keyed in by hand\", \"posted\": true}";

  private Desk desk;

  @BeforeAll
  void open() {
    desk = new Desk();
  }

  @AfterAll
  void close() {
    desk.close();
  }

  @BeforeEach
  void reset() {
    desk.broker.reset();
    desk.broker.answers(Result.ACCEPTED, Status.FAILED, Reason.REFUSED, true);
    desk.post("submitter", "/messages/CreateOrder", "{}");
  }

  @Test
  void everyEndpointHasItsLine() {
    assertThat(desk.endpoints()).hasSizeGreaterThan(10);
    assertThat(desk.endpoints())
        .allSatisfy(
            endpoint ->
                assertThat(AccessTable.LINES)
                    .as("%s: add its line to AccessTable", endpoint)
                    .anyMatch(
                        line ->
                            line.method().name().equals(endpoint.getKey())
                                && line.pattern().equals(endpoint.getValue())));
  }

  @Test
  void everyLineHasItsEndpoint() {
    assertThat(AccessTable.LINES)
        .filteredOn(line -> !line.pattern().equals("/api/v1/**"))
        .allSatisfy(
            line ->
                assertThat(desk.endpoints())
                    .as("%s is nowhere: remove its line", line)
                    .contains(Map.entry(line.method().name(), line.pattern())));
  }

  @Test
  void openApiDescribesEveryEndpointAndNoOther() throws IOException {
    LoaderOptions strictly = new LoaderOptions();
    strictly.setAllowDuplicateKeys(false);
    Map<String, Object> document;
    try (InputStream in = AccessTable.class.getResourceAsStream("/openapi.yaml")) {
      document = new Yaml(strictly).load(in);
    }
    Set<String> described = new TreeSet<>();
    Map<?, ?> paths = (Map<?, ?>) Objects.requireNonNull(document.get("paths"));
    paths.forEach(
        (path, item) ->
            ((Map<?, ?>) item)
                .keySet().stream()
                    .filter(key -> !key.equals("parameters"))
                    .map(method -> method.toString().toUpperCase(Locale.ROOT) + " /api/v1" + path)
                    .forEach(described::add));
    Set<String> endpoints = new TreeSet<>();
    desk.endpoints().stream()
        .filter(endpoint -> endpoint.getValue().startsWith("/api/v1/"))
        .filter(endpoint -> !endpoint.getValue().contains("openapi"))
        .forEach(endpoint -> endpoints.add(endpoint.getKey() + " " + endpoint.getValue()));
    assertThat(described).isEqualTo(endpoints);
  }

  Stream<Arguments> everythingByEverybody() {
    List<Arguments> all = new ArrayList<>();
    for (Map.Entry<String, String> endpoint : desk.endpoints()) {
      for (Role role : Role.values()) {
        all.add(Arguments.of(endpoint.getKey(), endpoint.getValue(), role));
      }
    }
    return all.stream();
  }

  @ParameterizedTest(name = "{2}: {0} {1}")
  @MethodSource("everythingByEverybody")
  void aRoleGetsWhatTheTableGivesIt(String method, String pattern, Role role) {
    boolean may = line(method, pattern).heldBy(Role.withContained(Set.of(role)));

    int status = ask(method, pattern, role.configName()).statusCode();

    if (may) {
      assertThat(status).isNotIn(REFUSED).isLessThan(500);
    } else {
      assertThat(status).isEqualTo(403);
      assertThat(desk.broker.actions).isEmpty();
      assertThat(desk.broker.submissions).hasSize(1);
    }
  }

  Stream<Arguments> everything() {
    return desk.endpoints().stream()
        .map(endpoint -> Arguments.of(endpoint.getKey(), endpoint.getValue()));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("everything")
  void whoSaysNothingGetsWhatIsOpen(String method, String pattern) {
    int status = ask(method, pattern, null).statusCode();

    if (line(method, pattern).open()) {
      assertThat(status).isNotIn(REFUSED).isLessThan(500);
    } else {
      assertThat(status).isEqualTo(401);
    }
  }

  @ParameterizedTest(name = "HEAD {1}")
  @MethodSource("everything")
  void whatMayNotBeReadDoesNotTellItsLengthEither(String method, String pattern) {
    if (method.equals("GET") && !line(method, pattern).heldBy(Set.of(Role.SUBMITTER))) {
      assertThat(ask("HEAD", pattern, "submitter").statusCode()).isEqualTo(403);
      assertThat(ask("HEAD", pattern, "viewer").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void whatHasNoLineIsForAnAdminAlone() {
    for (String path : List.of("/actuator/env", "/error", "/hidden", "/api/v2/messages")) {
      for (String user : List.of("submitter", "viewer", "operator")) {
        assertThat(at(path, user).statusCode()).as("%s %s", user, path).isEqualTo(403);
      }
      assertThat(at(path, "admin").statusCode()).as(path).isEqualTo(404);
    }
  }

  private static AccessTable.Line line(String method, String pattern) {
    return AccessTable.LINES.stream()
        .filter(line -> line.method().name().equals(method) && line.pattern().equals(pattern))
        .findFirst()
        .orElseThrow();
  }

  private HttpResponse<String> ask(String method, String pattern, String user) {
    String path =
        pattern
            .replace("{seq}", "1")
            .replace("{operation}", "CreateOrder")
            .replace("{code}", "id-missing")
            .replace("/**", "/liveness")
            .replaceAll("\\{[a-z-]+}", "x");
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(desk.url() + path));
    if (user != null) {
      request.header("Authorization", Desk.basic(user, Desk.PASSWORD));
    }
    if (method.equals("POST")) {
      request.header("Content-Type", "application/json").POST(BodyPublishers.ofString(ORDER));
    } else {
      request.method(method, BodyPublishers.noBody());
    }
    return desk.send(request);
  }

  private HttpResponse<String> at(String path, String user) {
    return desk.send(
        HttpRequest.newBuilder(URI.create(desk.url() + path))
            .header("Authorization", Desk.basic(user, Desk.PASSWORD)));
  }
}
