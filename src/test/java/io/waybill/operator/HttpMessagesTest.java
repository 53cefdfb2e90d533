package io.waybill.operator;

import static io.waybill.operator.HttpIntakeTest.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.broker.Action;
import io.waybill.broker.ActionRefused;
import io.waybill.broker.Receipt.Result;
import io.waybill.broker.Underway;
import io.waybill.message.Reason;
import io.waybill.message.Status;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Messages, actions and access by HTTP")
class HttpMessagesTest {

  private static final String JSON = "application/json";
  private static final String WHY = "{\"why\": \"keyed in by hand\"}";

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
    desk.post("submitter", "/messages/CreateOrder", "{\"a\":1}", "Content-Type", JSON);
    desk.post("admin", "/messages/CreateOrder", "<b/>");
  }

  @Test
  void aMessageIsShownWithItsPlaceAndTimeline() {
    HttpResponse<String> answer = desk.get("viewer", "/messages/1");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("ETag")).hasValue("\"3\"");
    assertThat(answer.body())
        .contains("\"seq\":1", "\"business_id\":\"PO-7\"", "\"lanes\":[\"cust:4711\"]")
        .contains("\"reason\":\"refused\"", "\"reason_detail\":\"because of refused\"")
        .contains("\"node\":\"node-1\"", "\"received_at\":\"2026-11-21T08:00:00Z\"")
        .contains("\"positions\":[{\"lane\":\"cust:4711\",\"position\":3,\"ahead\":2}]")
        .contains("\"timeline\":[{\"seq\":1", "\"to_status\":\"failed\"");
  }

  @Test
  void theDocumentIsGivenAsItWasReceivedAndNeverShownByABrowser() {
    HttpResponse<String> answer = desk.get("viewer", "/messages/1/payload");

    assertThat(answer.body()).isEqualTo("{\"a\":1}");
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/octet-stream");
    assertThat(answer.headers().firstValue("Content-Disposition"))
        .hasValueSatisfying(value -> assertThat(value).startsWith("attachment"));
    assertThat(answer.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
  }

  @Test
  void aDocumentThatIsNoLongerKeptIsGoneSince() {
    desk.broker.payloads.remove(1L);

    HttpResponse<String> answer = desk.get("viewer", "/messages/1/payload");

    assertProblem(answer, 410, "removed");
    assertThat(answer.body()).contains("no longer kept since 2026-11-21T08:00:00Z");
    assertThat(desk.get("viewer", "/messages/1").statusCode()).isEqualTo(200);
  }

  @Test
  void housekeepingIsShown() {
    assertThat(desk.get("viewer", "/housekeeping").body())
        .contains("\"running\":false", "\"ended\":\"2026-11-21T08:00:03Z\"", "\"trouble\":null")
        .contains("\"kind\":\"payloads\",\"keep\":\"PT2160H\",\"removed\":{\"payloads\":7}")
        .contains("\"oldest\":\"2026-11-21T08:00:00Z\"");
  }

  @Test
  void whatWasPostedIsForgottenWithAReason() {
    String order = "{\"operation\": \"CreateOrder\", \"value\": \"4711\", \"why\": \"gone\"}";

    assertThat(desk.post("operator", "/forget?dry-run=true", order, "Content-Type", JSON).body())
        .contains("\"messages\":2", "\"state\":\"known\"");
    assertProblem(
        desk.post("operator", "/forget", order.replace("gone", ""), "Content-Type", JSON),
        400,
        "why-missing");
    assertProblem(
        desk.post("operator", "/forget", order.replace("4711", ""), "Content-Type", JSON),
        400,
        "bad-request");
    assertProblem(
        desk.post(
            "operator",
            "/forget",
            order.replace("\"why\"", "\"by\": \"name\", \"why\""),
            "Content-Type",
            JSON),
        400,
        "bad-request");
    assertThat(desk.post("operator", "/forget", order, "Content-Type", JSON).body())
        .contains("\"by\":\"key\"", "\"messages\":2", "\"state\":\"forgotten\"");
    assertProblem(desk.post("operator", "/forget", order, "Content-Type", JSON), 404, "not-found");
  }

  @Test
  void messagesAreListedInPages() {
    assertThat(desk.get("viewer", "/messages?limit=1").body())
        .contains("\"seq\":1", "\"next\":1")
        .doesNotContain("\"seq\":2");
    assertThat(desk.get("viewer", "/messages?after=1&status=failed,in_doubt").body())
        .contains("\"seq\":2", "\"next\":null");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "stauts=failed",
        "status=lost",
        "lane=nowhere",
        "since=yesterday",
        "limit=0",
        "limit=100000",
        "after=x"
      })
  void aQueryThatIsNotUnderstoodIsRefused(String query) {
    assertProblem(desk.get("viewer", "/messages?" + query), 400, "bad-request");
  }

  @Test
  void whatIsNotThereIsNotFound() {
    assertProblem(desk.get("viewer", "/messages/99"), 404, "not-found");
    assertProblem(desk.get("viewer", "/messages/99/payload"), 404, "not-found");
    assertProblem(desk.get("viewer", "/nothing"), 404, "not-found");
    assertProblem(desk.get("viewer", "/messages/abc"), 400, "bad-request");
    assertProblem(
        desk.send(desk.as("admin", "/messages/1").method("DELETE", BodyPublishers.noBody())),
        405,
        "method-not-allowed");
  }

  @Test
  void howFarALargeFileIsIsShownWhileItIsRead() {
    Supplier<Underway.Body> body =
        () -> new Underway.Body("file:o.csv", "acme", Instant.EPOCH, 1000, 400, 17, 2);
    desk.underway().begin(body);

    assertThat(desk.get("viewer", "/intake").body())
        .contains("\"source\":\"file:o.csv\"", "\"read\":400", "\"documents\":17", "\"failed\":2");

    desk.underway().end(body);
    assertThat(desk.get("viewer", "/intake").body()).isEqualTo("{\"bodies\":[]}");
  }

  @Test
  void lanesDestinationsAndLinksAreShown() {
    assertThat(desk.get("viewer", "/lanes?held=true").body())
        .contains("\"lane\":\"cust:4711\"", "\"first_status\":\"failed\"", "\"waiting\":3");
    assertThat(desk.get("viewer", "/links").body())
        .contains("\"name\":\"erp\"", "\"state\":\"down\"", "connection refused");
    assertThat(desk.get("viewer", "/destinations").statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({
    "retry, RETRY",
    "skip, SKIP",
    "reread, REREAD",
    "waive, WAIVE",
    "interrupt, INTERRUPT",
    "repost, REPOST"
  })
  void anActionIsCarriedOutInTheNameOfTheUser(String path, Action.Kind kind) {
    HttpResponse<String> answer =
        desk.post(
            "operator", "/messages/1/" + path, WHY, "Content-Type", JSON, "If-Match", "\"3\"");

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.headers().firstValue("ETag")).hasValue("\"4\"");
    assertThat(desk.broker.actions)
        .containsExactly(new Action(kind, 1, "operator", "keyed in by hand", 3));
  }

  @Test
  void settlingSaysWhetherTheDestinationHasIt() {
    desk.post(
        "operator",
        "/messages/1/settle",
        "{\"why\": \"x\", \"posted\": true}",
        "Content-Type",
        JSON);
    desk.post(
        "operator",
        "/messages/2/settle",
        "{\"why\": \"x\", \"posted\": false}",
        "Content-Type",
        JSON);

    assertThat(desk.broker.actions)
        .extracting(Action::kind)
        .containsExactly(Action.Kind.SETTLE_POSTED, Action.Kind.SETTLE_NOT_POSTED);
    assertProblem(
        desk.post("operator", "/messages/1/settle", WHY, "Content-Type", JSON), 400, "bad-request");
  }

  @Test
  void skippingTellsWhoWaitsAndADryRunOnlyTells() {
    HttpResponse<String> dry =
        desk.post("operator", "/messages/1/skip?dry-run=true", WHY, "Content-Type", JSON);

    assertThat(dry.body()).contains("\"waiting\":[{\"seq\":2", "\"dry_run\":true");
    assertThat(desk.broker.actions).isEmpty();
    assertThat(desk.post("operator", "/messages/1/skip", WHY, "Content-Type", JSON).body())
        .contains("\"waiting\":[{\"seq\":2", "\"status\":\"skipped\"");
  }

  @Test
  void whatOthersRequireIsSkippedOnlyDespiteThat() {
    desk.broker.requires(FakeBroker.row(7, "Order", "acme", "o-7", true, Status.SUBMITTED, null));

    HttpResponse<String> refused =
        desk.post("operator", "/messages/1/skip", WHY, "Content-Type", JSON);

    assertProblem(refused, 409, "required");
    assertThat(refused.body())
        .contains("Message 1 is required by 7.", "\"requiring\":[{\"seq\":7", "\"o-7\"");
    assertThat(desk.broker.actions).isEmpty();
    assertThat(
            desk.post("operator", "/messages/1/skip?dry-run=true", WHY, "Content-Type", JSON)
                .body())
        .contains("\"requiring\":[{\"seq\":7", "\"dry_run\":true");
    HttpResponse<String> done =
        desk.post(
            "operator",
            "/messages/1/skip",
            "{\"why\": \"x\", \"despite\": true}",
            "Content-Type",
            JSON);
    assertThat(done.body()).contains("\"status\":\"skipped\"", "\"requiring\":[{\"seq\":7");
    assertThat(desk.broker.actions)
        .containsExactly(new Action(Action.Kind.SKIP, 1, "operator", "x", null));
  }

  @Test
  void whyAMessageWaitsIsToldToWhoeverMayReadAll() {
    HttpResponse<String> answer = desk.get("viewer", "/messages/1/why");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body())
        .contains("\"at\":\"2026-11-21T08:00:00Z\"", "\"message\":{\"seq\":1", "\"told\":\"here\"")
        .contains("\"positions\":[{\"lane\":\"cust:4711\",\"position\":1,\"ahead\":0,\"first\":1}]")
        .contains("\"causes\":[{\"kind\":\"failed\"", "\"text\":\"refused: because of refused\"")
        .contains("\"root_cause\":{\"seq\":1,\"kind\":\"failed\"", "\"further_causes\":[]");
    assertProblem(desk.get("viewer", "/messages/99/why"), 404, "not-found");
    assertProblem(desk.get("submitter", "/messages/1/why"), 403, "forbidden");
  }

  @Test
  void operationsArePausedAndResumed() {
    HttpResponse<String> paused =
        desk.post("operator", "/operations/CreateOrder/pause", WHY, "Content-Type", JSON);
    desk.post("operator", "/operations/CreateOrder/resume", WHY, "Content-Type", JSON);
    desk.post("operator", "/operations/CreateOrder/pause?dry-run=true", WHY, "Content-Type", JSON);

    assertThat(paused.body()).contains("\"kind\":\"operation\"", "\"name\":\"CreateOrder\"");
    assertThat(desk.broker.orders)
        .extracting(order -> order.who() + " " + order.verb().text() + " " + order.name())
        .containsExactly(
            "operator pause operation CreateOrder", "operator resume operation CreateOrder");
    assertProblem(
        desk.post("operator", "/operations/Nothing/pause", WHY, "Content-Type", JSON),
        404,
        "not-found");
    assertProblem(
        desk.post("operator", "/operations/CreateOrder/pause", "{}", "Content-Type", JSON),
        400,
        "why-missing");
  }

  @Test
  void whatHasNoDocumentAnyMoreIsNotPostedOnceMore() {
    desk.broker.payloads.remove(1L);

    HttpResponse<String> answer =
        desk.post("operator", "/messages/1/repost", WHY, "Content-Type", JSON);

    assertProblem(answer, 409, "not-allowed");
    assertThat(answer.body()).contains("is no longer kept");
    assertThat(desk.broker.actions).isEmpty();
  }

  @Test
  void aDocumentIsPutInThePlaceOfAnother() {
    HttpResponse<String> answer =
        desk.post(
            "operator",
            "/messages/1/edit?why=wrong%20customer",
            "{\"a\":2}",
            "Content-Type",
            "application/x-order",
            "If-Match",
            "\"3\"");

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    Action action = desk.broker.actions.get(0);
    assertThat(action.kind()).isEqualTo(Action.Kind.EDIT);
    assertThat(action.who() + ": " + action.why() + ", " + action.version())
        .isEqualTo("operator: wrong customer, 3");
    assertThat(action.document().body()).asString().isEqualTo("{\"a\":2}");
    assertThat(action.document().contentType()).isEqualTo("application/x-order");
    assertProblem(desk.post("operator", "/messages/1/edit", "{}"), 400, "why-missing");
    assertProblem(
        desk.post("operator", "/messages/1/edit?why=x", "{}", "If-Match", "\"9\""), 412, "changed");
    assertProblem(desk.post("operator", "/messages/99/edit?why=x", "{}"), 404, "not-found");
    assertThat(desk.broker.actions).hasSize(1);
    assertThat(desk.get("viewer", "/messages/1/payload?revision=0").statusCode()).isEqualTo(200);
    assertProblem(desk.get("viewer", "/messages/1/payload?revision=7"), 400, "bad-request");
  }

  @Test
  void linksAreShownAndDecidedAbout() {
    String down = desk.post("operator", "/links/edi/down", WHY, "Content-Type", JSON).body();
    desk.post("operator", "/links/edi/check", WHY, "Content-Type", JSON);
    desk.post("admin", "/links/vpn/auto", WHY, "Content-Type", JSON);
    desk.post("operator", "/links/vpn/down?dry-run=true", WHY, "Content-Type", JSON);

    assertThat(down)
        .contains("\"name\":\"edi\"", "\"state\":\"down\"", "\"waiting\":7", "last_probe_at");
    assertThat(desk.broker.orders)
        .extracting(order -> order.who() + " " + order.verb().text() + " " + order.name())
        .containsExactly(
            "operator link down edi", "operator link check edi", "admin link auto vpn");
    assertProblem(
        desk.post("operator", "/links/edo/down", WHY, "Content-Type", JSON), 404, "not-found");
    assertProblem(
        desk.post("operator", "/links/edi/down", "{}", "Content-Type", JSON), 400, "why-missing");
    assertThat(desk.get("viewer", "/links").body())
        .contains("\"name\":\"vpn\",\"kind\":\"link\",\"state\":\"unknown\"")
        .contains("\"name\":\"erp\",\"kind\":\"destination\",\"state\":\"down\"");
  }

  @Test
  void aGapInTheNumbersOfALaneIsClosed() {
    String gap = "{\"why\": \"never sent\", \"lane\": \"order:1\", \"up_to\": 6}";
    String closed = desk.post("operator", "/lanes/close-gap", gap, "Content-Type", JSON).body();
    desk.post("operator", "/lanes/close-gap?dry-run=true", gap, "Content-Type", JSON);

    assertThat(closed).contains("\"lane\":\"order:1\"", "\"last\":6", "\"next\":7");
    assertThat(desk.broker.orders)
        .extracting(order -> order.verb().text() + " " + order.target() + " " + order.why())
        .containsExactly("close gap order:1 up to 6 never sent");
    assertThat(desk.get("viewer", "/numbers?lane=order:1").body())
        .contains("\"ahead\":[{", "\"first\":9");
    assertProblem(
        desk.post("operator", "/lanes/close-gap", gap.replace("6", "-1"), "Content-Type", JSON),
        400,
        "bad-request");
    assertProblem(
        desk.post(
            "operator", "/lanes/close-gap", gap.replace("order", "cust"), "Content-Type", JSON),
        404,
        "not-found");
  }

  @Test
  void lanesAndDestinationsArePausedAndResumed() {
    String lane = "{\"why\": \"the customer asked\", \"lane\": \"cust:4711\"}";
    String paused = desk.post("operator", "/lanes/pause", lane, "Content-Type", JSON).body();
    desk.post("operator", "/lanes/resume", lane, "Content-Type", JSON);
    desk.post("operator", "/destinations/erp/pause", WHY, "Content-Type", JSON);
    desk.post("operator", "/destinations/erp/resume", WHY, "Content-Type", JSON);
    desk.post("operator", "/destinations/erp/pause?dry-run=true", WHY, "Content-Type", JSON);

    assertThat(paused).contains("\"name\":\"cust:4711\",\"state\":\"paused\"", "\"who\":\"anna\"");
    assertThat(desk.broker.orders)
        .extracting(order -> order.verb().text() + " " + order.name())
        .containsExactly(
            "pause lane cust:4711",
            "resume lane cust:4711",
            "pause destination erp",
            "resume destination erp");
    assertThat(desk.get("viewer", "/pauses").body()).contains("cust:4711", "the customer asked");
    assertProblem(
        desk.post("operator", "/destinations/erb/pause", WHY, "Content-Type", JSON),
        404,
        "not-found");
    assertProblem(
        desk.post("operator", "/lanes/pause", lane.replace("cust", "acct"), "Content-Type", JSON),
        404,
        "not-found");
    assertProblem(
        desk.post("operator", "/lanes/pause", WHY, "Content-Type", JSON), 400, "bad-request");
  }

  @Test
  void anActionWithoutAReasonOrOnAnOlderVersionIsRefused() {
    String path = "/messages/1/retry";
    assertProblem(desk.post("operator", path, "{}", "Content-Type", JSON), 400, "why-missing");
    assertProblem(
        desk.post("operator", path, "{\"why\": \"  \"}", "Content-Type", JSON), 400, "why-missing");
    assertProblem(desk.post("operator", path, "{why", "Content-Type", JSON), 400, "bad-request");
    assertProblem(desk.post("operator", path, "", "Content-Type", JSON), 400, "bad-request");
    assertProblem(
        desk.post("operator", path, "{\"why\": \"x\", \"wyh\": 1}", "Content-Type", JSON),
        400,
        "bad-request");
    assertProblem(
        desk.post("operator", path, WHY, "Content-Type", "text/plain"), 415, "unsupported");
    assertProblem(
        desk.post("operator", path, WHY, "Content-Type", JSON, "If-Match", "\"2\""),
        412,
        "changed");
    assertProblem(
        desk.post("operator", path, WHY, "Content-Type", JSON, "If-Match", "W/3"),
        400,
        "bad-request");
    assertProblem(
        desk.post("operator", "/messages/99/retry", WHY, "Content-Type", JSON), 404, "not-found");
    assertThat(desk.broker.actions).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(ActionRefused.Cause.class)
  void whatTheBrokerRefusesIsTold(ActionRefused.Cause cause) {
    desk.broker.refuses(cause);

    HttpResponse<String> answer =
        desk.post("operator", "/messages/1/skip", WHY, "Content-Type", JSON);

    switch (cause) {
      case UNKNOWN -> assertProblem(answer, 404, "not-found");
      case CHANGED -> assertProblem(answer, 412, "changed");
      case NOT_ALLOWED -> assertProblem(answer, 409, "not-allowed");
      case UNFIT -> assertProblem(answer, 422, "not-processable");
    }
  }

  @Test
  void nobodyGetsInWithoutAPassword() {
    HttpResponse<String> none =
        desk.send(HttpRequest.newBuilder(URI.create(desk.url() + "/api/v1/messages")));
    HttpResponse<String> wrong =
        desk.send(
            HttpRequest.newBuilder(URI.create(desk.url() + "/api/v1/messages"))
                .header("Authorization", Desk.basic("admin", "guess")));

    assertProblem(none, 401, "unauthenticated");
    assertThat(none.headers().firstValue("WWW-Authenticate"))
        .hasValueSatisfying(value -> assertThat(value).startsWith("Basic realm="));
    assertProblem(wrong, 401, "unauthenticated");
    assertThat(none.headers().firstValue("Set-Cookie")).isEmpty();
    assertThat(none.headers().firstValue("X-Frame-Options")).hasValue("DENY");
  }

  @ParameterizedTest
  @CsvSource({
    "viewer, POST, /messages/CreateOrder",
    "operator, POST, /messages",
    "submitter, POST, /messages/1/skip",
    "viewer, POST, /messages/1/skip",
    "viewer, POST, /links/edi/down",
    "submitter, POST, /links/edi/check",
    "submitter, GET, /lanes",
    "submitter, GET, /intake",
    "submitter, GET, /links",
    "submitter, GET, /messages?sender=admin"
  })
  void aRoleMayOnlyWhatItIsFor(String user, String method, String path) {
    HttpResponse<String> answer =
        desk.send(
            desk.as(user, path)
                .header("Content-Type", JSON)
                .method(
                    method,
                    method.equals("GET") ? BodyPublishers.noBody() : BodyPublishers.ofString(WHY)));

    assertProblem(answer, 403, "forbidden");
    assertThat(desk.broker.actions).isEmpty();
    assertThat(desk.broker.submissions).hasSize(2);
  }

  @Test
  void aSenderSeesOnlyWhatItSent() {
    assertThat(desk.get("submitter", "/messages").body())
        .contains("\"seq\":1")
        .doesNotContain("\"seq\":2");
    assertThat(desk.get("submitter", "/messages/1").statusCode()).isEqualTo(200);
    assertProblem(desk.get("submitter", "/messages/2"), 404, "not-found");
    assertProblem(desk.get("submitter", "/messages/2/payload"), 404, "not-found");
  }

  @Test
  void aPageOfAnotherSiteCannotActThroughABrowser() {
    String path = "/messages/CreateOrder";
    assertProblem(desk.post("admin", path, "x", "Origin", "http://evil.example"), 403, "forbidden");
    assertProblem(desk.post("admin", path, "x", "Sec-Fetch-Site", "cross-site"), 403, "forbidden");
    assertThat(desk.post("admin", path, "x", "Origin", desk.url()).statusCode()).isEqualTo(202);
  }

  @Test
  void healthAndTheDescriptionOfTheApiAreOpenAndNothingElseOfTheActuatorIs() {
    assertThat(open("/actuator/health").statusCode()).isEqualTo(200);
    assertThat(open("/actuator/health").body())
        .isEqualTo("{\"status\":\"UP\",\"groups\":[\"liveness\",\"readiness\",\"startup\"]}");
    assertThat(open("/api/v1/openapi.yaml").body()).startsWith("openapi: 3.1");
    assertThat(open("/actuator/env").statusCode()).isEqualTo(401);
    assertProblem(
        desk.send(
            HttpRequest.newBuilder(URI.create(desk.url() + "/actuator/env"))
                .header("Authorization", Desk.basic("admin", Desk.PASSWORD))),
        404,
        "not-found");
  }

  @ParameterizedTest
  @EnumSource(Problem.class)
  void everyTypeOfProblemIsExplained(Problem problem) {
    HttpResponse<String> page = open("/problems/" + problem.code());

    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.body())
        .startsWith("# %s (%d)".formatted(problem.title(), problem.status().value()));
  }

  private HttpResponse<String> open(String path) {
    return desk.send(HttpRequest.newBuilder(URI.create(desk.url() + path)));
  }
}
