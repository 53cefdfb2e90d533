package io.waybill.operator;

import static io.waybill.operator.HttpIntakeTest.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.waybill.broker.ActionRefused;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

@DisplayName("Guesses, audit and browsers by HTTP")
class HttpAccessTest {

  private static final String JSON = "application/json";
  private static final String WHY = "{\"why\": \"keyed in by hand\"}";

  private final Logger audit = (Logger) LoggerFactory.getLogger("io.waybill.audit");
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private final Desk desk = new Desk();

  @BeforeEach
  void listen() {
    lines.start();
    audit.addAppender(lines);
    desk.post("submitter", "/messages/CreateOrder", "{}");
  }

  @AfterEach
  void close() {
    audit.detachAppender(lines);
    desk.close();
  }

  @Test
  void afterWrongPasswordsTheAddressHasToWait() {
    for (int i = 0; i < 3; i++) {
      assertProblem(with("viewer", "guess " + i), 401, "unauthenticated");
    }
    HttpResponse<String> right = with("viewer", Desk.PASSWORD);

    assertProblem(right, 429, "too-many-guesses");
    assertThat(right.headers().firstValue("Retry-After")).hasValue("1");
    assertThat(with("operator", Desk.PASSWORD).statusCode()).isEqualTo(200);
    await()
        .untilAsserted(() -> assertThat(with("viewer", Desk.PASSWORD).statusCode()).isEqualTo(200));
  }

  @Test
  void theSameUserIsLetInFromAnotherAddress() {
    assumeThat(System.getProperty("os.name").toLowerCase(Locale.ROOT)).contains("linux");
    for (int i = 0; i < 12; i++) {
      with("viewer", "guess " + i);
    }
    assertProblem(with("viewer", Desk.PASSWORD), 429, "too-many-guesses");

    assertThat(statusFrom("127.0.0.2", "viewer", Desk.PASSWORD)).isEqualTo("HTTP/1.1 200 ");
  }

  @Test
  void anActionIsTold() {
    desk.post("operator", "/messages/1/skip", WHY, "Content-Type", JSON);

    assertThat(told())
        .containsExactly(
            "who=\"operator\" from=\"127.0.0.1\" did=\"POST /api/v1/messages/1/skip\""
                + " why=\"keyed in by hand\" result=\"200\"");
  }

  @Test
  void whatTheBrokerRefusedAndWhatIsOnlyTriedIsToldToo() {
    desk.post("operator", "/messages/1/retry?dry-run=true", WHY, "Content-Type", JSON);
    desk.broker.refuses(ActionRefused.Cause.NOT_ALLOWED);
    desk.post("operator", "/messages/1/retry", WHY, "Content-Type", JSON);

    assertThat(told()).hasSize(2);
    assertThat(told().get(0)).contains("retry (dry run)\"", "result=\"200\"");
    assertThat(told().get(1)).contains("why=\"keyed in by hand\"", "result=\"409\"");
  }

  @Test
  void whatIsNotAllowedAndWhoIsNotLetInIsToldWithoutThePassword() {
    desk.post("viewer", "/messages/1/skip", WHY, "Content-Type", JSON);
    with("admin", "very secret guess");
    desk.send(HttpRequest.newBuilder(URI.create(desk.url() + "/api/v1/messages")));

    assertThat(told())
        .containsExactly(
            "who=\"viewer\" from=\"127.0.0.1\" did=\"POST /api/v1/messages/1/skip\" result=\"403\"",
            "who=\"admin\" from=\"127.0.0.1\" did=\"GET /api/v1/messages\" result=\"401\"",
            "who=- from=\"127.0.0.1\" did=\"GET /api/v1/messages\" result=\"401\"");
  }

  @Test
  void readingADocumentOfSomebodyElseIsTold() {
    desk.get("viewer", "/messages/1/payload");
    desk.get("submitter", "/messages/1/payload");
    desk.get("viewer", "/messages/1");

    assertThat(told()).singleElement().asString().contains("viewer", "/messages/1/payload");
  }

  @Test
  void nobodyWritesLinesOfItsOwn() {
    with("eve\nwho=\"admin\" did=\"nothing\"\u2028\u202e", "x");

    assertThat(told())
        .singleElement()
        .asString()
        .doesNotContain("\n", "\u2028", "\u202e")
        .contains("who=\"eve\\u000awho=\\\"admin\\\" did=\\\"nothing\\\"");
  }

  @Test
  void aFloodOfRefusalsIsToldByItsNumber() {
    for (int i = 0; i < 100; i++) {
      desk.get("viewer", "/../x" + i);
      desk.post("viewer", "/messages/1/skip", WHY, "Content-Type", JSON);
    }
    desk.post("operator", "/messages/1/skip", WHY, "Content-Type", JSON);

    assertThat(told()).hasSizeLessThan(30);
    assertThat(told().get(told().size() - 1)).contains("operator");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/api/v1/messages", "/api/v1/openapi.yaml", "/nothing"})
  void aPageOfAnotherSiteGetsNothingFromABrowser(String path) {
    HttpResponse<String> answer =
        desk.send(
            HttpRequest.newBuilder(URI.create(desk.url() + path))
                .header("Authorization", Desk.basic("admin", Desk.PASSWORD)));

    assertThat(answer.headers().firstValue("X-Frame-Options")).hasValue("DENY");
    assertThat(answer.headers().firstValue("Content-Security-Policy"))
        .hasValueSatisfying(value -> assertThat(value).contains("frame-ancestors 'none'"));
    assertThat(answer.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
    assertThat(answer.headers().firstValue("Referrer-Policy")).hasValue("no-referrer");
    assertThat(answer.headers().firstValue("Cross-Origin-Resource-Policy")).hasValue("same-origin");
    assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
    assertThat(answer.headers().firstValue("Set-Cookie")).isEmpty();
    assertThat(answer.headers().firstValue("Server")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "http://127.0.0.1", "http://127.0.0.1:1", "https://evil.example"})
  void anotherOriginCannotAct(String origin) {
    assertProblem(
        desk.post("operator", "/messages/1/skip", WHY, "Content-Type", JSON, "Origin", origin),
        403,
        "forbidden");
    assertThat(desk.broker.actions).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/v1/messages/1/skip/",
        "/api/v1/messages/1/skip;x=y",
        "/api/v1/messages/1/%73kip",
        "/api/v1//messages/1/skip",
        "/api/v1/./messages/1/skip",
        "/problems/../api/v1/messages/1/skip",
        "/problems/%2e%2e/api/v1/messages/1/skip",
        "/API/v1/messages/1/skip",
        "/api/v1/messages/1/skip.json",
        "/api/v1/messages/1/skip%00",
        "/api/v1/messages/1/SKIP"
      })
  void anotherSpellingIsNoWayAroundTheTable(String path) {
    String answer =
        raw(
            "127.0.0.1",
            "POST %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nAuthorization: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s"
                .formatted(
                    path, desk.port(), Desk.basic("submitter", Desk.PASSWORD), WHY.length(), WHY));

    assertThat(answer).matches("HTTP/1.1 (400|403|404|405) ");
    assertThat(desk.broker.actions).isEmpty();
  }

  @Test
  void anotherMethodInAHeaderIsNotTaken() {
    assertThat(
            desk.send(
                    desk.as("submitter", "/messages/1").header("X-HTTP-Method-Override", "DELETE"))
                .statusCode())
        .isEqualTo(200);
    assertThat(
            raw(
                "127.0.0.1",
                "TRACE /api/v1/messages HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
        .matches("HTTP/1.1 (400|401|403|405) ");
  }

  @Test
  void fieldsThatAreTooLargeAreRefused() {
    assertThat(
            raw(
                "127.0.0.1",
                "GET /api/v1/messages HTTP/1.1\r\nHost: x\r\nX-Large: %s\r\nConnection: close\r\n\r\n"
                    .formatted("x".repeat(100_000))))
        .matches("HTTP/1.1 (400|431) ");
    assertThat(desk.get("viewer", "/messages").statusCode()).isEqualTo(200);
  }

  private List<String> told() {
    return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  private HttpResponse<String> with(String user, String password) {
    return desk.send(
        HttpRequest.newBuilder(URI.create(desk.url() + "/api/v1/messages"))
            .header("Authorization", Desk.basic(user, password)));
  }

  private String statusFrom(String address, String user, String password) {
    return raw(
        address,
        "GET /api/v1/messages HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nAuthorization: %s\r\nConnection: close\r\n\r\n"
            .formatted(desk.port(), Desk.basic(user, password)));
  }

  /** The first line of the answer to what is sent as it is. */
  private String raw(String from, String request) {
    try (Socket socket = new Socket()) {
      socket.bind(new InetSocketAddress(from, 0));
      socket.connect(new InetSocketAddress("127.0.0.1", desk.port()), 5_000);
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      String answer =
          new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
      return answer.substring(0, answer.indexOf("\r\n"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
