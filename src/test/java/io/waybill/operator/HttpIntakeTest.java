package io.waybill.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.broker.Receipt.Result;
import io.waybill.message.Reason;
import io.waybill.message.Status;
import io.waybill.message.Submission;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("Documents by HTTP")
class HttpIntakeTest {

  private static Desk desk;

  @BeforeAll
  static void open() {
    desk = new Desk("--waybill.max-body=1MB", "--waybill.http.headers=DocumentType");
  }

  @AfterAll
  static void close() {
    desk.close();
  }

  @BeforeEach
  void reset() {
    desk.broker.reset();
  }

  @Test
  void aDocumentIsAcceptedWithThePlaceOfItsWaybill() {
    HttpResponse<String> answer =
        desk.post(
            "submitter",
            "/messages/CreateOrder",
            "{\"a\":1}",
            "Content-Type",
            "application/json",
            "Idempotency-Key",
            "\"A-\\\"1\\\"\"",
            "DocumentType",
            "order",
            "X-Correlation-Id",
            "c-1",
            "CamelWaybillOutcome",
            "posted");

    assertThat(answer.statusCode()).isEqualTo(202);
    assertThat(answer.headers().firstValue("Location")).hasValue("/api/v1/messages/1");
    assertThat(answer.body())
        .contains("\"seq\":1", "\"message_id\":\"A-\\\"1\\\"\"", "\"status\":\"submitted\"");
    Submission submission = desk.broker.submissions.get(0);
    assertThat(submission.sender()).isEqualTo("submitter");
    assertThat(submission.operation()).isEqualTo("CreateOrder");
    assertThat(submission.messageId()).isEqualTo("A-\"1\"");
    assertThat(submission.payload().body()).asString(StandardCharsets.UTF_8).isEqualTo("{\"a\":1}");
    assertThat(submission.payload().contentType()).isEqualTo("application/json");
    assertThat(submission.headers())
        .containsOnlyKeys("DocumentType", "X-Correlation-Id", "Content-Type");
    assertThat(submission.payload().headers()).containsOnlyKeys("DocumentType", "X-Correlation-Id");
  }

  @Test
  void withoutAnOperationTheSpecificationDecides() {
    assertThat(desk.post("limited", "/messages", "<a/>").statusCode()).isEqualTo(202);

    Submission submission = desk.broker.submissions.get(0);
    assertThat(submission.operation()).isNull();
    assertThat(submission.messageId()).isNull();
    assertThat(submission.allowed()).containsExactly("CreateOrder");
  }

  @Test
  void theAnswerWaitsUntilTheDocumentIsDurable() {
    CompletableFuture<Void> commit = desk.broker.commitsSlowly();

    CompletableFuture<HttpResponse<String>> answer =
        desk.http.sendAsync(
            desk.as("submitter", "/messages/CreateOrder")
                .POST(BodyPublishers.ofString("x"))
                .build(),
            BodyHandlers.ofString());
    Awaitility.await().until(() -> !desk.broker.rows.isEmpty());
    assertThat(answer).isNotDone();
    commit.complete(null);

    assertThat(answer.join().statusCode()).isEqualTo(202);
  }

  @Test
  void whileTheJournalIsSlowOthersAreAnswered() {
    try (Desk small =
        new Desk("--server.tomcat.threads.max=2", "--server.tomcat.threads.min-spare=1")) {
      CompletableFuture<Void> commit = small.broker.commitsSlowly();
      List<CompletableFuture<HttpResponse<String>>> answers =
          Stream.generate(
                  () ->
                      small.http.sendAsync(
                          small
                              .as("submitter", "/messages/CreateOrder")
                              .POST(BodyPublishers.ofString("x"))
                              .build(),
                          BodyHandlers.ofString()))
              .limit(6)
              .toList();
      Awaitility.await().until(() -> small.broker.rows.size() == 6);

      assertThat(small.get("viewer", "/lanes").statusCode()).isEqualTo(200);
      assertThat(answers).noneMatch(CompletableFuture::isDone);
      commit.complete(null);
      // most of them by another thread, as there are two only
      assertThat(answers)
          .allSatisfy(
              answer -> {
                assertThat(answer.join().statusCode()).isEqualTo(202);
                assertThat(answer.join().body()).contains("\"status\":\"submitted\"");
                assertThat(answer.join().headers().map())
                    .containsEntry("Content-Type", List.of("application/json"))
                    .containsEntry("X-Content-Type-Options", List.of("nosniff"))
                    .containsEntry("X-Frame-Options", List.of("DENY"))
                    .containsKeys("Location", "Content-Security-Policy", "Cache-Control");
              });
    }
  }

  @Test
  void aFormIsTakenAsItIs() {
    HttpResponse<String> answer =
        desk.post(
            "submitter",
            "/messages/CreateOrder",
            "a=1&b=2",
            "Content-Type",
            "application/x-www-form-urlencoded");

    assertThat(answer.statusCode()).isEqualTo(202);
    assertThat(desk.broker.submissions.get(0).payload().body()).hasSize(7);
  }

  @Test
  void anEmptyDocumentReachesTheJournalToo() {
    desk.broker.answers(Result.FAILED, Status.FAILED, Reason.UNREADABLE, false);

    assertThat(desk.post("submitter", "/messages/CreateOrder", "").statusCode()).isEqualTo(422);
    assertThat(desk.broker.submissions).hasSize(1);
  }

  @Test
  void aPostedDuplicateGetsTheEarlierReceipt() {
    desk.broker.answers(Result.DUPLICATE, Status.POSTED, null, true);

    HttpResponse<String> answer = desk.post("submitter", "/messages/CreateOrder", "x");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Idempotent-Replayed")).hasValue("true");
    assertThat(answer.body()).contains("\"status\":\"posted\"");
  }

  @ParameterizedTest
  @EnumSource(
      value = Status.class,
      names = {"SUBMITTED", "POSTING", "RETRIABLE", "RETRY", "IN_DOUBT", "FAILED", "CANCELLING"})
  void aPendingDuplicateIsToldWhereTheEarlierOneStands(Status status) {
    desk.broker.answers(Result.DUPLICATE, status, Reason.TURN, true);

    HttpResponse<String> answer = desk.post("submitter", "/messages/CreateOrder", "x");

    assertProblem(answer, 409, "pending");
    assertThat(answer.headers().firstValue("Location")).hasValue("/api/v1/messages/1");
    assertThat(answer.body()).contains("\"message_status\":\"" + status.sqlName() + "\"");
  }

  @ParameterizedTest
  @EnumSource(
      value = Status.class,
      names = {"SKIPPED", "CANCELLED"})
  void aClosedDuplicateIsGone(Status status) {
    desk.broker.answers(Result.DUPLICATE, status, Reason.BY_HAND, true);

    assertProblem(desk.post("submitter", "/messages/CreateOrder", "x"), 410, "closed");
  }

  @Test
  void theSameBrokenDocumentIsRefusedAgain() {
    desk.broker.answers(Result.DUPLICATE, Status.FAILED, Reason.UNREADABLE, false);

    assertProblem(desk.post("submitter", "/messages/CreateOrder", "{"), 422, "unreadable");
  }

  @Test
  void otherBytesUnderTheSameIdAreAConflict() {
    desk.broker.answers(Result.CONFLICT, Status.FAILED, Reason.CONFLICT, false);

    assertProblem(desk.post("submitter", "/messages/CreateOrder", "x"), 422, "id-conflict");
  }

  @ParameterizedTest
  @CsvSource({
    "UNREADABLE, A-1, 422, unreadable",
    "UNTYPED, A-1, 422, untyped",
    "UNKEYED, A-1, 422, unkeyed",
    "UNKEYED, , 400, id-missing",
    "TOO_LARGE, A-1, 413, too-large",
    "UNSTORABLE, A-1, 422, not-processable"
  })
  void whatCannotBeProcessedIsRefusedAndKept(Reason reason, String id, int status, String code) {
    desk.broker.answers(Result.FAILED, Status.FAILED, reason, false);

    HttpResponse<String> answer =
        id == null
            ? desk.post("submitter", "/messages/CreateOrder", "x")
            : desk.post("submitter", "/messages/CreateOrder", "x", "Idempotency-Key", id);

    assertProblem(answer, status, code);
    assertThat(answer.headers().firstValue("Location")).hasValue("/api/v1/messages/1");
    assertThat(answer.body())
        .contains("because of " + reason.sqlName())
        .contains("\"reason\":\"" + reason.sqlName() + "\"")
        .contains("\"instance\":\"/api/v1/messages/CreateOrder\"");
  }

  @Test
  @DisplayName("A document of 50 MB is refused, announced or not")
  void aHugeDocumentIsRefused() {
    byte[] huge = new byte[50 * 1024 * 1024];

    assertProblem(
        desk.post("submitter", "/messages/CreateOrder", BodyPublishers.ofByteArray(huge)),
        413,
        "too-large");
    assertProblem(
        desk.post(
            "submitter",
            "/messages/CreateOrder",
            BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(huge))),
        413,
        "too-large");
    assertThat(desk.broker.submissions).isEmpty();
  }

  @Test
  @DisplayName("A client that asks first is refused before it sends a byte")
  void aClientThatAsksFirstIsRefusedAtOnce() throws Exception {
    String answer =
        raw(
            """
            POST /api/v1/messages/CreateOrder HTTP/1.1
            Host: localhost
            Authorization: %s
            Content-Length: 50000000
            Expect: 100-continue
            Connection: close

            """
                .formatted(Desk.basic("submitter", Desk.PASSWORD)));

    assertThat(answer).startsWith("HTTP/1.1 413");
  }

  @Test
  void aDocumentOfExactlyTheLargestSizeIsTaken() {
    assertThat(
            desk.post(
                    "submitter",
                    "/messages/CreateOrder",
                    BodyPublishers.ofInputStream(
                        () -> new ByteArrayInputStream(new byte[1024 * 1024])))
                .statusCode())
        .isEqualTo(202);
    assertThat(desk.broker.submissions.get(0).payload().body()).hasSize(1024 * 1024);
  }

  @Test
  void aDocumentThatBreaksOffIsNotTaken() throws Exception {
    try (Socket socket = new Socket("127.0.0.1", desk.port())) {
      socket
          .getOutputStream()
          .write(
              request(
                  """
                  POST /api/v1/messages/CreateOrder HTTP/1.1
                  Host: localhost
                  Authorization: %s
                  Content-Length: 1000

                  {"half":"""
                      .formatted(Desk.basic("submitter", Desk.PASSWORD))));
      socket.shutdownOutput();
      byte[] ignored = socket.getInputStream().readAllBytes();
    }
    // answered after the broken one, on the same server
    assertThat(desk.post("submitter", "/messages/CreateOrder", "whole").statusCode())
        .isEqualTo(202);
    assertThat(desk.broker.submissions).hasSize(1);
  }

  @Test
  void aBusyBrokerSaysWhenToTryAgain() {
    desk.broker.isBusy();

    HttpResponse<String> answer = desk.post("submitter", "/messages/CreateOrder", "x");

    assertProblem(answer, 503, "not-now");
    assertThat(answer.headers().firstValue("Retry-After")).hasValue("7");
  }

  @Test
  void aCompressedDocumentIsNotTaken() {
    assertProblem(
        desk.post("submitter", "/messages/CreateOrder", "x", "Content-Encoding", "gzip"),
        415,
        "unsupported");
  }

  @Test
  void anOperationThatTheUserMayNotSendIsRefused() {
    assertProblem(desk.post("limited", "/messages/CancelOrder", "x"), 403, "forbidden");
    assertThat(desk.broker.submissions).isEmpty();
  }

  @Test
  void twoKeysOrOneBeyondAsciiAreRefused() throws Exception {
    assertProblem(
        desk.post(
            "submitter",
            "/messages/CreateOrder",
            "x",
            "Idempotency-Key",
            "a",
            "Idempotency-Key",
            "b"),
        400,
        "bad-request");
    assertThat(
            raw(
                """
                POST /api/v1/messages/CreateOrder HTTP/1.1
                Host: localhost
                Authorization: %s
                Idempotency-Key: gr\u00fc\u00df
                Content-Length: 0
                Connection: close

                """
                    .formatted(Desk.basic("submitter", Desk.PASSWORD))))
        .startsWith("HTTP/1.1 400");
  }

  @Test
  void aMalformedRequestGetsAProblemToo() throws Exception {
    assertThat(raw("GET /api/v1/messages/%2F HTTP/1.1\nHost: localhost\nConnection: close\n\n"))
        .startsWith("HTTP/1.1 400")
        .contains("application/problem+json")
        .contains("/problems/bad-request");
    assertThat(raw("NONSENSE\nHost\u0000: x\n\n"))
        .startsWith("HTTP/1.1 400")
        .contains("/problems/");
  }

  private String raw(String request) throws Exception {
    try (Socket socket = new Socket("127.0.0.1", desk.port())) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(request(request));
      InputStream in = socket.getInputStream();
      return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }

  private static byte[] request(String text) {
    return text.replace("\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1);
  }

  static void assertProblem(HttpResponse<String> answer, int status, String code) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type").orElse(""))
        .startsWith("application/problem+json");
    assertThat(answer.body()).contains("\"type\":\"/problems/" + code + "\"", "\"detail\":\"");
  }
}
