package io.waybill.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.broker.Receipt.Result;
import io.waybill.message.Reason;
import io.waybill.message.Release;
import io.waybill.message.Reply;
import io.waybill.message.Status;
import io.waybill.message.StoredReply;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Replies by HTTP")
class HttpRepliesTest {

  private static final String[] WAIT = {"Prefer", "respond-async, wait=1"};

  private static Desk desk;

  @BeforeAll
  static void open() {
    desk = new Desk("--waybill.http.most-waiting=1");
  }

  @AfterAll
  static void close() {
    desk.close();
  }

  @BeforeEach
  void reset() {
    desk.broker.reset();
  }

  private static void replied(long seq, Release release, String contentType) {
    Reply reply =
        new Reply(
            201, contentType, Map.of("ETag", "\"7\""), "done".getBytes(StandardCharsets.UTF_8));
    Instant until = Instant.now().plus(Duration.ofDays(1));
    desk.broker.replies.put(seq, new StoredReply(seq, 1, FakeBroker.THEN, release, until, reply));
  }

  private static HttpResponse<String> send(String... headers) {
    return desk.post("submitter", "/messages/CreateOrder", "x", headers);
  }

  private static HttpResponse<String> delete(String user, String path) {
    return desk.send(desk.as(user, path).DELETE());
  }

  /** A message of that status, with a reply where one is given. */
  private static void known(Status status, Reason reason) {
    desk.broker.answers(Result.DUPLICATE, status, reason, true);
    desk.broker.rows.clear();
  }

  @Test
  void aDuplicateGetsTheFirstReplyWithItsCodeHeadersAndBytes() {
    known(Status.POSTED, null);
    replied(1, Release.ENCOURAGED, "text/plain;charset=ISO-8859-1");

    HttpResponse<String> answer = send();

    assertThat(answer.statusCode()).isEqualTo(201);
    assertThat(answer.body()).isEqualTo("done");
    assertThat(answer.headers().firstValue("Idempotent-Replayed")).hasValue("true");
    assertThat(answer.headers().firstValue("Content-Type"))
        .hasValue("text/plain;charset=ISO-8859-1");
    assertThat(answer.headers().firstValue("ETag")).hasValue("\"7\"");
    assertThat(answer.headers().firstValue("Location")).hasValue("/api/v1/messages/1");
  }

  @Test
  void aRefusalThatWasGivenIsGivenAgain() {
    known(Status.FAILED, Reason.REFUSED);
    replied(1, Release.NONE, null);

    assertThat(send().statusCode()).isEqualTo(201);
    desk.broker.rows.clear();
    assertThat(send(WAIT).statusCode()).isEqualTo(201);
  }

  @Test
  void aDuplicateOfWhatWasReleasedIsGoneAndNotDoneAgain() {
    known(Status.POSTED, null);
    replied(1, Release.REQUIRED, null);
    desk.broker.released.put(1L, "submitter");

    HttpResponse<String> answer = send();

    assertThat(answer.statusCode()).isEqualTo(410);
    assertThat(answer.body()).contains("/problems/released", "released at");
    desk.broker.rows.clear();
    assertThat(send(WAIT).statusCode()).isEqualTo(410);
    assertThat(desk.get("submitter", "/messages/1/reply").statusCode()).isEqualTo(410);
  }

  @Test
  void whoeverWaitsGetsTheReplyOfWhatIsPosted() {
    desk.broker.answers(Result.ACCEPTED, Status.POSTED, null, true);
    replied(1, Release.NONE, null);

    HttpResponse<String> answer = send(WAIT);

    assertThat(answer.statusCode()).isEqualTo(201);
    assertThat(answer.body()).isEqualTo("done");
    assertThat(answer.headers().firstValue("Idempotent-Replayed")).isEmpty();
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/octet-stream");
  }

  @Test
  void whoeverWaitsForWhatHasNoReplyGetsTheReceipt() {
    desk.broker.answers(Result.ACCEPTED, Status.POSTED, null, true);

    HttpResponse<String> answer = send(WAIT);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).contains("\"status\":\"posted\"");
  }

  @Test
  void whoeverWaitsForWhatFailsIsToldWhereItIs() {
    desk.broker.answers(Result.ACCEPTED, Status.FAILED, Reason.REFUSED, true);

    HttpResponse<String> answer = send(WAIT);

    assertThat(answer.statusCode()).isEqualTo(502);
    assertThat(answer.headers().firstValue("Location")).hasValue("/api/v1/messages/1");
    assertThat(answer.body())
        .contains("/problems/failed", "\"message_status\":\"failed\"", "\"reason\":\"refused\"");
  }

  @Test
  void whoeverWaitsInVainIsAnsweredAsWithoutWaiting() {
    assertThat(send(WAIT).statusCode()).isEqualTo(202);
    known(Status.POSTING, null);

    HttpResponse<String> duplicate = send(WAIT);

    assertThat(duplicate.statusCode()).isEqualTo(409);
    assertThat(duplicate.body()).contains("\"message_status\":\"posting\"");
  }

  @Test
  void whoeverFindsNoPlaceStillHasTheDocument() {
    var waiting =
        desk.http.sendAsync(
            desk.as("submitter", "/messages/CreateOrder")
                .header("Prefer", "wait=5")
                .POST(java.net.http.HttpRequest.BodyPublishers.ofString("x"))
                .build(),
            java.net.http.HttpResponse.BodyHandlers.ofString());
    org.awaitility.Awaitility.await().until(() -> desk.broker.submissions.size() == 1);

    HttpResponse<String> answer = send(WAIT);

    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.headers().firstValue("Retry-After")).hasValue("1");
    assertThat(desk.broker.submissions).hasSize(1);
    assertThat(send().statusCode()).isEqualTo(202);
    assertThat(waiting.join().statusCode()).isEqualTo(202);
    // its place is free again
    assertThat(send(WAIT).statusCode()).isEqualTo(202);
  }

  @Test
  void aReplyIsFetchedWithItsCodeBesideIt() {
    desk.broker.answers(Result.ACCEPTED, Status.POSTED, null, true);
    send();
    replied(1, Release.NONE, "text/html");

    HttpResponse<String> answer = desk.get("submitter", "/messages/1/reply");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("done");
    assertThat(answer.headers().firstValue("Waybill-Reply-Code")).hasValue("201");
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("text/html");
    assertThat(answer.headers().firstValue("Content-Disposition"))
        .hasValueSatisfying(value -> assertThat(value).startsWith("attachment"));
  }

  @Test
  void aReplyThatIsNotThereYetOrNeverComes() {
    send();
    desk.broker.answers(Result.ACCEPTED, Status.POSTED, null, true);
    send();
    desk.broker.answers(Result.ACCEPTED, Status.SKIPPED, null, true);
    send();

    assertThat(desk.get("submitter", "/messages/1/reply").statusCode()).isEqualTo(202);
    assertThat(desk.get("submitter", "/messages/2/reply").statusCode()).isEqualTo(404);
    assertThat(desk.get("submitter", "/messages/3/reply").statusCode()).isEqualTo(410);
    assertThat(desk.get("submitter", "/messages/9/reply").statusCode()).isEqualTo(404);
    assertThat(delete("submitter", "/messages/1/reply").statusCode()).isEqualTo(409);
    assertThat(delete("submitter", "/messages/2/reply").statusCode()).isEqualTo(404);
  }

  @Test
  void aReplyBelongsToItsSender() {
    desk.broker.answers(Result.ACCEPTED, Status.POSTED, null, true);
    send();
    replied(1, Release.REQUIRED, null);

    assertThat(desk.get("limited", "/messages/1/reply").statusCode()).isEqualTo(404);
    assertThat(desk.get("limited", "/replies").body()).contains("\"replies\":[]");
    assertThat(delete("limited", "/messages/1/reply").statusCode()).isEqualTo(404);
    assertThat(delete("viewer", "/messages/1/reply").statusCode()).isEqualTo(403);
    assertThat(desk.broker.released).isEmpty();
    assertThat(desk.get("submitter", "/replies?unreleased=true").body())
        .contains("\"seq\":1", "\"overdue\":false", "\"sender\":\"submitter\"");

    assertThat(delete("submitter", "/messages/1/reply").statusCode()).isEqualTo(204);
    assertThat(delete("submitter", "/messages/1/reply").statusCode()).isEqualTo(204);
    assertThat(desk.broker.released).containsEntry(1L, "submitter");
    assertThat(desk.get("viewer", "/replies").body()).contains("\"replies\":[]");
  }

  @Test
  void anOperatorMayReleaseAndNobodyWhatIsKeptForItsTime() {
    desk.broker.answers(Result.ACCEPTED, Status.POSTED, null, true);
    send();
    send();
    replied(1, Release.ENCOURAGED, null);
    replied(2, Release.NONE, null);

    assertThat(delete("operator", "/messages/1/reply").statusCode()).isEqualTo(204);
    assertThat(delete("submitter", "/messages/2/reply").statusCode()).isEqualTo(409);
    assertThat(desk.broker.released).containsOnlyKeys(1L);
  }
}
