package io.waybill.operator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.waybill.broker.Report;
import io.waybill.journal.StepView;
import io.waybill.message.Outcome;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Steps by HTTP")
class HttpStepsTest {

  private static final String ID = "5353f239f66586ac202cd60f985c7d90-1-2-0";

  private static final String[] JSON = {"Content-Type", "application/json"};

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
    desk.post("submitter", "/messages/CreateOrder", "x");
  }

  private static void step(long seq, int number, String name, String sender, String reply) {
    desk.broker.steps.add(
        new StepView(
            seq,
            1,
            number,
            name,
            "stock",
            "posted",
            null,
            null,
            "FulfilOrder",
            sender,
            "o-" + seq,
            "po-1",
            "id-" + number,
            "answer-" + number,
            1,
            FakeBroker.THEN,
            FakeBroker.THEN,
            "one",
            200,
            "text/plain",
            reply.getBytes(StandardCharsets.UTF_8)));
  }

  private static JsonNode json(HttpResponse<String> answer) {
    try {
      return new ObjectMapper().readTree(answer.body());
    } catch (IOException e) {
      throw new AssertionError(answer.body(), e);
    }
  }

  @Test
  void everyStepUnderABusinessIdIsShownWithWhatWasAnswered() {
    step(1, 0, "reserve", "submitter", "reserved");
    step(2, 0, "reserve", "somebody", "reserved too");

    JsonNode steps = json(desk.get("viewer", "/steps?business-id=po-1")).path("steps");

    assertThat(steps).hasSize(2);
    assertThat(steps.path(0).path("name").asText()).isEqualTo("reserve");
    assertThat(steps.path(0).path("reply").asText()).isEqualTo("reserved");
    assertThat(steps.path(0).path("answer_id").asText()).isEqualTo("answer-0");
    assertThat(json(desk.get("viewer", "/messages/1")).path("steps")).hasSize(1);
    assertThat(desk.get("viewer", "/steps").statusCode()).isEqualTo(400);
  }

  @Test
  void aSubmitterSeesTheStepsOfItsOwnMessagesOnly() {
    step(1, 0, "reserve", "submitter", "reserved");
    step(2, 0, "reserve", "somebody", "reserved too");

    assertThat(desk.get("submitter", "/steps?business-id=po-1").body())
        .contains("reserved")
        .doesNotContain("reserved too");
  }

  @Test
  void aComponentReportsWhatCameOfItsWork() {
    step(1, 2, "ship", "submitter", "");
    String body = "{\"posting_id\":\"%s\",\"outcome\":\"%s\",\"reply\":\"on truck 7\"}";

    HttpResponse<String> answer =
        desk.post("operator", "/messages/1/steps/ship", body.formatted(ID, "posted"), JSON);

    assertThat(answer.statusCode()).isEqualTo(200);
    Report report = desk.broker.reports.get(0);
    assertThat(report.id().text()).isEqualTo(ID);
    assertThat(report.outcome())
        .isInstanceOfSatisfying(
            Outcome.Posted.class,
            posted -> assertThat(posted.reply()).isNotNull().extracting("code").isEqualTo(200));
    assertThat(
            desk.post("operator", "/messages/1/steps/2", body.formatted(ID, "refused"), JSON)
                .statusCode())
        .isEqualTo(200);
    assertThat(desk.broker.reports.get(1).outcome()).isInstanceOf(Outcome.Refused.class);
  }

  @Test
  void aReportThatIsNoneIsRefused() {
    step(1, 2, "ship", "submitter", "");
    String body = "{\"posting_id\":\"%s\",\"outcome\":\"%s\"}";

    assertThat(
            desk.post("operator", "/messages/1/steps/charge", body.formatted(ID, "posted"), JSON)
                .statusCode())
        .isEqualTo(400);
    assertThat(
            desk.post("operator", "/messages/1/steps/ship", body.formatted("x", "posted"), JSON)
                .statusCode())
        .isEqualTo(400);
    assertThat(
            desk.post("operator", "/messages/1/steps/ship", body.formatted(ID, "done"), JSON)
                .statusCode())
        .isEqualTo(400);
    assertThat(
            desk.post("submitter", "/messages/1/steps/ship", body.formatted(ID, "posted"), JSON)
                .statusCode())
        .isEqualTo(403);
    assertThat(
            desk.post("operator", "/messages/9/steps/2", body.formatted(ID, "posted"), JSON)
                .statusCode())
        .isEqualTo(404);
    assertThat(desk.broker.reports).hasSize(1);
  }
}
