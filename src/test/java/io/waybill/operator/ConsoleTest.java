package io.waybill.operator;

import static io.waybill.operator.HttpIntakeTest.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.waybill.broker.Action;
import io.waybill.broker.ActionRefused;
import io.waybill.broker.Receipt.Result;
import io.waybill.message.Reason;
import io.waybill.message.Status;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The console by HTTP: its pages, the login, Jolokia")
class ConsoleTest {

  private static final String BROKER = "io.waybill:type=Broker";
  private static final String COUNTS = read(BROKER, "Unposted");

  private static Desk desk;

  @BeforeAll
  static void open() {
    desk = new Desk();
  }

  @AfterAll
  static void close() {
    desk.close();
  }

  @BeforeEach
  void reset() {
    desk.broker.reset();
    desk.broker.answers(Result.ACCEPTED, Status.FAILED, Reason.REFUSED, true);
    desk.post("submitter", "/messages/CreateOrder", "{}", "Content-Type", "application/json");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/hawtio/", "/hawtio/login", "/hawtio/camel/routeDiagram"})
  void everyAddressOfItsPagesGivesThePageThatRunsIt(String path) {
    HttpResponse<String> page = desk.send(get(path));

    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.headers().firstValue("Content-Type").orElse("")).startsWith("text/html");
    assertThat(page.body()).contains("<base href=\"/hawtio/\">");
    assertThat(page.headers().firstValue("X-Frame-Options")).hasValue("DENY");
    assertThat(page.headers().firstValue("Content-Security-Policy").orElse(""))
        .contains("default-src 'self'", "frame-ancestors 'none'", "object-src 'none'")
        .doesNotContain("unsafe-eval");
  }

  @Test
  void itsAddressWithoutASlashLeadsThere() {
    HttpResponse<String> answer = desk.send(get("/hawtio"));

    assertThat(answer.statusCode()).isEqualTo(302);
    assertThat(answer.headers().firstValue("Location").orElse("")).endsWith("/hawtio/");
  }

  @Test
  void aFileThatIsNotThereIsNotFound() {
    assertProblem(desk.send(get("/hawtio/static/js/none.js")), 404, "not-found");
  }

  @Test
  void nobodyIsLoggedInAtFirstAndTheBrowserIsNotMadeToAsk() {
    HttpResponse<String> answer = desk.send(get("/hawtio/user"));

    assertProblem(answer, 401, "unauthenticated");
    assertThat(answer.headers().firstValue("WWW-Authenticate")).isEmpty();
    assertProblem(desk.send(post("/hawtio/jolokia", COUNTS)), 401, "unauthenticated");
  }

  @ParameterizedTest
  @ValueSource(strings = {"viewer", "operator", "admin"})
  void aLoginStartsASession(String user) {
    String cookie = login(user);

    HttpResponse<String> answer = desk.send(get("/hawtio/user").header("Cookie", cookie));
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("\"" + user + "\"");
    assertThat(desk.send(post("/hawtio/jolokia", COUNTS).header("Cookie", cookie)).body())
        .contains("\"failed (refused)\":1");
  }

  @Test
  void theCookieServesTheConsoleAloneAndNoOtherSite() {
    HttpResponse<String> answer = desk.send(loginOf("admin", Desk.PASSWORD));

    assertThat(answer.headers().firstValue("Set-Cookie").orElse(""))
        .contains("Path=/hawtio", "HttpOnly", "SameSite=Strict");
    HttpRequest.Builder api =
        HttpRequest.newBuilder(URI.create(desk.url() + "/api/v1/messages"))
            .header("Cookie", login("admin"));
    assertThat(desk.send(api.GET()).statusCode()).isEqualTo(401);
  }

  @Test
  void aLogoutEndsTheSession() {
    String cookie = login("admin");

    HttpResponse<String> out = desk.send(get("/hawtio/auth/logout").header("Cookie", cookie));

    assertThat(out.statusCode()).isEqualTo(302);
    assertThat(out.headers().firstValue("Location").orElse("")).endsWith("/hawtio/login");
    assertThat(desk.send(get("/hawtio/user").header("Cookie", cookie)).statusCode()).isEqualTo(401);
  }

  @Test
  void aWrongPasswordAndASubmitterAreNotLetIn() {
    HttpResponse<String> wrong = desk.send(loginOf("admin", "guess"));
    assertProblem(wrong, 401, "unauthenticated");
    assertThat(wrong.headers().firstValue("Set-Cookie")).isEmpty();

    HttpResponse<String> submitter = desk.send(loginOf("submitter", Desk.PASSWORD));
    assertProblem(submitter, 403, "forbidden");
    assertThat(submitter.headers().firstValue("Set-Cookie")).isEmpty();
    assertProblem(jolokia("submitter", COUNTS), 403, "forbidden");
  }

  @Test
  void aPageOfAnotherSiteCannotLogInNorAsk() {
    HttpRequest.Builder login =
        loginOf("admin", Desk.PASSWORD).header("Origin", "https://elsewhere.example");
    assertProblem(desk.send(login), 403, "forbidden");
    HttpRequest.Builder asked =
        post("/hawtio/jolokia", COUNTS)
            .header("Authorization", Desk.basic("admin", Desk.PASSWORD))
            .header("Sec-Fetch-Site", "cross-site");
    assertProblem(desk.send(asked), 403, "forbidden");
  }

  @Test
  void jolokiaIsAskedByPostOnly() {
    for (String path :
        new String[] {
          "/hawtio/jolokia",
          "/hawtio/jolokia/",
          "/hawtio/jolokia/read/io.waybill:type=Broker",
          "/hawtio/jolokia/exec/io.waybill:type=Broker/skip/1/why"
        }) {
      HttpRequest.Builder request =
          get(path).header("Authorization", Desk.basic("admin", Desk.PASSWORD));
      assertProblem(desk.send(request), 403, "forbidden");
    }
    assertThat(desk.broker.actions).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "java.lang:type=Runtime, SystemProperties",
    "java.lang:type=Runtime, InputArguments",
    "java.util.logging:type=Logging, LoggerNames",
    "jolokia:type=Config, HistoryMaxEntries"
  })
  void whatIsNotListedIsNotRead(String mbean, String attribute) {
    assertThat(jolokia("admin", read(mbean, attribute)).body())
        .contains("\"status\":403")
        .doesNotContain("\"value\"");
  }

  @Test
  void theListHasNoOtherDomainsAndSaysWhatTheUserMayCall() {
    String viewers = jolokia("viewer", "{\"type\":\"list\"}").body();
    assertThat(viewers)
        .contains("\"io.waybill\"", "\"java.lang\"")
        .doesNotContain("\"java.util.logging\":{", "\"com.sun.management\":{");

    String broker = "{\"type\":\"list\",\"path\":\"io.waybill/type=Broker\"}";
    assertThat(mayCall("viewer", broker, "retry")).isFalse();
    assertThat(mayCall("viewer", broker, "timeline")).isTrue();
    assertThat(mayCall("operator", broker, "retry")).isTrue();
  }

  private static boolean mayCall(String user, String list, String operation) {
    String body = jolokia(user, list).body();
    int from = body.indexOf("\"" + operation + "\":{");
    assertThat(from).as(body).isNotNegative();
    int may = body.indexOf("\"canInvoke\":", from);
    return body.startsWith("true", may + "\"canInvoke\":".length());
  }

  @Test
  void nobodyIsSentOnToAnotherMachine() throws IOException {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String target =
          "service:jmx:rmi:///jndi/rmi://127.0.0.1:%d/jmxrmi".formatted(other.getLocalPort());
      HttpResponse<String> answer =
          jolokia(
              "admin",
              """
              {"type":"read","mbean":"java.lang:type=Memory","attribute":"Verbose",
               "target":{"url":"%s"}}
              """
                  .formatted(target));

      assertThat(answer.statusCode()).isEqualTo(200);
      other.setSoTimeout(1);
      assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(other::accept);
    }
  }

  @Test
  void anOperatorDecidesAndTheHistoryHasTheName() {
    String answer = jolokia("operator", exec("skip", "1, \"keyed in by hand\"")).body();

    assertThat(answer).contains("\"status\":\"skipped\"", "\"waiting\":[");
    assertThat(desk.broker.actions)
        .containsExactly(new Action(Action.Kind.SKIP, 1, "operator", "keyed in by hand", null));
  }

  @Test
  void aViewerLooksAndDoesNotDecide() {
    assertThat(jolokia("viewer", exec("find", "\"1\"")).body()).contains("\"seq\":1");
    assertThat(jolokia("viewer", exec("timeline", "1")).body())
        .contains("\"to_status\":\"failed\"");

    assertThat(jolokia("viewer", exec("skip", "1, \"keyed in by hand\"")).body())
        .contains("\"status\":403");
    assertThat(desk.broker.actions).isEmpty();
  }

  @Test
  void aRefusalSaysWhy() {
    assertThat(jolokia("operator", exec("retry", "1, \" \"")).body())
        .contains("An action needs a reason");
    assertThat(jolokia("operator", exec("retry", "77, \"why\"")).body())
        .contains("There is no message 77.");
    desk.broker.refuses(ActionRefused.Cause.NOT_ALLOWED);
    assertThat(jolokia("operator", exec("retry", "1, \"why\"")).body())
        .contains("refused: NOT_ALLOWED");
  }

  private static String read(String mbean, String attribute) {
    return "{\"type\":\"read\",\"mbean\":\"%s\",\"attribute\":\"%s\"}".formatted(mbean, attribute);
  }

  private static String exec(String operation, String arguments) {
    return "{\"type\":\"exec\",\"mbean\":\"%s\",\"operation\":\"%s\",\"arguments\":[%s]}"
        .formatted(BROKER, operation, arguments);
  }

  private static HttpResponse<String> jolokia(String user, String asked) {
    return desk.send(
        post("/hawtio/jolokia", asked).header("Authorization", Desk.basic(user, Desk.PASSWORD)));
  }

  private static String login(String user) {
    HttpResponse<String> answer = desk.send(loginOf(user, Desk.PASSWORD));
    assertThat(answer.statusCode()).isEqualTo(200);
    String cookie = answer.headers().firstValue("Set-Cookie").orElse("");
    return cookie.substring(0, cookie.indexOf(';'));
  }

  private static HttpRequest.Builder loginOf(String user, String password) {
    return post(
        "/hawtio/auth/login",
        "{\"username\":\"%s\",\"password\":\"%s\"}".formatted(user, password));
  }

  private static HttpRequest.Builder get(String path) {
    return HttpRequest.newBuilder(URI.create(desk.url() + path)).GET();
  }

  private static HttpRequest.Builder post(String path, String json) {
    return HttpRequest.newBuilder(URI.create(desk.url() + path))
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(json));
  }
}
